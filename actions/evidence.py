"""What a verdict rests on, in the form it travels in the slot `evidence`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypedDict

from handoff.escalation import Reason, ReasonCode, Verdict


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


class ReasonJson(TypedDict):
    """A reason as stored and shown to agents."""

    code: str
    detail: str


class EvidenceJson(TypedDict):
    """The value of the slot.

    `question` is the latest question that was answered, in full, for a next one that builds on it.
    """

    answer: AnswerJson | None
    choices: list[ChoiceJson]
    question: str | None
    reasons: list[ReasonJson]
    priority: int


def to_json(
    verdict: Verdict,
    answer: AnswerJson | None = None,
    choices: Sequence[ChoiceJson] = (),
    question: str | None = None,
) -> EvidenceJson:
    """The slot's value for a verdict."""
    return {
        "answer": answer,
        "choices": list(choices),
        "question": question,
        "reasons": [{"code": str(r.code), "detail": r.detail} for r in verdict.reasons],
        "priority": verdict.priority,
    }


def reasons_of(evidence: Any) -> tuple[Reason, ...]:
    """The reasons in a slot's value, which may be of an older version or missing."""
    listed = evidence.get("reasons") if isinstance(evidence, dict) else None
    return tuple(_reasons(listed if isinstance(listed, list) else ()))


def answered_title(evidence: Any) -> str | None:
    """The title of the article that answered the turn, if one did."""
    answer = evidence.get("answer") if isinstance(evidence, dict) else None
    title = answer.get("title") if isinstance(answer, dict) else None
    return title if isinstance(title, str) else None


def question_of(evidence: Any) -> str | None:
    """The latest question that was answered, if there is one."""
    question = evidence.get("question") if isinstance(evidence, dict) else None
    return question if isinstance(question, str) and question.strip() else None


def _reasons(listed: Iterable[Any]) -> Iterable[Reason]:
    known = frozenset(ReasonCode)
    for entry in listed:
        if isinstance(entry, dict) and entry.get("code") in known:
            yield Reason(ReasonCode(entry["code"]), str(entry.get("detail", "")))
