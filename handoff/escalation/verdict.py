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
    `probability` 0..1: that this customer needs a person now, by the mood and by what went wrong;
    what decides by itself, such as a request, has its own score in the reasons. `unease`: the
    log-odds of this turn's own mood. `readings`: everything the signals saw, decisive or not.
    The last three are kept with the turn for the turns to come.
    `skills`: what the agent should know, a language or a field. `text`: the words the customer
    is to be told instead of the usual ones; empty for the usual ones.
    """

    decision: Decision
    reasons: tuple[Reason, ...] = ()
    priority: int = DEFAULT_PRIORITY
    offer_open: bool = False
    probability: float = 0.0
    unease: float | None = None
    readings: tuple[Reason, ...] = ()
    skills: tuple[str, ...] = ()
    text: str = ""
