"""The customer says the same again."""

from __future__ import annotations

import math
from itertools import islice

import numpy as np

from handoff.escalation.cues import overlap
from handoff.escalation.reading import Reading
from handoff.escalation.reasons import ReasonCode
from handoff.escalation.tuning import Tuning
from handoff.escalation.tuning_file import SHIPPED
from handoff.escalation.turn import Message, Turn

# Two messages that share this much of their letters are as alike as `thresholds.similar` asks.
_LETTERS = 0.6
# The same for the third time.
OFTEN = 1.0
_LOOK_BACK = 8
_OPENINGS = ("accepts", "praise")
_ASSENT = (*_OPENINGS, "filler")
_SHOWN = 80


def read(turn: Turn, tuning: Tuning = SHIPPED) -> Reading | None:
    """How often one of the last messages said the same, by letters or by meaning.

    Two different questions on one subject stay below the shipped threshold; the same question in
    other words does not. A second yes answers another question of the bot and repeats nothing.
    """
    if _says_yes(turn.message, tuning):
        return None
    similar = tuning.thresholds.similar
    recent = islice(enumerate(reversed(turn.earlier), start=1), _LOOK_BACK)
    again = [(turn.number - back, past.message.text) for back, past in recent
             if _likeness(turn.message, past.message, similar) >= similar]  # fmt: skip
    if not again:
        return None
    numbers = ", ".join(str(number) for number, _ in reversed(again))
    detail = f"The customer said the same in message {numbers}."
    return Reading(ReasonCode.REPETITION, _score(len(again)), detail, again[0][1][:_SHOWN])


def _says_yes(message: Message, tuning: Tuning) -> bool:
    """Whether it is a yes or praise and nothing more, by its words: intents hide questions."""
    said = tuning.phrases.find(message.words)
    return "?" not in message.words and any(said.is_made_of(name, *_ASSENT) for name in _OPENINGS)


def _score(times: int) -> float:
    return min(OFTEN, (1 + times) / 3)


def _likeness(one: Message, other: Message, similar: float) -> float:
    by_letters = min(1.0, overlap(one.text, other.text) * similar / _LETTERS)
    if one.embedding is None or other.embedding is None or len(one.text.split()) < 3:
        return by_letters
    if one.embedding.encoder != other.embedding.encoder:
        return by_letters
    vectors = one.embedding.vector, other.embedding.vector
    cosine = float(np.dot(*vectors)) if len(vectors[0]) == len(vectors[1]) else 0.0
    return max(by_letters, cosine if math.isfinite(cosine) else 0.0)
