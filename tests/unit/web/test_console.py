"""The console in a real browser: what an agent reads and can do."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp.test_utils import TestServer
from desk_stand_in import ME, DeskStandIn, summary
from playwright.async_api import Browser, Page, expect

pytestmark = pytest.mark.asyncio(loop_scope="session")


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


async def open_own_chat(page: Page, desk: DeskStandIn) -> None:
    """Show the console with a chat of the agent's own open."""
    desk.desk["mine"] = [summary("c1", owner="agent", agent=ME, agent_name="Mira")]
    await page.goto(desk.url)
    await page.get_by_role("region", name="My chats").get_by_role("button").first.click()
    await expect(page.get_by_role("textbox", name="Your reply")).to_be_enabled()


async def test_every_kind_of_event_is_one_readable_line(console: Page, desk: DeskStandIn) -> None:
    mira, jonas = {"agent": ME, "name": "Mira"}, {"agent": "jonas", "name": "Jonas"}
    await open_own_chat(console, desk)
    for kind, fields in (
        ("message_left", {"address": "robin@example.com", "text": "Call me"}),
        ("unserved", {"outcome": "timed_out"}),
        ("turned_away", {"outcome": "queue_full"}),
        ("offered", {**mira, "seconds": 30}),
        ("declined", {**jonas, "by": "timeout"}),
        ("claimed", {**mira, "offered": True}),
        ("something_new", {"text": "from a newer server"}),
        ("offered", {**jonas, "seconds": 30, "from": ME, "from_name": "Mira", "note": "Stock"}),
        ("declined", {**jonas, "by": "owner"}),
        ("transferred", {**jonas, "team": "billing", "note": "Refund"}),
        ("joined", {"agent": "ada", "name": "Ada"}),
        ("left", {"agent": "ada", "name": "Ada"}),
        ("note", {**jonas, "text": "Knows the owner"}),
        ("customer_away", {}),
        ("customer_back", {}),
        ("idle", {"waiting_for": "agent"}),
        ("closed", {"by": "system", "reason": "customer_left"}),
    ):
        await desk.add("c1", kind, **fields)
    await expect(console.get_by_role("log").locator("li.system .line")).to_have_text(
        [
            "The customer left a message, to be answered to robin@example.com: “Call me”",
            "Nobody had time; the bot has the chat again",
            "The queue is full; the bot kept the chat",
            "Offered to you",
            "Jonas did not answer the offer",
            "You accepted the chat",
            "You asked Jonas to take over: “Stock”",
            "The offer to Jonas was taken back",
            "Jonas passed the chat on to the team billing: “Refund”",
            "Ada joined the chat",
            "Ada left the chat",
            "Note by Jonas, for the team only: Knows the owner",
            "The customer is away",
            "The customer is back",
            "The customer waits for an answer",
            "The chat was closed: the customer had left",
        ]
    )
