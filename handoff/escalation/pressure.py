"""The probability that this customer needs a person now, over the whole conversation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from handoff.escalation.fitted import probability
from handoff.escalation.reading import Reading
from handoff.escalation.tuning import Tuning
from handoff.escalation.turn import PastTurn

# The log-odds of an ordinary turn: a memory of ordinary turns adds nothing.
ORDINARY = -2.4
_LOOK_BACK = 12


def pressure(
    unease: float, earlier: Sequence[PastTurn], readings: Iterable[Reading], tuning: Tuning
) -> float:
    """The log-odds of this turn, of those before, which fade, and of what went wrong."""
    known = [past for past in earlier[-_LOOK_BACK:] if past.unease is not None]
    before = [past.unease for past in known if past.unease is not None]
    carry = tuning.memory.carry
    if before and not known[-1].reply:
        # The bot has not answered yet: the message goes on with the mood of the one before.
        unease = (1.0 - carry) * unease + carry * before[-1]
    added = sum(tuning.weights.get(each.code, 0.0) * each.score for each in readings)
    return unease + tuning.memory.weight * _memory(before, tuning.memory.fade) + added


def need(log_odds: float) -> float:
    """The probability that a person is needed, 0..1."""
    return probability(log_odds)


def _memory(moods: Sequence[float], fade: float) -> float:
    """A fading mean, 0 at the start: contented turns make up for bad ones."""
    memory = 0.0
    for mood in moods:
        memory = fade * memory + (1.0 - fade) * (mood - ORDINARY)
    return memory
