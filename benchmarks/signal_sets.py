"""Labelled cases for single signals of the escalation, from public sets, and what the signals say.

A case counts as found where the signal speaks, whatever it then leads to. How a label of a set is
read as a case stands with each function; none of the sets was made for these signals.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.quality import open_engine
from handoff.escalation.evaluation.playback import play
from handoff.escalation.fitting.corpus import jsonl
from handoff.escalation.fitting.own_text import own
from handoff.escalation.policy import EscalationPolicy
from handoff.escalation.reasons import Reason, ReasonCode
from handoff.escalation.rehearsal import past_turn
from handoff.escalation.remembered import Encode
from handoff.escalation.turn import Message, PastTurn, Search, SearchDecision, Turn
from handoff.escalation.verdict import Decision
from kb_index import opening
from kb_index.engine import Query, SearchEngine
from kb_index.ranking.bases import LabelledBase, load_bases
from kb_index.ranking.calibration import Combination
from kb_index.settings import Settings

_SEED = 7
_ANSWERED = Search(SearchDecision.ANSWER, 1.0)
_STAR, _DBDC3 = "conversations/star.jsonl", "breakdown_dbdc3/dialogues.jsonl"
_NATCS = ("intent_natcs/banking/queries.jsonl", "intent_natcs/insurance/queries.jsonl")
_REQUESTS = "human_requests/requests.jsonl"
_TWEETS, _BANKING = "conversations/ibm_twitter.jsonl", "oos_banking77/train_full.jsonl"
#: Labels of NatCS that mean leaving.
_LEAVING = frozenset({"CloseBankAccount", "CancelPlan"})
#: Parts of a label of NLU++ that mean leaving, and those that mean something smaller.
_CLOSES, _SMALLER = {"cancel_close_leave_freeze", "account"}, {"card", "appointment"}
#: Acts of STAR's bot that say it could not do what was asked.
_FAILED = ("out_of_scope", "unavailable", "not_available", "no_venue", "failed", "cannot")
_LOOK_BACK, _FEWEST = 6, 2
_BASES = ("curekart", "powerplay11", "stackfaq", "clinc150-5", "oos-banking77-5")
_QUESTIONS, _CONVERSATION = 600, 4
_PAIRS = 500


@dataclass
class Cases:
    """Whether each case is one the signal should find, and its score; 0 where it says nothing.

    `fired_only`: the cases were picked because the signal fired, so they say nothing of recall.
    """

    signal: ReasonCode
    source: str
    gold: list[bool] = field(default_factory=list)
    scores: list[float] = field(default_factory=list)
    fired_only: bool = False

    def add(self, gold: bool, readings: Sequence[Reason]) -> None:
        """One case and what the policy read in it."""
        self.gold.append(gold)
        self.scores.append(_score(self.signal, readings))


def all_cases(data: Path, encode: Encode) -> Iterator[Cases]:
    """Everything that is measured; `data` is the folder of the sets."""
    yield from (leaving_natcs(data), leaving(data, "nlupp_"), leaving(data, "bitext"))
    yield from (several_questions(data, count) for count in (2, 3))
    yield from complex_as_judged(data)
    yield from (failing_dbdc3(data, encode), failing_star(data, encode))
    yield said_again(data, encode)
    yield fraud_reports(data, encode)
    for base in load_bases(data):
        if base.name in _BASES:
            yield from unanswered(base)


def leaving_natcs(data: Path) -> Cases:
    """NatCS: closing the bank account, cancelling the plan."""
    cases = Cases(ReasonCode.CHURN, "NatCS")
    for row in (row for path in _NATCS for row in jsonl(data / path)):
        cases.add(row["label"] in _LEAVING, _read(row["text"]))
    return cases


def leaving(data: Path, source: str) -> Cases:
    """NLU++ and Bitext: closing, cancelling or freezing an account."""
    cases = Cases(ReasonCode.CHURN, source.rstrip("_"))
    for row in jsonl(data / _REQUESTS):
        if row["source"].startswith(source):
            parts = set(row["intent"].split("+"))
            closes = parts >= _CLOSES and not parts & _SMALLER
            cases.add(closes or "delete_account" in parts, _read(row["text"]))
    return cases


def several_questions(data: Path, count: int) -> Cases:
    """Questions of BANKING77 from different labels in one message, and each question alone."""
    rnd = random.Random(_SEED)
    rows = list(jsonl(data / _BANKING))
    cases = Cases(ReasonCode.COMPLEXITY, f"BANKING77, {count} questions joined by us")
    for row in rnd.sample(rows, _PAIRS):
        others = rnd.sample([each for each in rows if each["label"] != row["label"]], count - 1)
        cases.add(False, _read(row["text"]))
        cases.add(True, _read(" ".join(each["text"] for each in (row, *others))))
    return cases


def complex_as_judged(data: Path) -> Iterator[Cases]:
    """Messages of NatCS and tweets to customer care, as we judged them."""
    texts = {row["qid"]: row["text"] for path in _NATCS for row in jsonl(data / path)}
    for record in jsonl(data / _TWEETS):
        said = [turn["text"] for turn in record["turns"] if turn["role"] == "customer"]
        texts[record["id"]] = "\n".join(said)
    judged = [line.split("\t") for line in own("annotations_complexity.tsv")]
    drawn = Cases(ReasonCode.COMPLEXITY, "NatCS and tweets at random, judged by us")
    fired = Cases(ReasonCode.COMPLEXITY, "the same sets, all it fires on", fired_only=True)
    for name, level, why in judged:
        readings = _read(texts[name])
        if why == "random":
            drawn.add(level == "1", readings)
        if _score(ReasonCode.COMPLEXITY, readings):
            fired.add(level == "1", readings)
    yield from (drawn, fired)


def failing_dbdc3(data: Path, encode: Encode) -> Cases:
    """The last reply and one more of the last six are breakdowns for most raters."""
    cases = Cases(ReasonCode.BOT_FAILING, "DBDC3, by its raters")
    for record in jsonl(data / _DBDC3):
        failed = [turn["b"] > max(turn["nb"], turn["pb"]) if "b" in turn else None
                  for turn in record["turns"]]  # fmt: skip
        _add_failing(cases, record["turns"], failed, encode)
    return cases


def failing_star(data: Path, encode: Encode) -> Cases:
    """The same by the acts of STAR's replies: out of scope, unavailable, failed."""
    cases = Cases(ReasonCode.BOT_FAILING, "STAR, by the acts of its replies")
    for record in jsonl(data / _STAR):
        failed = [None if turn["role"] == "user" else _failed(turn.get("act"))
                  for turn in record["turns"]]  # fmt: skip
        _add_failing(cases, record["turns"], failed, encode)
    return cases


