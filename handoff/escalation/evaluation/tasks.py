"""One function for each kind of data: records in, figures out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from handoff.escalation.evaluation.metrics import (
    decided,
    mean,
    ranked,
    transfer_within_tolerance,
)
from handoff.escalation.evaluation.playback import Played, play
from handoff.escalation.fitted import model, probability
from handoff.escalation.policy import EscalationPolicy
from handoff.escalation.reasons import ReasonCode
from handoff.escalation.remembered import Encode
from handoff.escalation.signals import explicit_request, unease
from handoff.escalation.turn import Message, Turn
from handoff.escalation.verdict import Decision

Record = dict[str, Any]
Figures = dict[str, Any]

_TRANSFERS = (Decision.ESCALATE,)


def requests(records: Iterable[Record], encode: Encode) -> Figures:
    """Messages that ask for a person, by source; ambiguous ones (-1) are left out."""
    by_source: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        if record["label"] >= 0:
            by_source[record["source"]].append(record)
    return {"by_source": {name: _source(rows, encode) for name, rows in by_source.items()}}


def satisfaction(records: Iterable[Record], encode: Encode) -> Figures:
    """Dissatisfied customer turns (`sat_main` at most 2) of whole conversations."""
    gold: list[bool] = []
    scores: list[float] = []
    transfers: list[float] = []
    threshold = model("unease").threshold
    for record in records:
        rated = [played for played in _played(record, encode)
                 if played.record.get("sat_main") is not None]  # fmt: skip
        bad = [played.record["sat_main"] <= 2 for played in rated]
        chance = [played.verdict.probability for played in rated]
        due = [number for number, value in enumerate(bad) if value][:1]
        said = [number for number, value in enumerate(chance) if value >= threshold][:1]
        transfers.append(transfer_within_tolerance(said, due))
        gold += bad
        scores += chance
    return {**_turns(gold, scores, threshold), "gt_ii": mean(transfers)}


def breakdown(records: Iterable[Record], encode: Encode) -> Figures:
    """Customer turns that follow a reply which most raters call a breakdown."""
    gold: list[bool] = []
    scores: list[float] = []
    for record in records:
        turns = record["turns"]
        for played in _played(record, encode):
            before = turns[played.index - 1] if played.index else {}
            if "b" in before:
                gold.append(before["b"] > max(before["nb"], before["pb"]))
                scores.append(played.verdict.probability)
    return _turns(gold, scores, model("unease").threshold)


def transfer(records: Iterable[Record], encode: Encode) -> Figures:
    """Whether the policy would have transferred the conversation at some turn."""
    due: list[bool] = []
    said: list[bool] = []
    offered: list[bool] = []
    recorded: list[bool] = []
    for record in records:
        decisions = {played.verdict.decision for played in _played(record, encode)}
        due.append(bool(record["should_transfer"]))
        recorded.append(bool(record["bot_transferred"]))
        said.append(not decisions.isdisjoint(_TRANSFERS))
        offered.append(not decisions.isdisjoint((*_TRANSFERS, Decision.OFFER)))
    return {
        "n": len(due), "positives": sum(due), **decided(due, said),
        "recorded_bot_f1": decided(due, recorded)["f1"],
        "offers_included": decided(due, offered),
    }  # fmt: skip


def sentiment(records: Iterable[Record], encode: Encode) -> Figures:
    """Anger in a single message: negative against neutral and positive."""
    rows = list(records)
    scores = [probability(unease.log_odds(Turn(message))) for message in _messages(rows, encode)]
    return _turns([row["sentiment"] == "negative" for row in rows], scores,
                  model("unease").threshold)  # fmt: skip


def _source(rows: Sequence[Record], encode: Encode) -> Figures:
    messages = _messages(rows, encode)
    scores = [explicit_request.asks_for_person(message) for message in messages]
    gold = [row["label"] == 1 for row in rows]
    said = [_escalates_for_request(message) for message in messages]
    return {"n": len(rows), "positives": sum(gold), **decided(gold, said),
            "ap": ranked(gold, scores)["ap"]}  # fmt: skip


def _messages(rows: Sequence[Record], encode: Encode) -> list[Message]:
    texts = [row["text"] for row in rows]
    return [Message(text, embedding=e) for text, e in zip(texts, encode(texts), strict=True)]


def _escalates_for_request(message: Message) -> bool:
    reading = explicit_request.read(Turn(message))
    return reading is not None and reading.code is ReasonCode.EXPLICIT_REQUEST


def _played(record: Record, encode: Encode) -> list[Played]:
    return list(play(record["turns"], EscalationPolicy(), encode))


def _turns(gold: Sequence[bool], scores: Sequence[float], threshold: float) -> Figures:
    said = [score >= threshold for score in scores]
    wrong = sum(alarm and not bad for alarm, bad in zip(said, gold, strict=True))
    return {
        "n_turns": len(gold), "positives": sum(gold), **ranked(gold, scores),
        **decided(gold, said),
        "false_alarms_per_100_turns": round(100.0 * wrong / max(1, len(gold)), 2),
    }  # fmt: skip
