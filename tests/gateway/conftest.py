"""A real gateway on a real server, with stand-ins for Rasa and the knowledge service."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer
from gateway_clients import Gateway, Knowledge, Rasa

from handoff.gateway.app import build_app
from handoff.gateway.limits import Limits
from handoff.settings import Settings

HERE = Path(__file__).parent
# aiohttp-session keeps its things in requests under plain strings.
SESSION_WARNING = pytest.mark.filterwarnings("ignore::aiohttp.web_exceptions.NotAppKeyWarning")
Start = Callable[..., Awaitable[Gateway]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(SESSION_WARNING)


@pytest.fixture(autouse=True)
def _stop_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let workers look up from their wait often, so that a gateway stops in no time."""
    monkeypatch.setattr("handoff.turns.BLOCK_MS", 20)


@pytest.fixture
async def rasa() -> Rasa:
    return Rasa()


@pytest.fixture
async def knowledge() -> Knowledge:
    return Knowledge()


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    """A build of the pages."""
    root = tmp_path / "dist"
    for name in ("index.html", "widget.js", "console/index.html", "console/index-A1B2C3D4.js"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(f"content of {name}")
    return root


@pytest.fixture
async def start(
    settings: Settings, rasa: Rasa, knowledge: Knowledge, dist: Path
) -> AsyncIterator[Start]:
    """Starts gateways; each has a client, and so cookies, of its own."""
    async with AsyncExitStack() as stack:
        rasa_server = await stack.enter_async_context(TestServer(rasa.app()))
        knowledge_server = await stack.enter_async_context(TestServer(knowledge.app()))
        found = {
            "rasa_url": str(rasa_server.make_url("/")),
            "knowledge_url": str(knowledge_server.make_url("/")),
        }

        async def begin(limits: Limits | None = None, **changes: object) -> Gateway:
            app = build_app(settings.model_copy(update=found | changes), limits, dist)
            return Gateway(await stack.enter_async_context(TestClient(TestServer(app))))

        yield begin


@pytest.fixture
async def gateway(start: Start) -> Gateway:
    """A gateway with the usual limits."""
    return await start()
