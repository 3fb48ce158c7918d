"""Redis killed (-9) under load and started on the same files: what it acknowledged is there."""

from __future__ import annotations

import asyncio
import random
import time
from pathlib import Path
from typing import Any

from benchmarks.soak.compare import told
from benchmarks.soak.servers import Valkey
from benchmarks.soak.town import figures, town

POLICIES = ("always", "everysec")
"""Values of `appendfsync`; the embedded server's is `everysec`."""
_UP_S = (1.0, 5.0)
_DOWN_S = 2.0


async def outages(folder: Path, kills: int, conversations: int, seed: int) -> dict[str, Any]:
    """Kill Redis so often with each policy; return by policy what happened and what was lost.

    Only `always` promises that nothing is: what is lost with the other one is told, no fault.
    """
    found = {
        policy: await _outages(folder, policy, kills, conversations, seed) for policy in POLICIES
    }
    return {**found, "faults": found["always"]["faults"]}


async def _outages(
    folder: Path, policy: str, kills: int, conversations: int, seed: int
) -> dict[str, Any]:
    chance = random.Random(seed)
    own, stored = folder / policy, folder / f"{policy}-valkey"
    own.mkdir()
    with Valkey(stored, {"appendonly": "yes", "appendfsync": policy}) as valkey:
        async with town(valkey.url, own, conversations) as place:
            for person in place.people:
                # Refused while Redis is away: what follows must not be stored before it.
                person.one_by_one = True
            place.talk()
            while place.messages < conversations:  # noqa: ASYNC110 - until all are there
                await asyncio.sleep(0.1)
            started = time.monotonic()
            for _ in range(kills):
                await asyncio.sleep(chance.uniform(*_UP_S))
                await valkey.kill()
                await asyncio.sleep(chance.random() * _DOWN_S)
                await valkey.start()
            seconds = time.monotonic() - started
            await place.settle()
            faults = await place.compare()
            found = figures(place, seconds) | told(faults)
    return {"redis_killed": kills} | found
