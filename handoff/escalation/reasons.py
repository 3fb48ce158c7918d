"""Why a conversation needs a person, and how urgent each reason is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

DEFAULT_PRIORITY = 5


class ReasonCode(StrEnum):
    """The reasons as they are stored, shown to agents and counted."""

    EXPLICIT_REQUEST = "explicit_request"
    ACCEPTED_OFFER = "accepted_offer"
    ANGER = "anger"
    REPEATED_MISUNDERSTANDING = "repeated_misunderstanding"
    WEAK_KNOWLEDGE = "weak_knowledge"
    BOT_UNAVAILABLE = "bot_unavailable"
    BOT_FAILED = "bot_failed"


# 0..9, higher is served first; every other reason has the default.
PRIORITIES: Mapping[ReasonCode, int] = MappingProxyType(
    {ReasonCode.ANGER: 6, ReasonCode.BOT_UNAVAILABLE: 7, ReasonCode.BOT_FAILED: 7}
)


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason: its code, and a sentence for the agent who takes over."""

    code: ReasonCode
    detail: str


def priority_of(reasons: Iterable[Reason]) -> int:
    """The priority of the most urgent of the reasons."""
    return max(
        (PRIORITIES.get(reason.code, DEFAULT_PRIORITY) for reason in reasons),
        default=DEFAULT_PRIORITY,
    )
