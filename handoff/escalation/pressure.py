"""The probability that this customer needs a person now, over the whole conversation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from handoff.escalation.linear import probability
from handoff.escalation.reading import Reading
from handoff.escalation.reasons import ReasonCode
from handoff.escalation.turn import PastTurn

# A turn's share in the memory of the mood, and the memory's weight beside the present turn.
FADE = 0.5
MEMORY = 0.3
# The log-odds of an ordinary turn: a memory of ordinary turns adds nothing.
ORDINARY = -2.4
# A message that came before the bot could reply continues the mood of the one before.
CARRY = 0.5
_LOOK_BACK = 12
# What an event of the conversation adds to the log-odds, times its score.
_ADDED: Mapping[ReasonCode, float] = {
    ReasonCode.REPETITION: 0.7,
    ReasonCode.BOT_FAILING: 1.0,
    ReasonCode.REPEATED_MISUNDERSTANDING: 1.0,
    ReasonCode.WEAK_KNOWLEDGE: 0.3,
}


def pressure(
    unease: float, earlier: Sequence[PastTurn], readings: Mapping[ReasonCode, Reading]
) -> float:
    """The log-odds of this turn, of those before, which fade, and of what went wrong."""
    known = [past for past in earlier[-_LOOK_BACK:] if past.unease is not None]
    before = [past.unease for past in known if past.unease is not None]
    if known and not known[-1].reply and before:
        unease = (1.0 - CARRY) * unease + CARRY * before[-1]
    added = sum(weight * readings[code].score for code, weight in _ADDED.items()
                if code in readings)  # fmt: skip
    return unease + MEMORY * _memory(before) + added


def need(log_odds: float) -> float:
    """The probability that a person is needed, 0..1."""
    return probability(log_odds)


def _memory(moods: Sequence[float]) -> float:
    """A fading mean, 0 at the start: contented turns make up for bad ones."""
    memory = 0.0
    for mood in moods:
        memory = FADE * memory + (1.0 - FADE) * (mood - ORDINARY)
    return memory
