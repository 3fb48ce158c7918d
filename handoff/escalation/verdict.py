"""What the policy decided about a turn."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from handoff.escalation.reasons import DEFAULT_PRIORITY, Reason


class Decision(StrEnum):
    """What the bot does next; the values travel to Rasa in the slot `verdict`."""

    ANSWER = "answer"
    CLARIFY = "clarify"
    OFFER = "offer"
    ESCALATE = "escalate"
    REPHRASE = "rephrase"
    SMALL_TALK = "small_talk"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A decision, the reasons to involve a person, if any, and the priority in the queue.

    `offer_open`: a person stays or becomes offered after this turn, until the customer answers.
    """

    decision: Decision
    reasons: tuple[Reason, ...] = ()
    priority: int = DEFAULT_PRIORITY
    offer_open: bool = False
