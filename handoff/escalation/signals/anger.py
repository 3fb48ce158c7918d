"""The customer is angry: with the bot, the shop or the whole world."""

from __future__ import annotations

import re
from collections.abc import Sequence

from handoff.escalation.answers import declines
from handoff.escalation.reading import Reading
from handoff.escalation.reasons import ReasonCode
from handoff.escalation.turn import Message, PastTurn, Turn
from handoff.escalation.verdict import Decision

STRONG = 1.0
MILD = 0.6

_INSULT = re.compile(
    r"\b(?:fuck\w*|f\*+\w*|shit\w*|bullshit|bastards?|assholes?|arseholes?|idiots?|morons?"
    r"|scam(?:mers?)?|thieves|crooks?|stfu|piss(?:ed)? off)\b"
    r"|\b(?:sue you|my lawyer|call the police|go to hell|screw you)\b|🤬|🖕",
    re.IGNORECASE,
)
_ANNOYED = re.compile(
    r"\b(?:useless|ridiculous|furious|fed up|unacceptable|disgrace(?:ful)?|pathetic|outrag\w+"
    r"|appalling|rubbish|worst|sick of|wast(?:e|ing) (?:of )?(?:my )?time|angry|wtf|crap"
    r"|lost (?:all )?(?:my )?patience|losing (?:my )?patience|stupid|so annoy\w+)\b|😡|😠",
    re.IGNORECASE,
)


def read(turn: Turn) -> Reading | None:
    """Strong for insults, threats and for anger that comes back; mild for one annoyed message."""
    strength = _strength(turn.message)
    if strength == 0.0:
        return None
    if strength == STRONG:
        return Reading(ReasonCode.ANGER, STRONG, "The customer is insulting or threatening.")
    if any(_strength(past.message) > 0.0 for past in _since_the_refusal(turn)):
        return Reading(ReasonCode.ANGER, STRONG, "The customer was annoyed more than once.")
    return Reading(ReasonCode.ANGER, MILD, "The customer is annoyed.")


def _since_the_refusal(turn: Turn) -> Sequence[PastTurn]:
    """The turns that count: a customer who wanted no person settled what was before."""
    for number in range(len(turn.earlier) - 1, 0, -1):
        offered = turn.earlier[number - 1].decision is Decision.OFFER
        if offered and declines(turn.earlier[number].message):
            return turn.earlier[number:]
    return turn.earlier


def _strength(message: Message) -> float:
    if _INSULT.search(message.words):
        return STRONG
    if (
        message.is_confidently("complain")
        or _ANNOYED.search(message.words)
        or _shouts(message.words)
    ):
        return MILD
    return 0.0


def _shouts(text: str) -> bool:
    words = re.findall(r"[A-Za-z]{2,}", text)
    return len(words) >= 3 and all(word.isupper() for word in words) and "!" in text
