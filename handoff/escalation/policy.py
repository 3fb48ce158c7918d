"""The policy: what the bot does about a turn, from all readings and the conversation so far."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace

from handoff.escalation.courses import COURSES
from handoff.escalation.offer import offer_after
from handoff.escalation.phrases import Found
from handoff.escalation.pressure import need, pressure
from handoff.escalation.reasons import Reason, ReasonCode
from handoff.escalation.seen import Seen
from handoff.escalation.signals import SIGNALS, Signal
from handoff.escalation.signals.unease import log_odds
from handoff.escalation.tuning import SKILL, Tuning
from handoff.escalation.tuning_file import SHIPPED
from handoff.escalation.turn import Turn
from handoff.escalation.verdict import Decision, Verdict

_NEEDS_PERSON = frozenset({Decision.OFFER, Decision.ESCALATE})


class EscalationPolicy:
    """Assesses one turn at a time; keeps nothing between turns.

    `tuning` is asked for at every turn, so that a changed file counts at once.
    """

    def __init__(
        self, signals: tuple[Signal, ...] = SIGNALS, tuning: Callable[[], Tuning] = lambda: SHIPPED
    ) -> None:
        self._signals = signals
        self._tuning = tuning

    def assess(self, turn: Turn) -> Verdict:
        """What the bot does about the turn, why, and how much a person is needed."""
        tuning = self._tuning()
        mood = log_odds(turn, tuning)
        seen = _seen(turn, tuning, mood, self._signals)
        verdict = next(found for course in COURSES if (found := course(seen)) is not None)
        readings = tuple(each.reason(turn.number) for each in seen.readings.values())
        known = replace(verdict, probability=seen.chance, unease=mood, readings=readings)
        return _for_the_queue(known, seen) if verdict.decision in _NEEDS_PERSON else known

    def without_swearing(self, text: str) -> str:
        """The text without its swear words: those say how something is meant, not what."""
        for hit in self._tuning().phrases.find(text).of("swearing"):
            text = re.sub(rf"\b{re.escape(hit.phrase)}\b", " ", text)
        return " ".join(text.split())


def _seen(turn: Turn, tuning: Tuning, mood: float, signals: Iterable[Signal]) -> Seen:
    found = (signal(turn, tuning) for signal in signals)
    readings = {reading.code: reading for reading in found if reading is not None}
    rules = tuple(rule for rule in tuning.rules if rule.holds(turn.metadata))
    added = sum(rule.weight for rule in rules)
    chance = need(pressure(mood, turn.earlier, readings.values(), tuning) + added)
    return Seen(turn, tuning, readings, rules, offer_after(turn.earlier, tuning), chance)


def _for_the_queue(verdict: Verdict, seen: Seen) -> Verdict:
    """The verdict with what the rules add to its reasons, and what follows for the queue."""
    reasons = verdict.reasons
    if all(reason.code is not ReasonCode.ATTRIBUTE for reason in reasons):
        reasons += seen.reasons(ReasonCode.ATTRIBUTE)
    by_rule = [rule.priority for rule in seen.rules if rule.priority is not None]
    priority = max([seen.tuning.priority_of(reasons), *by_rule])
    skills = tuple(dict.fromkeys(_skills(reasons, seen)))
    return replace(verdict, reasons=reasons, priority=priority, skills=skills)


def _skills(reasons: Iterable[Reason], seen: Seen) -> Iterable[str]:
    """What the agent should know: of the reasons, the rules, the subject, and the language."""
    for reason in reasons:
        yield from seen.tuning.standing(reason.code).skills
    for rule in seen.rules:
        yield from rule.skills
    found = seen.tuning.phrases.find(seen.turn.message.words)
    yield from (hit.name.removeprefix(SKILL) for hit in found.hits if hit.name.startswith(SKILL))
    language = _language(seen, found)
    if language != seen.tuning.language:
        yield language


def _language(seen: Seen, found: Found) -> str:
    """What the search detected, what the page said, or the language of the lists that hit."""
    told = seen.turn.metadata.get("language")
    listed = next((each.language for each in seen.readings.values() if each.language), None)
    by_words = listed or next((hit.language for hit in found.hits if "skill" in hit.name), None)
    said = seen.turn.search.language or (told[:2].lower() if isinstance(told, str) else None)
    return said or by_words or seen.tuning.language
