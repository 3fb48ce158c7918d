"""Sockets cut at random moments, and gateways killed (-9): nothing lost, doubled, out of order."""

from __future__ import annotations

import asyncio
import random
import time
from pathlib import Path
from typing import Any

from benchmarks.soak.compare import told
from benchmarks.soak.town import Town, figures, town

_KILL_EVERY_S = (20.0, 60.0)


async def cuts(
    url: str,
    folder: Path,
    sockets: int,
    conversations: int,
    seed: int,
    *,
    kill_every_s: tuple[float, float] = _KILL_EVERY_S,
) -> dict[str, Any]:
    """Cut so many sockets while everybody writes; return the figures and what went wrong.

    Between `kill_every_s` seconds pass from one kill of a gateway to the next.
    """
    async with town(url, folder, conversations) as place:
        started = time.monotonic()
        place.talk()
        for proxy in place.proxies:
            proxy.cutting.set()
        killing = asyncio.create_task(_kill(place, random.Random(seed), kill_every_s))
        try:
            while sum(proxy.cuts.total() for proxy in place.proxies) < sockets:
                if killing.done():
                    killing.result()
                await asyncio.sleep(0.2)
        finally:
            killing.cancel()
            await asyncio.gather(killing, return_exceptions=True)
        seconds = time.monotonic() - started
        for proxy in place.proxies:
            proxy.cutting.clear()
        for process in place.gateways:
            if not process.running:
                await process.start()
        await place.settle()
        faults = await place.compare()
        return figures(place, seconds) | told(faults)


async def _kill(place: Town, chance: random.Random, every_s: tuple[float, float]) -> None:
    """Kill a gateway now and then; the other serves alone until it is back."""
    while True:
        await asyncio.sleep(chance.uniform(*every_s))
        victim = chance.choice(place.gateways)
        await victim.kill()
        await asyncio.sleep(chance.random() * 2)
        await victim.start()
