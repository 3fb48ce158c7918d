"""A turn with everything that was read in it: what the courses of action decide by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from handoff.escalation.answers import is_small_talk, may_hide_a_question
from handoff.escalation.offer import Offer
from handoff.escalation.reading import Reading
from handoff.escalation.reasons import Reason, ReasonCode
from handoff.escalation.rules import Rule
from handoff.escalation.tuning import Tuning
from handoff.escalation.turn import SearchDecision, Turn
from handoff.escalation.verdict import Decision, Verdict

# What a person should know of earlier turns, where the whole conversation led to the decision.
_LASTING = (
    ReasonCode.ANGER,
    ReasonCode.UNEASE,
    ReasonCode.REPETITION,
    ReasonCode.BOT_FAILING,
    ReasonCode.REPEATED_MISUNDERSTANDING,
    ReasonCode.COMPLEXITY,
    ReasonCode.CHURN,
)


@dataclass(frozen=True, slots=True)
class Seen:
    """`chance` is the probability that a person is needed now; `rules` are those that hold."""

    turn: Turn
    tuning: Tuning
    readings: Mapping[ReasonCode, Reading]
    rules: tuple[Rule, ...]
    offer: Offer
    chance: float

    def score(self, code: ReasonCode) -> float:
        """How strongly the turn speaks for the reason; 0 if it does not."""
        reading = self.readings.get(code)
        return reading.score if reading else 0.0

    def reasons(self, *codes: ReasonCode) -> tuple[Reason, ...]:
        """Those of the reasons that the turn speaks for, in this order."""
        found = (self.readings[code] for code in codes if code in self.readings)
        return tuple(reading.reason(self.turn.number) for reading in found)

    def lasting(self) -> tuple[Reason, ...]:
        """The strongest of each kind over the turn and those before, those of the turn first."""
        strongest: dict[ReasonCode, Reason] = {}
        before = (reason for past in self.turn.earlier for reason in past.readings)
        now = self.reasons(*_LASTING)
        for reason in (*before, *now):
            known = strongest.get(reason.code)
            if known is None or (reason.score or 0.0) >= (known.score or 0.0):
                strongest[reason.code] = reason
        found = (strongest[code] for code in _LASTING if code in strongest)
        return tuple(sorted(found, key=lambda reason: reason not in now))

    @property
    def answered(self) -> bool:
        """Whether the knowledge base has the answer."""
        return self.turn.search.decision is SearchDecision.ANSWER

    @property
    def desperate(self) -> bool:
        """Whether the customer says so: only words of despair give the mood a phrase."""
        mood = self.readings.get(ReasonCode.UNEASE)
        return mood is not None and bool(mood.phrase)

    @property
    def is_small_talk(self) -> bool:
        """Whether the message is small talk and nothing more."""
        return is_small_talk(self.turn.message) and not self.hides_a_question

    @property
    def hides_a_question(self) -> bool:
        """Whether small talk carries a question that the knowledge base answers."""
        return self.answered and may_hide_a_question(self.turn.message)


def offered(*reasons: Reason) -> Verdict:
    """A person is offered."""
    return Verdict(Decision.OFFER, reasons, offer_open=True)


def escalated(*reasons: Reason) -> Verdict:
    """A person takes over."""
    return Verdict(Decision.ESCALATE, reasons)
