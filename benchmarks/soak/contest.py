"""Fifty agents in several processes fight over conversations while processes are killed (-9)."""

from __future__ import annotations

import asyncio
import random
import sys
import time
from typing import Any

from redis.asyncio import Redis

from benchmarks.soak.checks import look, transcripts
from benchmarks.soak.crowd import (
    AGENTS,
    CAPACITY,
    CONVERSATIONS,
    LOST_REDIS,
    OPERATIONS,
    PLAN,
    settings_for,
)
from handoff.desk import Desk
from handoff.errors import Refused
from handoff.model import Owner
from handoff.store.connection import connect
from handoff.store.keys import Keys

_AT_LEAST = 200
"""Operations between two kills: where a start takes long, nobody would ever act otherwise."""


class BrokenOff(Exception):  # noqa: N818 - the trial's end, not its finding
    """A trial cannot go on; the text says why."""


class Processes:
    """The processes of the crowd; whoever is killed is replaced."""

    def __init__(self, url: str, count: int, seed: int) -> None:
        self._url = url
        self._shares = [AGENTS[n::count] for n in range(count)]
        self._random = random.Random(seed)
        self._running: dict[int, asyncio.subprocess.Process] = {}
        self._seed = seed
        self.killed = 0

    async def start(self) -> None:
        """Start those that do not run."""
        for place, agents in enumerate(self._shares):
            if place not in self._running:
                self._seed += 1
                self._running[place] = await asyncio.create_subprocess_exec(
                    sys.executable,
                    *("-m", "benchmarks.soak.crowd", self._url, str(self._seed), *agents),
                )

    async def kill(self, *, everybody: bool = False) -> None:
        """Kill one at random, or all of them."""
        places = list(self._running) if everybody else [self._random.choice(list(self._running))]
        for place in places:
            process = self._running.pop(place)
            if process.returncode is None:
                process.kill()
                await process.wait()
            self.killed += not everybody

    def check(self) -> None:
        """Raise `BrokenOff` if one ended by itself."""
        for process in self._running.values():
            if process.returncode == LOST_REDIS:
                raise BrokenOff("a process of the crowd cannot reach Redis")
            if process.returncode is not None:
                raise BrokenOff(f"a process of the crowd ended with {process.returncode}")


async def contest(url: str, operations: int, processes: int, seed: int) -> dict[str, Any]:
    """Let the crowd act until `operations` were tried and one of its processes was killed.

    Returns the figures and what went wrong.
    """
    redis = connect(url)
    desk = Desk(redis, "main", settings_for(url), PLAN)
    for c in CONVERSATIONS:
        await desk.open(c, "Ada")
    running = Processes(url, processes, seed)
    await running.start()
    started, looks, at_last_kill = time.monotonic(), 0, 0
    faults: set[str] = set()
    try:
        next_kill = started + 2.0
        # A fast crowd is through before the first kill is due: it goes on until then.
        while (done := int(await redis.get(OPERATIONS) or 0)) < operations or not running.killed:
            faults |= set(await look(redis, Keys("main"), CONVERSATIONS, AGENTS, CAPACITY))
            looks += 1
            running.check()
            if time.monotonic() > next_kill and done >= at_last_kill + _AT_LEAST:
                at_last_kill = done
                await running.kill()
                await running.start()
                next_kill = time.monotonic() + random.Random(done).uniform(0.5, 2.5)
            await asyncio.sleep(0.05)
        seconds = time.monotonic() - started
    finally:
        await running.kill(everybody=True)
    faults |= set(await look(redis, Keys("main"), CONVERSATIONS, AGENTS, CAPACITY))
    faults |= set(await transcripts(desk, CONVERSATIONS))
    waiting, starved = await _serve_everybody(desk, redis)
    faults |= {f"starved: {c}" for c in starved}
    await redis.aclose()
    return {
        "operations": done,
        "agents": len(AGENTS),
        "processes": processes,
        "killed": running.killed,
        "per_second": round(done / seconds),
        "atomic_looks": looks,
        "waiting_at_the_end": waiting,
        "double_owners": sum("two owners" in fault for fault in faults),
        "lost": sum("lost" in fault or "astray" in fault for fault in faults),
        "starved": len(starved),
        "over_capacity": sum("over capacity" in fault for fault in faults),
        "faults": sorted(faults),
    }


async def _serve_everybody(desk: Desk, redis: Redis) -> tuple[int, list[str]]:
    """Let the graces pass, then serve in order whoever waits; name those who cannot be."""
    await asyncio.sleep(1.5)
    await desk.sweep()
    open_offers = map(str, await redis.zrange("{main}:offers", 0, -1))
    if ended := dict.fromkeys(open_offers, 1.0):
        await redis.zadd("{main}:offers", ended)
    await desk.end_offers()
    waiting = [summary.conversation for summary in await desk.queue(len(CONVERSATIONS))]
    for c in waiting:
        await desk.heartbeat("last", "Last", "socket")
        try:
            if (await desk.summary(c)).wait.team == "pick":
                await desk.claim(c, "last", "Last")
            else:
                await desk.offer(c, "last", "Last", 60_000)
                await desk.accept(c, "last", "Last")
            await desk.close(c, "last", "Last")
        except Refused:
            continue
    states = [await desk.conversation(c) for c in CONVERSATIONS]
    return len(waiting), [s.id for s in states if s.owner in (Owner.QUEUE, Owner.AGENT)]
