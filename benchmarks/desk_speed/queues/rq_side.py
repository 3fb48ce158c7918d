"""rq: `worker URL`, `forking URL` or `produce URL ONE_BY_ONE AT_ONCE`."""

from __future__ import annotations

import asyncio
import sys

import redis
import rq

from benchmarks.desk_speed.queues.producer import TAKEN, note, produce

_connection: redis.Redis | None = None


def take(url: str, job: str) -> None:
    """The job: note that it has come."""
    global _connection  # noqa: PLW0603 - rq gives a job nothing that outlives it
    if _connection is None:
        _connection = redis.Redis.from_url(url)
    _connection.rpush(TAKEN, note(job))


async def _produce(url: str, one_by_one: int, at_once: int) -> None:
    queue = rq.Queue(connection=redis.Redis.from_url(url))

    async def put(job: str) -> None:
        queue.enqueue(f"{__spec__.name}.take", url, job, result_ttl=0)

    await produce(url, put, one_by_one, at_once)


def main() -> None:
    """Be a worker or the producer."""
    role, url, *numbers = sys.argv[1:]
    if role == "produce":
        asyncio.run(_produce(url, int(numbers[0]), int(numbers[1])))
        return
    kind = rq.Worker if role == "forking" else rq.SimpleWorker
    connection = redis.Redis.from_url(url)
    kind([rq.Queue(connection=connection)], connection=connection).work(logging_level="WARNING")


if __name__ == "__main__":
    main()
