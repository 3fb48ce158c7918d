"""The policy: what the bot does about a turn, from all readings and the conversation so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from handoff.escalation.answers import accepts, declines, is_small_talk, may_hide_a_question
from handoff.escalation.offer import Offer, offer_after
from handoff.escalation.pressure import need, pressure
from handoff.escalation.reading import Reading
from handoff.escalation.reasons import Reason, ReasonCode, priority_of
from handoff.escalation.signals import SIGNALS, Signal
from handoff.escalation.signals.anger import STRONG
from handoff.escalation.signals.unease import log_odds
from handoff.escalation.turn import SearchDecision, Turn
from handoff.escalation.verdict import Decision, Verdict

Readings = Mapping[ReasonCode, Reading]

_ACCEPTED = Reason(ReasonCode.ACCEPTED_OFFER, "The customer accepted the offer of a person.")
_UNAVAILABLE = Reason(ReasonCode.BOT_UNAVAILABLE, "The bot could not search the knowledge base.")
_MOOD = (
    ReasonCode.ANGER,
    ReasonCode.UNEASE,
    ReasonCode.BOT_FAILING,
    ReasonCode.REPETITION,
    ReasonCode.REPEATED_MISUNDERSTANDING,
    ReasonCode.WEAK_KNOWLEDGE,
)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Probabilities 0..1; `rest` is how many turns a refused offer is not repeated.

    At `offer` one in twenty problem-free conversations of STAR is offered a person.
    `escalate` lies above `offer`: between them a person is offered, not imposed.
    """

    offer: float = 0.75
    escalate: float = 0.9
    rest: int = 3


class EscalationPolicy:
    """Assesses one turn at a time; keeps nothing between turns."""

    def __init__(
        self, signals: tuple[Signal, ...] = SIGNALS, thresholds: Thresholds | None = None
    ) -> None:
        self._signals = signals
        self._thresholds = thresholds or Thresholds()

    def assess(self, turn: Turn) -> Verdict:
        """What the bot does about the turn, why, and how much a person is needed."""
        found = (signal(turn) for signal in self._signals)
        readings = {reading.code: reading for reading in found if reading is not None}
        mood = log_odds(turn)
        chance = need(pressure(mood, turn.earlier, readings))
        offer = offer_after(turn.earlier)
        verdict = (
            _wanted(turn, readings, offer)
            or _declined(turn, offer)
            or _angry(turn, readings, offer)
            or self._pressing(turn, readings, offer, chance)
            or _routine(turn, offer)
            or _not_understood(turn, readings, offer)
        )
        seen = tuple(reading.reason(turn.number) for reading in readings.values())
        return replace(verdict, probability=chance, unease=mood, readings=seen)

    def _pressing(
        self, turn: Turn, readings: Readings, offer: Offer, chance: float
    ) -> Verdict | None:
        """Escalates what an offer did not settle; offers once until answered."""
        limits = self._thresholds
        reasons = _reasons(turn, readings, *_MOOD)
        if chance < limits.offer or not reasons or is_small_talk(turn.message):
            return None
        if offer.open:
            return _escalate(*reasons) if chance >= limits.escalate else None
        if offer.declined and _turns_since_offer(turn) <= limits.rest:
            return None
        if offer.declined and chance < limits.escalate:
            return None
        return _offer(*reasons)


def _wanted(turn: Turn, readings: Readings, offer: Offer) -> Verdict | None:
    """A person the customer asked for, or accepted, comes at once."""
    if ReasonCode.EXPLICIT_REQUEST in readings:
        return _escalate(*_reasons(turn, readings, ReasonCode.EXPLICIT_REQUEST, ReasonCode.ANGER))
    if offer.open and accepts(turn.message):
        return _escalate(_ACCEPTED, *offer.reasons)
    return None


