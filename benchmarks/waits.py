"""How good the estimate of a wait is: `python -m benchmarks.waits [--json]`.

A team's day in virtual time: customers arrive at random (Poisson), agents handle them for
exponential or lognormal times, and everybody who has to wait is told what a gateway would tell. In
the same run, over the same customers: the mean of the latest hundred waits, the wait of the last
one who was served, and the best that any estimate can do which knows place and agents but not when
each conversation will end (the true mean handling time in place of the measured one).
"""

from __future__ import annotations

import argparse
import heapq
import json
import math
import random
import statistics
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from handoff.routing.estimate import Measured, expected_wait_ms, rounded_s

HANDLING_S = 300.0
MEMORY = 100
"""How many the desk's running means go back; `moves.lua` has the same."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One team: its places, the load on each of them, and the spread of handling times."""

    name: str
    places: int
    load: float
    handling: Callable[[random.Random], float]


def exponential(rng: random.Random) -> float:
    """A handling time in seconds, memoryless."""
    return rng.expovariate(1 / HANDLING_S)


def lognormal(rng: random.Random) -> float:
    """A handling time in seconds; the coefficient of variation is 1, as of `exponential`."""
    sigma = math.sqrt(math.log(2))
    return rng.lognormvariate(math.log(HANDLING_S) - sigma**2 / 2, sigma)


def steady(rng: random.Random) -> float:
    """A handling time in seconds between half the mean and one and a half."""
    return rng.uniform(0.5, 1.5) * HANDLING_S


SETTINGS = (
    Setting("M/M/5, load 0.9", 5, 0.9, exponential),
    Setting("M/M/20, load 0.95", 20, 0.95, exponential),
    Setting("lognormal, 20 places, load 0.95", 20, 0.95, lognormal),
    Setting("steady, 20 places, load 0.95", 20, 0.95, steady),
)


@dataclass(slots=True)
class RunningMean:
    """The mean of the desk: of the latest hundred or so."""

    count: int = 0
    value: float = 0.0

    def add(self, one: float) -> None:
        """Take one more in."""
        self.count += 1
        self.value += (one - self.value) / min(self.count, MEMORY)


@dataclass(slots=True)
class Told:
    """What one customer who had to wait was told by each estimate, in s, and had."""

    at: float
    by: dict[str, float]
    had: float = 0.0


@dataclass(slots=True)
class Team:
    """A team in virtual time, all times in s."""

    setting: Setting
    rng: random.Random
    busy: list[tuple[float, float]] = field(default_factory=list)
    line: deque[Told] = field(default_factory=deque)
    handling: RunningMean = field(default_factory=RunningMean)
    waits: RunningMean = field(default_factory=RunningMean)
    last_wait: float = 0.0

    def arrives(self, at: float) -> Told | None:
        """A customer comes; answers what was told if there is a wait and it can be known."""
        if len(self.busy) < self.setting.places:
            self._serve(at)
            return None
        told = self._estimates(at)
        self.line.append(told)
        return told if "told" in told.by else None

    def until(self, at: float) -> None:
        """Let everything happen that ends before `at`."""
        while self.busy and self.busy[0][0] <= at:
            now, lasted = heapq.heappop(self.busy)
            self.handling.add(lasted)
            if self.line:
                first = self.line.popleft()
                first.had = self.last_wait = now - first.at
                self.waits.add(first.had)
                self._serve(now)

    def _serve(self, at: float) -> None:
        lasts = self.setting.handling(self.rng)
        heapq.heappush(self.busy, (at + lasts, lasts))

    def _estimates(self, at: float) -> Told:
        position, places = len(self.line) + 1, self.setting.places
        by = {
            "best": position * HANDLING_S / places,
            "mean wait": self.waits.value,
            "last wait": self.last_wait,
        }
        measured = Measured(self.handling.count, self.handling.value * 1000)
        wait_ms = expected_wait_ms(position, places, 0, measured)
        if wait_ms is not None:
            by |= {"exact": wait_ms / 1000, "told": rounded_s(wait_ms)}
        return Told(at, by)


def day(setting: Setting, customers: int, seed: int) -> Iterator[Told]:
    """Everybody who was told a wait, and had it."""
    rng = random.Random(seed)
    team, at, told = Team(setting, rng), 0.0, []
    for _ in range(customers):
        at += rng.expovariate(setting.places * setting.load / HANDLING_S)
        team.until(at)
        if one := team.arrives(at):
            told.append(one)
    team.until(math.inf)
    yield from told


def figures(setting: Setting, customers: int, seed: int) -> dict[str, object]:
    """Errors in s of every estimate over the same customers."""
    told = list(day(setting, customers, seed))
    errors = {
        name: statistics.fmean(abs(one.by[name] - one.had) for one in told)
        for name in ("told", "exact", "best", "mean wait", "last wait")
    }
    return {
        "setting": setting.name,
        "waited": len(told),
        "mean_wait_s": round(statistics.fmean(one.had for one in told), 1),
        "bias_s": round(statistics.fmean(one.by["told"] - one.had for one in told), 1),
        "mean_absolute_error_s": {name: round(error, 1) for name, error in errors.items()},
        "served_in_time": round(statistics.fmean(one.had <= one.by["told"] for one in told), 3),
    }


def main() -> None:
    """Print a table, or JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    rows = [figures(setting, given.customers, given.seed) for setting in SETTINGS]
    if given.json:
        print(json.dumps(rows, indent=2))
        return
    for row in rows:
        print("  ".join(f"{key}={value}" for key, value in row.items()))


if __name__ == "__main__":
    main()
