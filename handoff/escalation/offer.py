"""Whether a person is on offer: derived from what was said, never stored on its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from handoff.escalation.answers import declines
from handoff.escalation.reasons import Reason
from handoff.escalation.turn import PastTurn
from handoff.escalation.verdict import Decision


@dataclass(frozen=True, slots=True)
class Offer:
    """The state of the latest offer of a person.

    `open` until the customer says yes or no, or gets an answer to another question;
    `declined` until the next offer. `reasons` are those of the latest offer.
    """

    open: bool = False
    declined: bool = False
    reasons: tuple[Reason, ...] = ()

    def after(self, past: PastTurn) -> Offer:
        """The state once that turn is over."""
        if past.decision is Decision.OFFER:
            return Offer(open=True, reasons=past.reasons)
        if self.open and declines(past.message):
            return Offer(declined=True, reasons=self.reasons)
        if self.open and past.decision is Decision.ANSWER:
            return Offer(reasons=self.reasons)
        return self


def offer_after(earlier: Iterable[PastTurn]) -> Offer:
    """The state of the offer after these turns, oldest first."""
    offer = Offer()
    for past in earlier:
        offer = offer.after(past)
    return offer
