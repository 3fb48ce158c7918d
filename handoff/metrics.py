"""What Prometheus is told: every name, its labels and its buckets, in one place.

Two kinds. `Metrics` are of one process and begin at 0 with it: sockets, reconnections, bot turns.
`Figures` are of the whole desk: the scripts count them in Redis in the very step in which something
happens, so each is counted once whatever process did it or died; every process tells the same.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

#: Upper bounds of the histograms of the desk in ms; `moves.lua` has the same.
BOUNDS_MS = (
    *(1_000, 5_000, 10_000, 20_000, 30_000, 60_000, 120_000, 300_000, 600_000, 1_200_000),
    *(1_800_000, 3_600_000, 7_200_000, 14_400_000, 86_400_000),
)
#: Upper bounds of a bot turn in seconds; it may take `turn_timeout_s` (8 s).
TURN_BOUNDS = (0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, 8.0)


class TurnOutcome(StrEnum):
    """How a bot turn ended; `REFUSED`: somebody else had taken over, and the bot was silent."""

    ANSWERED = "answered"
    HANDED_OFF = "handed_off"
    FAILED = "failed"
    REFUSED = "refused"


class Metrics:
    """The counters of one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.sockets = Gauge(
            "tandem_sockets_open", "Open WebSockets.", ["role"], registry=self.registry
        )
        self.reconnects = Counter(
            "tandem_reconnects",
            "Sockets that went on from an event they had seen.",
            ["role"],
            registry=self.registry,
        )
        self._turns = Counter(
            "tandem_bot_turns", "Bot turns by how they ended.", ["outcome"], registry=self.registry
        )
        self._turn_seconds = Histogram(
            "tandem_bot_turn_seconds",
            "From taking a turn to its end.",
            buckets=TURN_BOUNDS,
            registry=self.registry,
        )
        self._refused = Counter(
            "tandem_bot_replies_refused",
            "Replies of the bot that were not shown, because somebody else had taken over.",
            registry=self.registry,
        )
        for role in ("customer", "agent"):
            self.sockets.labels(role)
            self.reconnects.labels(role)
        for outcome in TurnOutcome:
            self._turns.labels(outcome.value)

    @contextmanager
    def socket(self, role: str) -> Iterator[None]:
        """Count a socket as open."""
        with self.sockets.labels(role).track_inprogress():
            yield

    def reconnected(self, role: str) -> None:
        """Count a socket that went on from where another had ended."""
        self.reconnects.labels(role).inc()

    def turn_ended(self, outcome: TurnOutcome, began: float) -> None:
        """Count a bot turn that was taken at `began` (`time.perf_counter`)."""
        self._turns.labels(outcome.value).inc()
        self._turn_seconds.observe(time.perf_counter() - began)
        if outcome is TurnOutcome.REFUSED:
            self._refused.inc()


@dataclass(frozen=True, slots=True)
class Durations:
    """A histogram of the desk: the sum in ms, and how many were up to each bound.

    `under` has the bounds in ms (None for what is longer than all) of what fell between a bound
    and the one before.
    """

    total_ms: int = 0
    under: Mapping[int | None, int] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many there were."""
        return sum(self.under.values())


@dataclass(frozen=True, slots=True)
class TeamFigures:
    """What the desk knows of one team; `longest_wait_ms` is 0 if nobody waits.

    `longer` and `shorter` are how far waits went beyond, or stayed below, what had been told;
    `wait_error_ms` is the mean of both together over the latest hundred or so. `unserved_longer`
    and `unserved_shorter` left unserved after what had been told, or before it was over.
    """

    team: str
    waiting: int
    longest_wait_ms: int
    wait: Durations
    first_response: Durations
    handling: Durations
    longer: Durations
    shorter: Durations
    unserved_longer: int
    unserved_shorter: int
    wait_error_ms: float
    abandoned: Durations
    declined: int
    expired: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What the desk knows; `to_archive` closed conversations are not yet in the archive."""

    teams: Sequence[TeamFigures]
    to_archive: int


