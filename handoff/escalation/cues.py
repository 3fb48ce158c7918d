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
from itertools import islice
from types import MappingProxyType

import numpy as np

from handoff.escalation import patterns, reply_cues, restating
from handoff.escalation.needles import lowered

# Only the end of a long exchange or message is read: the cost of a turn stays the same.
MAX_CHARS = 1000

_ALPHABET = b" abcdefghijklmnopqrstuvwxyz0123456789"
_LETTERS = len(_ALPHABET)
_PLAIN = bytes(code if code in _ALPHABET else ord(" ") for code in range(256))
_RANKS = bytes(max(0, _ALPHABET.find(code)) for code in range(256))
MAX_EXCHANGES = 12

_WORDS = patterns.compiled(patterns.load("mood_cues.yml")["message"])
_SHAPE = (
    "shouts", "marks", "trails", "asks", "length", "one_word", "short",
    "repeats", "bot_repeats", "ignored", "no_to_closing", "no_to_offer", "negates_without_thanks",
)  # fmt: skip
NAMES: tuple[str, ...] = (*_WORDS, *reply_cues.NAMES, *_SHAPE, *restating.NAMES)
#: Those that tell what the bot's last reply was.
OF_THE_REPLY: tuple[str, ...] = (
    *reply_cues.NAMES, "bot_repeats", "no_to_closing", "no_to_offer",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Exchange:
    """A customer message and what the bot replied; `reply` is empty if it said nothing."""

    text: str
    reply: str = ""


def cues(text: str, earlier: Sequence[Exchange], opening: str = "") -> Mapping[str, float]:
    """The value of each cue for a message; `opening` is what the bot said before any message."""
    text = _straight(text)
    said = [_straight(exchange.text) for exchange in earlier[-MAX_EXCHANGES:]]
    # Several messages in a row are all about what the bot said last.
    answered = (exchange for exchange in reversed(earlier) if exchange.reply.strip())
    latest = tuple(islice(answered, MAX_EXCHANGES))
    bot = reply_cues.straight(latest[0].reply if latest else opening)
    lower = lowered(text)
    found = {name: pattern.count(text, lower) for name, pattern in _WORDS.items()}
    found |= reply_cues.reply_cues(bot)
    found |= _shape(text) | _exchange(text, bot, said, latest)
    found |= restating.restating(text, said)
    found["no_to_closing"] = found["rejects"] * found["bot_closes"]
    found["no_to_offer"] = found["rejects"] * found["bot_offers"]
    polite = found["thanks"] or found["closes"] or found["indifferent"]
    found["negates_without_thanks"] = 0.0 if polite else found["negation"]
    return MappingProxyType(found)


def _straight(text: str) -> str:
    return patterns.straight(text[-MAX_CHARS:])


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


def _exchange(
    text: str, bot: str, said: Sequence[str], latest: Sequence[Exchange]
) -> dict[str, float]:
    """`latest` are the exchanges in which the bot replied, the last first."""
    before = [reply_cues.straight(exchange.reply) for exchange in latest[1:]]
    asked = _straight(latest[0].text) if latest else ""
    return {
        "repeats": max((_alike(text, other) for other in said), default=0.0),
        "bot_repeats": max((_alike(bot, reply) for reply in before), default=0.0),
        "ignored": 1.0 - _alike(asked, bot) if asked and bot else 0.0,
    }


@lru_cache(2048)
def _grams(text: str) -> tuple[int, int]:
    """The pieces of three letters or digits, a bit for each there is, and how many they are.

    Whatever is neither is one space.
    """
    plain = text.lower().encode("ascii", "replace").translate(_PLAIN)
    flat = np.frombuffer(b" ".join(plain.split()).translate(_RANKS), np.uint8).astype(np.intp)
    there = np.zeros(_LETTERS**3, np.bool_)
    there[(flat[:-2] * _LETTERS + flat[1:-1]) * _LETTERS + flat[2:]] = True
    bits = int.from_bytes(np.packbits(there).tobytes(), "big")
    return bits, bits.bit_count()


@lru_cache(8192)  # each turn asks again for the pairs of the turns before
def _alike(text: str, other: str) -> float:
    """Share of common three-letter pieces, 0..1; too short texts say nothing."""
    (some, size), (others, size_of_others) = _grams(text), _grams(other)
    if size < 8 or size_of_others < 8:
        return 0.0
    common = (some & others).bit_count()
    return common / (size + size_of_others - common)


def overlap(one: str, other: str) -> float:
    """How much two texts share letter by letter, 0..1."""
    return _alike(_straight(one), _straight(other))
