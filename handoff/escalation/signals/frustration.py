"""The customer is angry: with the bot, the shop or the whole world."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from handoff.escalation.answers import declines
from handoff.escalation.reading import Reading
from handoff.escalation.reasons import ReasonCode
from handoff.escalation.tuning import Tuning
from handoff.escalation.tuning_file import SHIPPED
from handoff.escalation.turn import Message, PastTurn, Turn
from handoff.escalation.verdict import Decision

STRONG = 1.0
MILD = 0.6
# Swearing about a thing is no more than strong language; with anything else it adds to it.
_SWEARING = 0.4
_MORE = 0.2
_SHOWN = 80

_CENSORED = re.compile(r"\b[a-z]\w?\*{2,}\w*|[#@$%&!]{4,}", re.IGNORECASE)
_MARKS = re.compile(r"[!?]{2,}")
_WORD = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True, slots=True)
class _Heat:
    """How heated a message is, what shows it, and in which words."""

    score: float
    detail: str = ""
    phrase: str = ""
    language: str = ""


_CALM = _Heat(0.0)


def read(turn: Turn, tuning: Tuning = SHIPPED) -> Reading | None:
    """Strong for insults, rage and anger that comes back; mild for one annoyed message."""
    heat = _heat(turn.message, tuning)
    if heat.score < MILD:
        heat = _sarcastic_praise(turn, tuning)
    if heat.score < MILD:
        return None
    before = [past for past in _since_the_refusal(turn, tuning)
              if _heat(past.message, tuning).score >= MILD]  # fmt: skip
    if heat.score < STRONG and before:
        heat = _Heat(STRONG, "The customer was annoyed more than once.", heat.phrase)
    return Reading(ReasonCode.ANGER, heat.score, heat.detail, heat.phrase, heat.language)


def _heat(message: Message, tuning: Tuning) -> _Heat:
    found = tuning.phrases.find(message.words)
    insult = found.first("insult")
    if insult is not None:
        return _Heat(STRONG, "The customer is insulting.", insult.phrase, insult.language)
    annoyed = found.first("annoyed", "sarcasm")
    shouts, marks = _shouts(message.words), bool(_MARKS.search(message.words))
    swears = found.first("swearing") is not None or bool(_CENSORED.search(message.words))
    if annoyed is not None:
        more = (found.count("annoyed", "sarcasm") > 1) + swears + shouts + marks
        score = min(STRONG, MILD + _MORE * more)
        kind = "sarcastic" if annoyed.name == "sarcasm" else "annoyed"
        detail = "The customer is furious." if score >= STRONG else f"The customer is {kind}."
        return _Heat(score, detail, annoyed.phrase, annoyed.language)
    if shouts:
        score = STRONG if swears else MILD
        return _Heat(score, "The customer writes in capitals.", message.text[:_SHOWN])
    if message.is_confidently("complain"):
        return _Heat(MILD + _MORE * swears, "The customer complains.", message.text[:_SHOWN])
    return _Heat(_SWEARING if swears else 0.0)


def _sarcastic_praise(turn: Turn, tuning: Tuning) -> _Heat:
    """Strong praise for a bot that has just failed twice is not meant."""
    praise = tuning.phrases.find(turn.message.words).first("praise")
    if praise is None or sum(1 for _ in turn.misunderstood_in_a_row()) < 2:
        return _CALM
    detail = "The customer praises a bot that had no answer twice."
    return _Heat(MILD, detail, praise.phrase, praise.language)


def _since_the_refusal(turn: Turn, tuning: Tuning) -> Sequence[PastTurn]:
    """The turns that count: a customer who wanted no person settled what was before."""
    for number in range(len(turn.earlier) - 1, 0, -1):
        offered = turn.earlier[number - 1].decision is Decision.OFFER
        if offered and declines(turn.earlier[number].message, tuning):
            return turn.earlier[number:]
    return turn.earlier


def _shouts(text: str) -> bool:
    words = _WORD.findall(text)
    return len(words) >= 3 and all(word.isupper() for word in words) and "!" in text