def exposition(metrics: Metrics, figures: Figures | None) -> bytes:
    """The text format; without the desk's part if there are no `figures` (Redis is away)."""
    desk = CollectorRegistry()
    if figures is not None:
        desk.register(_Desk(figures))
    up = Gauge("tandem_redis_up", "Whether Redis answered.", registry=desk)
    up.set(figures is not None)
    return generate_latest(metrics.registry) + generate_latest(desk)


class _Desk(Collector):
    """Turns figures into families of metrics."""

    def __init__(self, figures: Figures) -> None:
        self._figures = figures

    def collect(self) -> Iterable[Metric]:
        """All families."""
        teams = self._figures.teams
        length = GaugeMetricFamily("tandem_queue_length", "Who waits.", labels=["team"])
        longest = GaugeMetricFamily(
            "tandem_queue_longest_wait_seconds", "Who waits longest.", labels=["team"]
        )
        for one in teams:
            length.add_metric([one.team], one.waiting)
            longest.add_metric([one.team], one.longest_wait_ms / 1000)
        yield from (length, longest)
        yield _histogram(
            "tandem_wait_seconds", "Queued to claimed.", [((t.team,), t.wait) for t in teams]
        )
        yield from self._estimates()
        yield _histogram(
            "tandem_first_response_seconds",
            "Queued to the first message of an agent.",
            [((t.team,), t.first_response) for t in teams],
        )
        yield _histogram(
            "tandem_handling_seconds",
            "Claimed to closed or handed back.",
            [((t.team,), t.handling) for t in teams],
        )
        yield _counter(
            "tandem_abandoned",
            "Left the queue unserved.",
            [(t.team, t.abandoned.count) for t in teams],
        )
        yield _counter(
            "tandem_offers_declined", "Offers refused.", [(t.team, t.declined) for t in teams]
        )
        yield _counter(
            "tandem_offers_expired", "Offers not answered.", [(t.team, t.expired) for t in teams]
        )
        yield GaugeMetricFamily(
            "tandem_archive_waiting",
            "Closed conversations that are not in the archive yet.",
            value=self._figures.to_archive,
        )

    def _estimates(self) -> Iterable[Metric]:
        teams = self._figures.teams
        yield _histogram(
            "tandem_wait_estimate_error_seconds",
            "Between the wait that was told and the wait that was had.",
            [
                sample
                for t in teams
                for sample in (((t.team, "longer"), t.longer), ((t.team, "shorter"), t.shorter))
            ],
            ("team", "waited"),
        )
        mean = GaugeMetricFamily(
            "tandem_wait_estimate_mean_absolute_error_seconds",
            "The mean of that over the latest hundred or so.",
            labels=["team"],
        )
        for one in teams:
            mean.add_metric([one.team], one.wait_error_ms / 1000)
        yield mean
        unserved = CounterMetricFamily(
            "tandem_wait_estimate_unserved",
            "Left unserved, after the wait that was told or before its end.",
            labels=["team", "waited"],
        )
        for one in teams:
            unserved.add_metric([one.team, "longer"], one.unserved_longer)
            unserved.add_metric([one.team, "shorter"], one.unserved_shorter)
        yield unserved


def _counter(name: str, what: str, values: Iterable[tuple[str, int]]) -> Metric:
    family = CounterMetricFamily(name, what, labels=["team"])
    for team, value in values:
        family.add_metric([team], value)
    return family


def _histogram(
    name: str,
    what: str,
    samples: Iterable[tuple[Sequence[str], Durations]],
    labels: Sequence[str] = ("team",),
) -> Metric:
    family = HistogramMetricFamily(name, what, labels=labels)
    for values, durations in samples:
        buckets, seen = [], 0
        for bound in BOUNDS_MS:
            seen += durations.under.get(bound, 0)
            buckets.append((str(bound / 1000), float(seen)))
        buckets.append(("+Inf", float(durations.count)))
        family.add_metric(values, buckets, durations.total_ms / 1000)
    return family
