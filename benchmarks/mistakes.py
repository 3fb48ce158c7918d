"""Where the escalation errs, to be read: false alarms and misses on sets that may be read.

`python -m benchmarks.mistakes --data FOLDER` prints requests for a person, dissatisfied turns (as
we judged them) and transfers of tau-airline. Sets that are only measured are left out.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from handoff.escalation.evaluation.playback import Played, play
from handoff.escalation.fitting.corpus import jsonl
from handoff.escalation.fitting.own_text import judged_levels
from handoff.escalation.policy import EscalationPolicy
from handoff.escalation.remembered import RememberedEmbeddings, serving_encoder
from handoff.escalation.signals import explicit_request
from handoff.escalation.turn import Message, Turn
from handoff.escalation.verdict import Decision

Row = tuple[float, str, str]

_MEASURED_ONLY = "rasa_demo"
#: Further messages without a request, as far as their labels go.
_OTHERS = (
    "intent_natcs/banking/queries.jsonl",
    "intent_natcs/insurance/queries.jsonl",
    "oos_clinc150/queries_in_scope.jsonl",
    "oos_clinc150/queries_oos.jsonl",
    "oos_banking77/queries_in_scope.jsonl",
    "oos_banking77/queries_oos_in_domain.jsonl",
)
_TAU = "conversations/tau_airline.jsonl"
_JUDGED = {
    "conversations/star.jsonl": "annotations.tsv",
    "breakdown_dbdc3/dialogues.jsonl": "annotations.tsv",
    _TAU: "annotations_tau.tsv",
}
_SHOWN = 160


def main() -> None:
    """Print the lists, the worst errors first."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--embeddings", type=Path, help="remember embeddings in this .npz file")
    parser.add_argument("--most", type=int, default=12, help="of the judged turns of a set")
    options = parser.parse_args()
    encode = serving_encoder(options.embeddings)
    requests(options.data, encode)
    for path in _JUDGED:
        moods(options.data, path, options.most, encode)
    transfers(options.data, encode)
    encode.store()


def requests(data: Path, encode: RememberedEmbeddings) -> None:
    """All false alarms and misses of requests for a person."""
    alarms: list[Row] = []
    misses: list[Row] = []
    for source, due, text in _messages(data):
        message = Message(text, embedding=encode([text])[0])
        chance = explicit_request.asks_for_person(message)
        said = explicit_request.read(Turn(message)) is not None
        if said != due:
            (alarms if said else misses).append((chance, source, text))
    _print("requests: false alarms", sorted(alarms, reverse=True))
    _print("requests: misses", sorted(misses, key=lambda miss: (miss[1], miss[0])))


def moods(data: Path, path: str, most: int, encode: RememberedEmbeddings) -> None:
    """The most alarming of the content turns, the least alarming of the clearly dissatisfied."""
    levels = judged_levels(_JUDGED[path])
    judged = {name for name, _ in levels}
    content: list[Row] = []
    dissatisfied: list[Row] = []
    for record in (record for record in jsonl(data / path) if record["id"] in judged):
        for played in play(record["turns"], EscalationPolicy(), encode):
            level = levels.get((record["id"], played.index))
            row = _row(record, played)
            if level == 0:
                content.append(row)
            elif level == 2:
                dissatisfied.append(row)
    _print(f"{path}: content", sorted(content, reverse=True)[:most])
    _print(f"{path}: clearly dissatisfied", sorted(dissatisfied)[:most])


def transfers(data: Path, encode: RememberedEmbeddings) -> None:
    """Conversations of tau-airline that were passed on and need not be, and the other way round."""
    wrong: list[Row] = []
    missing: list[Row] = []
    for record in jsonl(data / _TAU):
        turns = list(play(record["turns"], EscalationPolicy(), encode))
        passed = next((t for t in turns if t.verdict.decision is Decision.ESCALATE), None)
        if (passed is not None) == bool(record["should_transfer"]):
            continue
        shown = passed or max(turns, key=lambda turn: turn.verdict.probability)
        (wrong if passed else missing).append(_row(record, shown))
    _print("transfers: not due", wrong)
    _print("transfers: due and not made, the turn nearest to it", missing)


def _messages(data: Path) -> Iterator[tuple[str, bool, str]]:
    for row in jsonl(data / "human_requests" / "requests.jsonl"):
        if row["label"] >= 0 and row["source"] != _MEASURED_ONLY:
            yield row["source"], row["label"] == 1, row["text"]
    for path in _OTHERS:
        for row in jsonl(data / path):
            yield path, False, row["text"]


def _row(record: dict[str, Any], played: Played) -> Row:
    """The probability, where it was, what the bot had said and what the customer said."""
    number = played.index
    before = record["turns"][number - 1]["text"][:_SHOWN] if number else ""
    said = f"{before} | {played.record['text'][:_SHOWN]}"
    return played.verdict.probability, f"{record['id']} {number}", said


def _print(title: str, rows: list[Row]) -> None:
    print(f"\n{title}: {len(rows)}")
    for chance, where, text in rows:
        print(f"{chance:.2f}  {where}  {' '.join(text.split())}")


if __name__ == "__main__":
    main()
