"""The courses the bot can take, in the order in which they are tried; the first that fits is it."""

from __future__ import annotations

from collections.abc import Callable

from handoff.escalation.answers import accepts, declines
from handoff.escalation.reasons import Reason, ReasonCode
from handoff.escalation.seen import Seen, escalated, offered
from handoff.escalation.signals.complexity import HIGH
from handoff.escalation.signals.frustration import STRONG
from handoff.escalation.signals.repetition import OFTEN
from handoff.escalation.signals.sensitive import CERTAIN
from handoff.escalation.turn import SearchDecision
from handoff.escalation.verdict import Decision, Verdict

Course = Callable[[Seen], Verdict | None]

_ACCEPTED = "The customer accepted the offer of a person."
_UNAVAILABLE = "The bot could not search the knowledge base."
_SHOWN = 80
_SENSITIVE = (
    ReasonCode.SAFETY,
    ReasonCode.FRAUD,
    ReasonCode.LEGAL,
    ReasonCode.DATA_PROTECTION,
    ReasonCode.PRESS,
)


def in_danger(seen: Seen) -> Verdict | None:
    """Somebody whose life may be in danger gets the fixed words and a person, and nothing else."""
    reading = seen.readings.get(ReasonCode.DANGER_TO_LIFE)
    if reading is None:
        return None
    text = seen.tuning.crisis_text(reading.language or None)
    return Verdict(Decision.ESCALATE, seen.reasons(ReasonCode.DANGER_TO_LIFE), text=text)


def sensitive(seen: Seen) -> Verdict | None:
    """What only a person may deal with goes to one, unless it was a general question."""
    certain = any(seen.score(code) >= CERTAIN for code in _SENSITIVE)
    reasons = seen.reasons(*_SENSITIVE)
    known = seen.turn.search.decision in (SearchDecision.ANSWER, SearchDecision.CLARIFY)
    if not reasons or (known and not certain):
        return None
    return escalated(*reasons, *seen.reasons(ReasonCode.EXPLICIT_REQUEST, ReasonCode.ANGER))


def wanted(seen: Seen) -> Verdict | None:
    """A person the customer asked for, or accepted, comes at once."""
    if ReasonCode.EXPLICIT_REQUEST in seen.readings:
        codes = (ReasonCode.EXPLICIT_REQUEST, ReasonCode.ANGER, ReasonCode.CHURN)
        return escalated(*seen.reasons(*codes))
    if seen.offer.open and accepts(seen.turn.message, seen.tuning):
        turn, said = seen.turn.number, seen.turn.message.text[:_SHOWN]
        accepted = Reason(ReasonCode.ACCEPTED_OFFER, _ACCEPTED, 1.0, turn, said)
        return escalated(accepted, *seen.offer.reasons)
    return None


def declined(seen: Seen) -> Verdict | None:
    """A plain no closes the offer; a no with a question behind it is left to the other courses."""
    no = seen.offer.open and declines(seen.turn.message, seen.tuning)
    return Verdict(Decision.SMALL_TALK) if no and not seen.hides_a_question else None


def ruled(seen: Seen) -> Verdict | None:
    """A rule that asks for a person gets one; one that asks for an offer, if none was made."""
    reasons = seen.reasons(ReasonCode.ATTRIBUTE)
    decisions = {rule.decision for rule in seen.rules}
    if "escalate" in decisions:
        return escalated(*reasons)
    if "offer" in decisions and not seen.offer.made and not seen.is_small_talk:
        return offered(*reasons)
    return None


def angry(seen: Seen) -> Verdict | None:
    """Strong anger escalates; mild anger is offered a person, unless the bot can just answer."""
    if ReasonCode.ANGER not in seen.readings:
        return None
    reasons = seen.reasons(ReasonCode.ANGER, ReasonCode.CHURN)
    if seen.offer.declined and seen.offer.is_about(ReasonCode.ANGER):
        # They are angry and do not want a person: both are known by now.
        return None
    strong = seen.score(ReasonCode.ANGER) >= STRONG
    if (strong and not seen.offer.declined) or seen.offer.open:
        return escalated(*reasons)
    if seen.turn.search.decision is SearchDecision.UNAVAILABLE:
        return escalated(_unavailable(seen), *reasons)
    if seen.answered and not strong and not seen.turn.message.is_confidently("complain"):
        return None
    return offered(*reasons)


