"""How much, how often and how long the gateway allows; and the counters that watch it."""

from __future__ import annotations

import time
from dataclasses import dataclass

from limits import parse
from limits.aio.storage import RedisStorage
from limits.aio.strategies import MovingWindowRateLimiter
from redis.asyncio import Redis

from handoff.gateway.errors import RateLimited
from handoff.settings import Settings


@dataclass(frozen=True)
class Limits:
    """Bounds of the gateway; durations in seconds."""

    customer_session_per_ip: str = "60/minute"
    login_per_ip_and_email: str = "10/minute"
    login_per_ip: str = "60/minute"
    #: Commands a customer's socket may send at once, and how long until all are earned again.
    customer_commands: int = 30
    customer_commands_s: float = 10.0
    agent_commands: int = 200
    agent_commands_s: float = 10.0
    #: A client that takes longer than this to accept a frame is closed and resumes later.
    slow_reader_s: float = 15.0
    #: Answers that may wait for a socket's writer; more stop the reading of its commands.
    backlog: int = 64
    #: WebSocket pings; half of it without a pong and the connection counts as gone.
    ping_s: float = 25.0
    agent_heartbeat_s: float = 10.0
    #: How often a customer's socket tells that somebody is there, while an agent is involved.
    customer_presence_s: float = 10.0
    #: Shortest time between two desk snapshots, and between two rounds of queue positions.
    desk_interval_s: float = 0.25
    position_interval_s: float = 0.5
    #: How long a stopping gateway waits for open requests.
    shutdown_s: float = 5.0
    #: Conversations one agent's socket may watch.
    watched: int = 50
    #: Events sent at a time.
    page: int = 200
    #: Bytes of a REST body.
    body: int = 256 * 1024

    @classmethod
    def of(cls, settings: Settings) -> Limits:
        """The limits in force with these settings."""
        return cls(
            customer_session_per_ip=settings.customer_sessions,
            customer_commands=settings.customer_commands,
        )


class RequestLimits:
    """Counts requests in Redis, so that several gateways share one limit."""

    def __init__(self, redis: Redis) -> None:
        storage = RedisStorage(
            "async+redis://",
            implementation="redispy",
            key_prefix="tandem:limit",
            connection_pool=redis.connection_pool,  # type: ignore[arg-type]
        )
        self._window = MovingWindowRateLimiter(storage)

    async def hit(self, limit: str, *who: str) -> None:
        """Count one request of `who`; raises `RateLimited` above `limit`."""
        if not await self._window.hit(parse(limit), *who):
            raise RateLimited("too many requests")


class TokenBucket:
    """Allows `burst` commands at once, earned again over `seconds`."""

    def __init__(self, burst: int, seconds: float) -> None:
        self._burst = float(burst)
        self._per_second = burst / seconds
        self._tokens = self._burst
        self._at = time.monotonic()

    def take(self) -> None:
        """Spend one command; raises `RateLimited` when there is none."""
        now = time.monotonic()
        self._tokens = min(self._burst, self._tokens + (now - self._at) * self._per_second)
        self._at = now
        if self._tokens < 1:
            raise RateLimited("too many commands")
        self._tokens -= 1
