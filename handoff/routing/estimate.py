"""How long somebody will wait, from what was measured.

With all places of a team taken, they become free at the rate `places / handling`, `handling` being
the mean time a conversation keeps one. The customer at position k waits for k of them, hence
`k * handling / places`: Little's law for the line, and the mean wait of an M/M/c queue given k - 1
ahead and all c places taken (Kleinrock, Queueing Systems I, 1975, section 3.5). Positions that fit
into free places wait only for somebody to accept.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

MEASURED_ENOUGH = 3
"""Conversations that must have been handled before their mean is told to a customer."""
FINE_STEP_S, COARSE_STEP_S = 15, 60
FINE_UNTIL_S = 120


@dataclass(frozen=True, slots=True)
class Measured:
    """The mean handling time of a team's latest conversations, and how many it has `handled`."""

    handled: int = 0
    handling_ms: float = 0.0


def expected_wait_ms(position: int, places: int, free: int, measured: Measured) -> int | None:
    """Return the expected wait of the one at `position` (1 = next), or None if unknown.

    `places` are the conversations that the agents on duty can hold together, `free` those of
    them that are empty.
    """
    if places < 1 or measured.handled < MEASURED_ENOUGH:
        return None
    ahead = max(0, position - max(0, free))
    return int(ahead * measured.handling_ms / places)


def rounded_s(wait_ms: int) -> int:
    """Return seconds as they are told: rounded up to 15 s below two minutes, else to a minute."""
    seconds = wait_ms / 1000
    step = FINE_STEP_S if seconds <= FINE_UNTIL_S else COARSE_STEP_S
    return max(FINE_STEP_S, math.ceil(seconds / step) * step)
