"""The customer says the same again."""

from __future__ import annotations

from itertools import islice

import numpy as np

from handoff.escalation.cues import overlap
from handoff.escalation.reading import Reading
from handoff.escalation.reasons import ReasonCode
from handoff.escalation.turn import Message, Turn

# Two different questions on one subject stay below it; the same question in other words does not.
SIMILAR = 0.85
_LETTERS = 0.6
_LOOK_BACK = 8


def read(turn: Turn) -> Reading | None:
    """The strongest likeness to one of the last messages, by letters or by meaning."""
    recent = islice(reversed(turn.earlier), _LOOK_BACK)
    closest = max((_likeness(turn.message, past.message) for past in recent), default=0.0)
    if closest < SIMILAR:
        return None
    return Reading(ReasonCode.REPETITION, closest, "The customer repeated an earlier message.")


def _likeness(one: Message, other: Message) -> float:
    by_letters = min(1.0, overlap(one.text, other.text) * SIMILAR / _LETTERS)
    if one.vector is None or other.vector is None or len(one.text.split()) < 3:
        return by_letters
    return max(by_letters, float(np.dot(np.asarray(one.vector), np.asarray(other.vector))))
