"""The connection to Redis: how it is made, awaited, and how its failures are told."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import structlog
from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialWithJitterBackoff
from redis.exceptions import RedisError, ResponseError

from handoff.errors import Unavailable

logger = structlog.get_logger(__name__)

SOCKET_TIMEOUT_S = 5.0
PROBE_INTERVAL_S = 0.2
CONNECTIONS = 64
"""Connections of a process at most; a command that finds none free waits for one."""
QUEUE_TIMEOUT_S = 10.0
"""How long it waits: as long as the pages wait for an answer."""


def connect(url: str, *, text: bool = True) -> Redis:
    """Return a client for `url` that reads text, or bytes; it connects when it is first used.

    A command whose connection broke is sent again: every script may run twice without harm.
    """
    pool = BlockingConnectionPool.from_url(
        url,
        max_connections=CONNECTIONS,
        timeout=QUEUE_TIMEOUT_S,
        decode_responses=text,
        socket_timeout=SOCKET_TIMEOUT_S,
        socket_connect_timeout=SOCKET_TIMEOUT_S,
        health_check_interval=10,
        retry=Retry(ExponentialWithJitterBackoff(base=0.02, cap=0.2), retries=2),
    )
    return Redis.from_pool(pool)


async def wait_for_redis(redis: Redis, patience_s: float) -> None:
    """Return when Redis answers; the start-up order of processes then does not matter.

    Raises:
        Unavailable: Redis did not answer for `patience_s` seconds.
    """
    failure = "no answer"
    deadline = asyncio.get_running_loop().time() + max(patience_s, PROBE_INTERVAL_S)
    with suppress(TimeoutError):
        # The clock is read too, because redis-py may lose the cancellation of the time-out.
        async with asyncio.timeout_at(deadline):
            while asyncio.get_running_loop().time() < deadline:
                try:
                    await redis.ping()
                    return
                except (RedisError, OSError) as error:
                    failure = str(error)
                await asyncio.sleep(PROBE_INTERVAL_S)
    raise Unavailable(f"Redis cannot be reached: {failure}")


@contextmanager
def redis_errors() -> Iterator[None]:
    """Tell every failure of Redis as `Unavailable`; log those that are no matter of reaching it."""
    try:
        yield
    except (RedisError, OSError) as error:
        raise unavailable(error) from error


def unavailable(error: Exception) -> Unavailable:
    """What a failure of Redis is told as."""
    if isinstance(error, ResponseError):
        logger.error("redis_refused", error=str(error))
    return Unavailable(str(error))
