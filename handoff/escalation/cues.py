"""Cues: what the words of a message, and of the exchange before it, say about the customer's mood.

Each cue is a small number with a name. The names are what the fitted model weighs and what the
explanation shows; the order of `NAMES` is the order of the model's weights.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from handoff.escalation import patterns

# Only the end of a long exchange or message is read: the cost of a turn stays the same.
MAX_CHARS = 1000
_REPLY_CHARS = 500
MAX_EXCHANGES = 12
_GRAM = 3

_SECTIONS = patterns.load("mood_cues.yml")
_WORDS = patterns.compiled(_SECTIONS["message"])
_BOT = patterns.compiled(_SECTIONS["bot"])
_SHAPE = (
    "shouts", "marks", "trails", "asks", "length", "one_word", "short",
    "first", "position", "no_reply", "repeats", "bot_repeats", "ignored",
    "no_to_closing", "no_to_offer", "negates_without_thanks",
)  # fmt: skip
_WEIGHED = tuple(name for name in _BOT if name != "bot_refuses")
NAMES: tuple[str, ...] = (*_WORDS, *_WEIGHED, *_SHAPE)


@dataclass(frozen=True, slots=True)
class Exchange:
    """A customer message and what the bot replied; `reply` is empty if it said nothing."""

    text: str
    reply: str = ""


def cues(text: str, earlier: Sequence[Exchange], opening: str = "") -> Mapping[str, float]:
    """The value of each cue for a message; `opening` is what the bot said before any message."""
    return _cues(text[-MAX_CHARS:], tuple(earlier[-MAX_EXCHANGES:]), len(earlier), opening)


@lru_cache(64)  # the signal and the policy read the same turn
def _cues(
    text: str, earlier: tuple[Exchange, ...], number: int, opening: str
) -> Mapping[str, float]:
    text = _straight(text)
    recent = [Exchange(_straight(e.text), _straight_reply(e.reply)) for e in earlier]
    bot = recent[-1].reply if recent else _straight_reply(opening)
    found = {name: _count(pattern, text) for name, pattern in _WORDS.items()}
    found |= {name: _count(_BOT[name], bot) for name in _WEIGHED}
    found |= _shape(text) | _exchange(text, bot, recent, number)
    found["no_to_closing"] = found["rejects"] * found["bot_closes"]
    found["no_to_offer"] = found["rejects"] * found["bot_offers"]
    polite = found["thanks"] or found["closes"] or found["indifferent"]
    found["negates_without_thanks"] = 0.0 if polite else found["negation"]
    return MappingProxyType(found)


def _straight(text: str) -> str:
    return patterns.straight(text[-MAX_CHARS:])


def _straight_reply(text: str) -> str:
    return patterns.straight(text[-_REPLY_CHARS:])


@lru_cache(8192)
def _count(pattern: re.Pattern[str], text: str) -> float:
    """0 without the cue, 1 with it, up to 2 where it comes back."""
    if pattern.search(text) is None:
        return 0.0
    hits = sum(1 for _ in zip(pattern.finditer(text), range(3), strict=False))
    return min(2.0, math.sqrt(hits))


def _shape(text: str) -> dict[str, float]:
    words = re.findall(r"[A-Za-z']+", text)
    loud = [word for word in words if len(word) > 2 and word.isupper()]
    return {
        "shouts": 1.0 if len(loud) >= 2 and len(loud) * 2 > len(words) else 0.0,
        "marks": 1.0 if re.search(r"[!?]{2,}", text) else 0.0,
        "trails": 1.0 if re.search(r"\.{2,}\s*$|…\s*$", text) else 0.0,
        "asks": 1.0 if text.rstrip().endswith("?") else 0.0,
        "length": math.log1p(len(words)) / 3.0,
        "one_word": 1.0 if len(words) == 1 else 0.0,
        "short": 1.0 if 1 < len(words) <= 4 else 0.0,
    }


def _exchange(text: str, bot: str, recent: Sequence[Exchange], number: int) -> dict[str, float]:
    replies = [exchange.reply for exchange in recent[:-1] if exchange.reply]
    said = [exchange.text for exchange in recent]
    grams = _grams(text)
    asked = said[-1] if said else ""
    return {
        "first": 1.0 if number == 0 else 0.0,
        "position": math.log1p(number) / 3.0,
        "no_reply": 1.0 if said and not bot else 0.0,
        "repeats": max((_overlap(grams, _grams(other)) for other in said), default=0.0),
        "bot_repeats": max((_overlap(_grams(bot), _grams(r)) for r in replies), default=0.0),
        "ignored": 1.0 - _overlap(_grams(asked), _grams(bot)) if asked and bot else 0.0,
    }


@lru_cache(2048)
def _grams(text: str) -> frozenset[str]:
    flat = re.sub(r"[^a-z0-9]+", " ", text.lower()).strip()
    return frozenset(flat[i : i + _GRAM] for i in range(len(flat) - _GRAM + 1))


@lru_cache(8192)  # each turn asks again for the pairs of the turns before
def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """Share of common three-letter pieces, 0..1; too short texts say nothing."""
    if len(one) < 8 or len(other) < 8:
        return 0.0
    return len(one & other) / len(one | other)


def overlap(one: str, other: str) -> float:
    """How much two texts share letter by letter, 0..1."""
    return _overlap(_grams(_straight(one)), _grams(_straight(other)))


def refuses(reply: str) -> bool:
    """Whether the bot's reply says that something cannot be done, found or understood."""
    return _count(_BOT["bot_refuses"], _straight(reply)) > 0.0
