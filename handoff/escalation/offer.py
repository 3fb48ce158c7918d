"""Whether a person is on offer: derived from what was said, never stored on its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from handoff.escalation.answers import declines
from handoff.escalation.reasons import Reason, ReasonCode
from handoff.escalation.tuning import Tuning
from handoff.escalation.turn import PastTurn
from handoff.escalation.verdict import Decision


@dataclass(frozen=True, slots=True)
class Offer:
    """The state of the latest offer of a person.

    `open` until the customer says yes or no, or gets an answer to another question;
    `declined` until the next offer. `reasons` are those of the latest offer, `age` how many of
    the customer's messages came after it (0 without one). `settled`: the mood was calm since.
    """

    open: bool = False
    declined: bool = False
    reasons: tuple[Reason, ...] = ()
    age: int = 0
    settled: bool = True

    @property
    def made(self) -> bool:
        """Whether there ever was one."""
        return self.age > 0

    def is_about(self, code: ReasonCode) -> bool:
        """Whether the offer was made for that reason."""
        return any(reason.code is code for reason in self.reasons)

    def after(self, past: PastTurn, tuning: Tuning) -> Offer:
        """The state once that turn is over."""
        if past.decision is Decision.OFFER:
            return Offer(open=True, reasons=past.reasons, age=1, settled=False)
        if not self.made:
            return self
        calm = past.probability is not None and past.probability < tuning.thresholds.calm
        older = replace(self, age=self.age + 1, settled=self.settled or calm)
        if self.open and declines(past.message, tuning):
            return replace(older, open=False, declined=True)
        if self.open and past.decision is Decision.ANSWER:
            return replace(older, open=False)
        return older


def offer_after(earlier: Iterable[PastTurn], tuning: Tuning) -> Offer:
    """The state of the offer after these turns, oldest first."""
    offer = Offer()
    for past in earlier:
        offer = offer.after(past, tuning)
    return offer
