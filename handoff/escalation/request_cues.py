"""Cues for the wish to talk to a person: asked for, refused, reported, or meant otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from handoff.escalation import patterns
from handoff.escalation.misspelt import Speller
from handoff.escalation.needles import lowered

MAX_CHARS = 1000
# The cues that show where the request is, the surest first.
_ASKING = ("talk_to", "wants", "bare", "live_chat", "call_me", "put_through", "no_bot", "human")
# With one of these the words of a request mean something else.
_UNSAID = ("refused", "reported", "otherwise", "challenge", "named", "sales")

_SECTIONS = patterns.load("request_cues.yml")
_CUES = patterns.compiled(_SECTIONS["cues"], _SECTIONS["parts"])
_SPELLER = Speller(*(_SECTIONS["spelling"][name].split() for name in ("telling", "others")))

NAMES: tuple[str, ...] = (*_CUES, "few_words", "asked", "unsaid")


@lru_cache(64)  # the signal reads a message more than once
def request_cues(text: str) -> Mapping[str, float]:
    """The value of each cue for a message, 0 or 1."""
    text = _read(text)
    lower = lowered(text)
    found = {name: 1.0 if cue.search(text, lower) else 0.0 for name, cue in _CUES.items()}
    asked = max(found["talk_to"], found["wants"], found["bare"], found["live_chat"])
    unsaid = max(found[name] for name in _UNSAID)
    found["few_words"] = 1.0 if len(text.split()) <= 3 else 0.0
    found["asked"] = asked * (1.0 - unsaid)
    found["unsaid"] = unsaid * (1.0 - found["no_bot"])
    return MappingProxyType(found)


def asking_words(text: str) -> str:
    """The words that ask for a person, slips put right; empty where no cue points at them."""
    text = _read(text)
    hits = (_CUES[name].expression.search(text) for name in _ASKING)
    return next((hit.group().strip() for hit in hits if hit), "")


def _read(text: str) -> str:
    return _SPELLER.mended(patterns.straight(text[-MAX_CHARS:]))
