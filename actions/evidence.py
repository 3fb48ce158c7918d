"""What a verdict rests on, in the form it travels in the slot `evidence`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypedDict

from handoff.escalation import Reason, ReasonCode, Verdict


class AnswerJson(TypedDict):
    """The article that answers the turn; `text` is Markdown."""

    article_id: str
    title: str
    text: str
    score: float


class ReasonJson(TypedDict):
    """A reason as stored and shown to agents."""

    code: str
    detail: str


class EvidenceJson(TypedDict):
    """The value of the slot."""

    answer: AnswerJson | None
    reasons: list[ReasonJson]
    priority: int


def to_json(verdict: Verdict, answer: AnswerJson | None) -> EvidenceJson:
    """The slot's value for a verdict."""
    return {
        "answer": answer,
        "reasons": [{"code": str(r.code), "detail": r.detail} for r in verdict.reasons],
        "priority": verdict.priority,
    }


def reasons_of(evidence: Any) -> tuple[Reason, ...]:
    """The reasons in a slot's value, which may be of an older version or missing."""
    listed = evidence.get("reasons") if isinstance(evidence, dict) else None
    return tuple(_reasons(listed if isinstance(listed, list) else ()))


def _reasons(listed: Iterable[Any]) -> Iterable[Reason]:
    known = frozenset(ReasonCode)
    for entry in listed:
        if isinstance(entry, dict) and entry.get("code") in known:
            yield Reason(ReasonCode(entry["code"]), str(entry.get("detail", "")))
