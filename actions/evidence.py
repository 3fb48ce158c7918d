"""What a verdict rests on, in the form it travels in the slot `evidence`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypedDict

from handoff.escalation import Reason, ReasonJson, Verdict


class AnswerJson(TypedDict):
    """The article that answers the turn; `text` is Markdown."""

    article_id: str
    title: str
    text: str
    score: float


class ChoiceJson(TypedDict):
    """One of the close articles that the customer is asked to choose from."""

    article_id: str
    title: str


class EvidenceJson(TypedDict):
    """The value of the slot.

    `question` is the latest question that was answered, in full, for one that builds on it.
    `text` are words to say instead of the usual ones. `unease`, `probability` and `readings` are
    the mood of the turn, for the turns to come.
    """

    answer: AnswerJson | None
    choices: list[ChoiceJson]
    question: str
    reasons: list[ReasonJson]
    priority: int
    skills: list[str]
    text: str
    unease: float | None
    probability: float
    readings: list[ReasonJson]


def to_json(
    verdict: Verdict,
    answer: AnswerJson | None = None,
    choices: Sequence[ChoiceJson] = (),
    question: str = "",
) -> EvidenceJson:
    """The slot's value for a verdict."""
    return {
        "answer": answer,
        "choices": list(choices),
        "question": question,
        "reasons": [reason.to_wire() for reason in verdict.reasons],
        "priority": verdict.priority,
        "skills": list(verdict.skills),
        "text": verdict.text,
        "unease": verdict.unease,
        "probability": round(verdict.probability, 4),
        "readings": [reading.to_wire() for reading in verdict.readings],
    }


def reasons_of(evidence: Any) -> tuple[Reason, ...]:
    """The reasons in a slot's value, which may be of an older version or missing."""
    return tuple(_reasons(evidence, "reasons"))


def readings_of(evidence: Any) -> tuple[Reason, ...]:
    """Everything the signals saw in the turn, decisive or not."""
    return tuple(_reasons(evidence, "readings"))


def number_of(evidence: Any, name: str) -> float | None:
    """A number in a slot's value."""
    number = _field(evidence, name)
    return float(number) if isinstance(number, int | float) else None


def words_of(evidence: Any, name: str) -> str:
    """A text in a slot's value; empty without one."""
    text = _field(evidence, name)
    return text.strip() if isinstance(text, str) else ""


def list_of(evidence: Any, name: str) -> list[Any]:
    """A list in a slot's value; empty without one."""
    listed = _field(evidence, name)
    return listed if isinstance(listed, list) else []


def answered_title(evidence: Any) -> str:
    """The title of the article that answered the turn; empty if none did."""
    return words_of(_field(evidence, "answer"), "title")


def _field(evidence: Any, name: str) -> Any:
    return evidence.get(name) if isinstance(evidence, dict) else None


def _reasons(evidence: Any, name: str) -> Iterable[Reason]:
    found = (Reason.from_wire(entry) for entry in list_of(evidence, name))
    return (reason for reason in found if reason is not None)