def _declined(turn: Turn, offer: Offer) -> Verdict | None:
    """A plain no closes the offer; a no with a question behind it is left to the other rules."""
    if offer.open and declines(turn.message) and not _answers_small_talk(turn):
        return Verdict(Decision.SMALL_TALK)
    return None


def _angry(turn: Turn, readings: Readings, offer: Offer) -> Verdict | None:
    """Strong anger escalates; mild anger is offered a person, unless the bot can just answer."""
    anger = readings.get(ReasonCode.ANGER)
    if anger is None:
        return None
    if anger.score >= STRONG or offer.open:
        return _escalate(anger.reason(turn.number))
    if turn.search.decision is SearchDecision.UNAVAILABLE:
        return _escalate(_UNAVAILABLE, anger.reason(turn.number))
    has_answer = turn.search.decision is SearchDecision.ANSWER
    if has_answer and not turn.message.is_confidently("complain"):
        return Verdict(Decision.ANSWER)
    return _offer(anger.reason(turn.number))


def _routine(turn: Turn, offer: Offer) -> Verdict | None:
    """Small talk, an answer, or the news that the knowledge base is down."""
    if is_small_talk(turn.message) and not _answers_small_talk(turn):
        return Verdict(Decision.SMALL_TALK, offer_open=offer.open)
    if turn.search.decision is SearchDecision.ANSWER:
        return Verdict(Decision.ANSWER)
    if turn.search.decision is SearchDecision.CLARIFY:
        return Verdict(Decision.CLARIFY, offer_open=offer.open)
    if turn.search.decision is SearchDecision.UNAVAILABLE:
        return _escalate(_UNAVAILABLE)
    return None


def _not_understood(turn: Turn, readings: Readings, offer: Offer) -> Verdict:
    """Offers a person once; asks to rephrase after that; in the end offers or escalates anew."""
    if not any(character.isalnum() for character in turn.message.text):
        return Verdict(Decision.REPHRASE, offer_open=offer.open)
    repeated = readings.get(ReasonCode.REPEATED_MISUNDERSTANDING)
    reasons = _reasons(
        turn, readings, ReasonCode.REPEATED_MISUNDERSTANDING, ReasonCode.WEAK_KNOWLEDGE
    )
    if repeated is None and not (offer.open or offer.declined):
        return _offer(*reasons)
    if offer.open:
        hopeless = repeated is not None and repeated.score >= 1.0
        return _escalate(*reasons) if hopeless else Verdict(Decision.REPHRASE, offer_open=True)
    if repeated is None or _just_declined(turn) or _offered_for_repetition(turn):
        return Verdict(Decision.REPHRASE)
    return _offer(*reasons)


def _answers_small_talk(turn: Turn) -> bool:
    """Whether a question is hidden in the small talk, and the knowledge base answers it."""
    return turn.search.decision is SearchDecision.ANSWER and may_hide_a_question(turn.message)


def _just_declined(turn: Turn) -> bool:
    """Whether the misunderstanding before this one is the one that led to the declined offer."""
    before = next(turn.misunderstood_in_a_row(), None)
    return before is not None and before.decision is Decision.OFFER


def _offered_for_repetition(turn: Turn) -> bool:
    codes = (reason.code for past in turn.earlier for reason in past.reasons)
    return ReasonCode.REPEATED_MISUNDERSTANDING in codes


def _turns_since_offer(turn: Turn) -> int:
    for back, past in enumerate(reversed(turn.earlier), start=1):
        if past.decision is Decision.OFFER:
            return back
    return len(turn.earlier) + 1


def _reasons(turn: Turn, readings: Readings, *codes: ReasonCode) -> tuple[Reason, ...]:
    return tuple(readings[code].reason(turn.number) for code in codes if code in readings)


def _offer(*reasons: Reason) -> Verdict:
    return Verdict(Decision.OFFER, reasons, priority_of(reasons), offer_open=True)


def _escalate(*reasons: Reason) -> Verdict:
    return Verdict(Decision.ESCALATE, reasons, priority_of(reasons))
