"""Why a conversation needs a person, and how urgent each reason is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NotRequired, TypedDict

# 0..9, higher is served first; what a reason means for it is in escalation.yml.
DEFAULT_PRIORITY = 5


class ReasonCode(StrEnum):
    """The reasons as they are stored, shown to agents and counted."""

    DANGER_TO_LIFE = "danger_to_life"
    LEGAL = "legal"
    FRAUD = "fraud"
    SAFETY = "safety"
    PRESS = "press"
    DATA_PROTECTION = "data_protection"
    EXPLICIT_REQUEST = "explicit_request"
    ACCEPTED_OFFER = "accepted_offer"
    ANGER = "anger"
    UNEASE = "unease"
    REPETITION = "repetition"
    BOT_FAILING = "bot_failing"
    REPEATED_MISUNDERSTANDING = "repeated_misunderstanding"
    WEAK_KNOWLEDGE = "weak_knowledge"
    COMPLEXITY = "complexity"
    CHURN = "churn"
    ATTRIBUTE = "attribute"
    BOT_UNAVAILABLE = "bot_unavailable"
    BOT_FAILED = "bot_failed"


class ReasonJson(TypedDict):
    """A reason on the wire; what is unknown is left out."""

    code: str
    detail: str
    score: NotRequired[float]
    turn: NotRequired[int]
    phrase: NotRequired[str]


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason: its code, and a sentence for the agent who takes over.

    `score` 0..1 is how strongly the turn spoke for it. `turn` is the customer's message it was
    seen in, counted from 1 since the bot last got the conversation. `phrase` are the customer's
    words that caused it. None and "" where that is unknown.
    """

    code: ReasonCode
    detail: str
    score: float | None = None
    turn: int | None = None
    phrase: str = ""

    def to_wire(self) -> ReasonJson:
        """The JSON form."""
        wire: ReasonJson = {"code": str(self.code), "detail": self.detail}
        if self.score is not None:
            wire["score"] = round(self.score, 3)
        if self.turn is not None:
            wire["turn"] = self.turn
        if self.phrase:
            wire["phrase"] = self.phrase
        return wire

    @classmethod
    def from_wire(cls, wire: Any) -> Reason | None:
        """The reason in a JSON value; None if it is none, or of a version yet to come."""
        if not isinstance(wire, Mapping) or str(wire.get("code")) not in _KNOWN:
            return None
        score, turn = wire.get("score"), wire.get("turn")
        return cls(
            code=ReasonCode(wire["code"]),
            detail=str(wire.get("detail", "")),
            score=float(score) if isinstance(score, int | float) else None,
            turn=turn if isinstance(turn, int) else None,
            phrase=str(wire.get("phrase") or ""),
        )


_KNOWN = frozenset(str(code) for code in ReasonCode)
