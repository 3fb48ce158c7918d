"""Cues of the bot's reply: what kind of step it was that the customer's message answers.

"I did not like it" is an answer to one question and a complaint after another. What a reply says
beyond that is not read: its wording is a habit of the bot, and differs from bot to bot.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from handoff.escalation import patterns
from handoff.escalation.needles import lowered

# Only the end of a long reply is read: the cost of a turn stays the same.
_MAX_CHARS = 500
_MOST_SENTENCES = 3

_PATTERNS = patterns.compiled(patterns.load("mood_cues.yml")["bot"])
_WEIGHED = tuple(name for name in _PATTERNS if name != "bot_refuses")
_SHAPE = (
    "bot_asks_whether", "bot_asks_what", "bot_length", "bot_sentences", "bot_names",
    "bot_counts", "bot_exclaims",
)  # fmt: skip
NAMES: tuple[str, ...] = (*_WEIGHED, *_SHAPE)

_SENTENCE = re.compile(r"(?<=[.?!])\s+")
_LEAD = r"^\W*(?:(?:and|so|or|but|then|also|well|ok(?:ay)?|great|cool)\W+)*"
_WHETHER = re.compile(
    _LEAD + r"(?:do|does|did|is|are|was|were|have|has|would|will|can|could|should|shall|may|any|am)"
    r"(?:n't)?\b",
    re.IGNORECASE,
)
_WHAT = re.compile(
    _LEAD + r"(?:(?:in|at|on|for|to|from|by|with|about|of|around|until|since) )?"
    r"(?:what|which|who|whom|when|where|how|why|whose)\b",
    re.IGNORECASE,
)
# A closing quote or an emoji may follow the mark.
_ASKED = re.compile(r"\?\W*$")
_WORD_CUT = re.compile(r"^\S*\s+")
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]|\"[^\"]+\"|\(\d{4}\)")
_DIGIT = re.compile(r"\d")


def straight(reply: str) -> str:
    """The end of the reply as the expressions take it."""
    whole = reply.strip()
    end = whole[-_MAX_CHARS:]
    if len(end) < len(whole) and not whole[-_MAX_CHARS - 1].isspace():
        end = _WORD_CUT.sub("", end)
    return patterns.straight(end)


@lru_cache(2048)
def reply_cues(reply: str) -> Mapping[str, float]:
    """The value of each cue for a reply that is `straight`; all 0 where there is none."""
    lower = lowered(reply)
    found = {name: _PATTERNS[name].count(reply, lower) for name in _WEIGHED}
    return MappingProxyType(found | _shape(reply))


@lru_cache(2048)
def refuses(reply: str) -> bool:
    """Whether the bot's reply says that something cannot be done, found or understood."""
    text = straight(reply)
    return _PATTERNS["bot_refuses"].search(text, lowered(text)) is not None


def _shape(reply: str) -> dict[str, float]:
    sentences = [each for each in _SENTENCE.split(reply.strip()) if each]
    asked = [each for each in sentences if _ASKED.search(each)]
    return {
        "bot_asks_whether": float(any(map(_WHETHER.search, asked))),
        "bot_asks_what": float(any(map(_WHAT.search, asked))),
        "bot_length": math.log1p(len(reply.split())) / 3.0,
        "bot_sentences": min(_MOST_SENTENCES, len(sentences)) / _MOST_SENTENCES,
        "bot_names": float(_NAME.search(reply) is not None),
        "bot_counts": float(_DIGIT.search(reply) is not None),
        "bot_exclaims": float("!" in reply),
    }