def said_again(data: Path, encode: Encode) -> Cases:
    """Two messages of BANKING77 in a row: of one label, or of two."""
    rnd = random.Random(_SEED)
    rows = list(jsonl(data / _BANKING))
    cases = Cases(ReasonCode.REPETITION, "BANKING77, two messages of one label or of two")
    for row in rnd.sample(rows, _PAIRS):
        for same in (True, False):
            others = [each for each in rows
                      if (each["label"] == row["label"]) is same and each is not row]  # fmt: skip
            turns = [{"role": "user", "text": each["text"]} for each in (row, rnd.choice(others))]
            *_, last = play(turns, EscalationPolicy(), encode)
            cases.add(same, last.verdict.readings)
    return cases


def fraud_reports(data: Path, encode: Encode) -> Cases:
    """Whole conversations of STAR: those with the task of reporting fraud."""
    cases = Cases(ReasonCode.FRAUD, "STAR, conversations with a fraud report")
    for record in jsonl(data / _STAR):
        played = play(record["turns"], EscalationPolicy(), encode)
        readings = [reading for each in played for reading in each.verdict.readings]
        cases.add("bank_fraud_report" in record["tasks"], readings)
    return cases


def unanswered(base: LabelledBase) -> Iterator[Cases]:
    """Questions in random order, four to a conversation, to the search and the policy.

    `weak_knowledge` should find those that no article answers; `repeated_misunderstanding` those
    that follow another such one.
    """
    engine = open_engine(base, Settings(), opening.open_encoder(Settings()), Combination.load())
    rnd = random.Random(_SEED)
    asked = rnd.sample(list(base.questions), min(_QUESTIONS, len(base.questions)))
    weak = Cases(ReasonCode.WEAK_KNOWLEDGE, base.name)
    again = Cases(ReasonCode.REPEATED_MISUNDERSTANDING, base.name)
    for start in range(0, len(asked), _CONVERSATION):
        earlier: list[PastTurn] = []
        unanswerable = False
        for question in asked[start : start + _CONVERSATION]:
            message = Message(question.text)
            turn = Turn(message, _searched(engine, question.text), tuple(earlier))
            verdict = EscalationPolicy().assess(turn)
            weak.add(not question.gold, verdict.readings)
            if earlier:
                again.add(unanswerable and not question.gold, verdict.readings)
            if verdict.decision is Decision.ESCALATE:
                break
            unanswerable = not question.gold
            earlier.append(past_turn(message, verdict))
    yield from (weak, again)


def _searched(engine: SearchEngine, text: str) -> Search:
    (found,) = engine.search([Query(text, 3)])
    return Search(SearchDecision(found.decision), found.score)


def _add_failing(
    cases: Cases, turns: Sequence[dict[str, str]], failed: Sequence[bool | None], encode: Encode
) -> None:
    """The customer's turns after a labelled reply; `failed` is None where nothing is known."""
    for played in play(turns, EscalationPolicy(), encode):
        before = [each for each in failed[: played.index] if each is not None]
        if before:
            due = before[-1] and sum(before[-_LOOK_BACK:]) >= _FEWEST
            cases.add(due, played.verdict.readings)


def _failed(act: str | None) -> bool:
    return act is not None and any(part in act for part in _FAILED)


def _read(text: str) -> Sequence[Reason]:
    return EscalationPolicy().assess(Turn(Message(text), _ANSWERED)).readings


def _score(signal: ReasonCode, readings: Sequence[Reason]) -> float:
    return max((each.score or 0.0 for each in readings if each.code is signal), default=0.0)
