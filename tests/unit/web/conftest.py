"""The built pages, a stand-in server and a real browser."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp.test_utils import TestServer
from desk_stand_in import DeskStandIn
from playwright.async_api import Browser, Page, async_playwright
from web_stand_in import StandIn

from tests.chromium import ARGUMENTS, installed

WEB = Path(__file__).resolve().parents[3] / "handoff" / "web"


@pytest.fixture(scope="session")
def web() -> Path:
    """The folder of the browser applications' sources."""
    return WEB


@pytest.fixture(scope="session")
def dist() -> Path:
    """The built pages; built first where they are missing."""
    if not (WEB / "dist" / "widget.js").exists():
        npm = shutil.which("npm")
        if npm is None:
            pytest.skip("building the web apps needs npm")
        if not (WEB / "node_modules").exists():
            subprocess.run([npm, "ci"], cwd=WEB, check=True, timeout=300)
        subprocess.run([npm, "run", "build"], cwd=WEB, check=True, timeout=120)
    return WEB / "dist"


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """An installed Chromium: none is downloaded."""
    found = installed()
    if found is None:
        pytest.skip("the browser tests need an installed Chromium or Chrome")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def server(dist: Path) -> AsyncIterator[StandIn]:
    """A running stand-in for the gateway; `url` is where."""
    stand_in = StandIn(dist)
    async with TestServer(stand_in.app()) as running:
        stand_in.url = str(running.make_url("/"))
        yield stand_in


@pytest_asyncio.fixture(loop_scope="session")
async def page(chromium: Browser, server: StandIn) -> AsyncIterator[Page]:
    """The shop with the chat open and connected."""
    context = await chromium.new_context(viewport={"width": 1280, "height": 800})
    page = await context.new_page()
    await page.goto(server.url)
    await page.get_by_role("button", name="Open chat").click()
    await server.connected(1)
    yield page
    await context.close()


@pytest_asyncio.fixture(loop_scope="session")
async def desk(dist: Path) -> AsyncIterator[DeskStandIn]:
    """A running stand-in for the gateway; `url` is where."""
    stand_in = DeskStandIn(dist)
    async with TestServer(stand_in.app()) as running:
        stand_in.url = str(running.make_url("/console/"))
        yield stand_in


@pytest_asyncio.fixture(loop_scope="session")
async def console(chromium: Browser, desk: DeskStandIn) -> AsyncIterator[Page]:
    """An empty page of an agent's browser: open `desk.url`."""
    context = await chromium.new_context(viewport={"width": 1280, "height": 800})
    yield await context.new_page()
    await context.close()
