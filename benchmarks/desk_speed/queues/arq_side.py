"""arq: `worker URL POLL_S` or `produce URL ONE_BY_ONE AT_ONCE`."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import arq
from arq.connections import RedisSettings

from benchmarks.desk_speed.queues.producer import TAKEN, note, produce


async def take(context: dict[str, Any], job: str) -> None:
    """The job: note that it has come."""
    await context["redis"].rpush(TAKEN, note(job))


async def _produce(url: str, one_by_one: int, at_once: int) -> None:
    pool = await arq.create_pool(RedisSettings.from_dsn(url))

    async def put(job: str) -> None:
        await pool.enqueue_job("take", job)

    await produce(url, put, one_by_one, at_once)


def main() -> None:
    """Be a worker or the producer."""
    role, url, *numbers = sys.argv[1:]
    if role == "produce":
        asyncio.run(_produce(url, int(numbers[0]), int(numbers[1])))
        return
    worker = arq.Worker(
        functions=[take],
        redis_settings=RedisSettings.from_dsn(url),
        max_jobs=1,
        poll_delay=float(numbers[0]),
        keep_result=0,
    )
    worker.run()


if __name__ == "__main__":
    main()
