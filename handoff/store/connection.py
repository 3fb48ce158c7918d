"""The connection to Redis: how it is made, awaited, and how its failures are told."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import structlog
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialWithJitterBackoff
from redis.exceptions import RedisError, ResponseError

from handoff.errors import Unavailable

logger = structlog.get_logger(__name__)

SOCKET_TIMEOUT_S = 5.0
PROBE_INTERVAL_S = 0.2


def connect(url: str) -> Redis:
    """Return a client for `url` that reads text; it connects when it is first used.

    A command whose connection broke is sent again: every script may run twice without harm.
    """
    return Redis.from_url(
        url,
        decode_responses=True,
        socket_timeout=SOCKET_TIMEOUT_S,
        socket_connect_timeout=SOCKET_TIMEOUT_S,
        health_check_interval=10,
        retry=Retry(ExponentialWithJitterBackoff(base=0.02, cap=0.2), retries=2),
    )


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
    except ResponseError as error:
        logger.error("redis_refused", error=str(error))
        raise Unavailable(str(error)) from error
    except (RedisError, OSError) as error:
        raise Unavailable(str(error)) from error