def pressing(seen: Seen) -> Verdict | None:
    """Offers a person once until answered, and escalates what an offer did not settle.

    A later offer is a new one only if the mood was calm since, or is worse than ever after a
    rest: the bot does not flap. After a refusal it rests in any case.
    """
    limits, offer = seen.tuning.thresholds, seen.offer
    reasons = seen.lasting() + seen.reasons(ReasonCode.WEAK_KNOWLEDGE)
    if seen.chance < limits.offer or not reasons or seen.is_small_talk:
        return None
    pressed = seen.chance >= limits.escalate
    if offer.open:
        # The first message after the offer may just not have answered it yet.
        return escalated(*reasons) if pressed and offer.age > 1 else None
    rested = offer.age > limits.rest
    if offer.declined:
        return offered(*reasons) if rested and (pressed or offer.settled) else None
    if offer.made and not offer.settled and not (rested and pressed):
        return None
    return offered(*reasons)


def repeated(seen: Seen) -> Verdict | None:
    """Who says the same for the third time gets a person, whatever the bot would answer."""
    if seen.score(ReasonCode.REPETITION) < OFTEN or seen.is_small_talk:
        return None
    reasons = seen.reasons(ReasonCode.REPETITION, ReasonCode.BOT_FAILING, ReasonCode.UNEASE)
    if seen.offer.open:
        return escalated(*reasons)
    return None if seen.offer.made else offered(*reasons)


def routine(seen: Seen) -> Verdict | None:
    """Small talk, an answer, or the news that the knowledge base is down."""
    found = seen.turn.search.decision
    if seen.is_small_talk:
        return Verdict(Decision.SMALL_TALK, offer_open=seen.offer.open)
    if found is SearchDecision.ANSWER:
        return Verdict(Decision.ANSWER)
    if found is SearchDecision.UNAVAILABLE:
        return escalated(_unavailable(seen))
    return None


def clarified(seen: Seen) -> Verdict | None:
    """Asks which article is meant, unless asking has not helped or the case is a person's."""
    if seen.turn.search.decision is not SearchDecision.CLARIFY:
        return None
    hopeless = seen.score(ReasonCode.REPEATED_MISUNDERSTANDING) >= 1.0
    intricate = seen.score(ReasonCode.COMPLEXITY) >= HIGH or ReasonCode.CHURN in seen.readings
    if (hopeless or intricate) and not (seen.offer.open or seen.offer.declined):
        return None
    return Verdict(Decision.CLARIFY, offer_open=seen.offer.open)


def not_understood(seen: Seen) -> Verdict:
    """Offers a person once; asks to rephrase after that; in the end offers or escalates anew."""
    offer = seen.offer
    if not any(character.isalnum() for character in seen.turn.message.text):
        return Verdict(Decision.REPHRASE, offer_open=offer.open)
    again = seen.score(ReasonCode.REPEATED_MISUNDERSTANDING)
    reasons = seen.reasons(
        ReasonCode.CHURN,
        ReasonCode.COMPLEXITY,
        ReasonCode.UNEASE,
        ReasonCode.REPEATED_MISUNDERSTANDING,
        ReasonCode.WEAK_KNOWLEDGE,
    )
    if not again and not (offer.open or offer.declined):
        return offered(*reasons)
    if offer.open:
        hopeless = again >= 1.0 or (again > 0.0 and seen.desperate)
        return escalated(*reasons) if hopeless else Verdict(Decision.REPHRASE, offer_open=True)
    if not again or _just_declined(seen) or _offered_for_repetition(seen):
        return Verdict(Decision.REPHRASE)
    return offered(*reasons)


def _unavailable(seen: Seen) -> Reason:
    return Reason(ReasonCode.BOT_UNAVAILABLE, _UNAVAILABLE, 1.0, seen.turn.number)


def _just_declined(seen: Seen) -> bool:
    """Whether the misunderstanding before this one is the one that led to the declined offer."""
    before = next(seen.turn.misunderstood_in_a_row(), None)
    return before is not None and before.decision is Decision.OFFER


def _offered_for_repetition(seen: Seen) -> bool:
    codes = (reason.code for past in seen.turn.earlier for reason in past.reasons)
    return ReasonCode.REPEATED_MISUNDERSTANDING in codes


COURSES: tuple[Course, ...] = (
    in_danger,
    sensitive,
    wanted,
    declined,
    ruled,
    angry,
    pressing,
    repeated,
    routine,
    clarified,
    not_understood,
)
