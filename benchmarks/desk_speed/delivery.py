"""From a message to the other side's screen, with more and more sockets on one gateway."""

from __future__ import annotations

from asyncio.subprocess import Process
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.desk_speed.process import allow_sockets, median_of, order, running
from benchmarks.desk_speed.scene import CHATS, Scene, scene

RATE = 200.0
"""Messages a second of everybody together, half by customers, half by agents."""
AGENTS = 50
"""Agents at most; a tenth of the sockets if that is fewer."""


@dataclass(frozen=True)
class Load:
    """How much: open sockets, messages a second, rounds of so many seconds."""

    sizes: Sequence[int] = (100, 1000, 5000)
    rate: float = RATE
    rounds: int = 3
    seconds: float = 10.0


async def measure(load: Load) -> list[dict[str, Any]]:
    """One row a size: medians over the rounds."""
    allow_sockets(max(load.sizes))
    rows = []
    async with scene() as stage, running("-m", "benchmarks.desk_speed.crowd", talks=True) as crowd:
        gathering = Gathering(stage, crowd)
        for size in load.sizes:
            await gathering.grow(size)
            rounds = [await _round(stage, crowd, load) for _ in range(load.rounds)]
            rows.append({"sockets": size, "agents": gathering.agents, **_row(rounds)})
    return rows


class Gathering:
    """People who come to one gateway, more and more."""

    def __init__(self, stage: Scene, crowd: Process) -> None:
        self.agents = 0
        self._customers = 0
        self._stage = stage
        self._crowd = crowd

    async def grow(self, size: int) -> None:
        """Let people come until there are `size` sockets; agents claim their conversations."""
        staff = min(AGENTS, size // 10) - self.agents
        count = size - self._customers - self.agents - staff
        customers = await self._stage.customers(self._customers, count)
        names = [name for name, _ in customers]
        shares = [names[CHATS * n : CHATS * (n + 1)] for n in range(staff)]
        agents = await self._stage.agents(self.agents, shares)
        port = self._stage.port
        await order(self._crowd, "open", port=port, customers=customers, agents=agents)
        self._customers += count
        self.agents += staff


async def _round(stage: Scene, crowd: Process, load: Load) -> dict[str, Any]:
    before = stage.cpu_s()
    told = await order(crowd, "talk", rate=load.rate, seconds=load.seconds)
    told["gateway_cpu_ms"] = (stage.cpu_s() - before) * 1000 / told["messages"]
    return told


def _row(rounds: list[dict[str, Any]]) -> dict[str, Any]:
    row = median_of(rounds)
    # What must not happen is not to hide behind a median.
    for name in ("refused", "unseen", "doubled", "sockets_lost"):
        row[name] = sum(one[name] for one in rounds)
    if row["ping"]:
        row["to_ping"] = round(row["due_to_seen"]["p50"] / row["ping"]["p50"], 2)
    return row
