"""What the customer sees of delivered and read, and what the widget tells of itself."""

from __future__ import annotations

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect
from web_stand_in import StandIn

pytestmark = pytest.mark.asyncio(loop_scope="session")

HIDE = """hidden => {
  Object.defineProperty(document, "hidden", {get: () => hidden, configurable: true});
  document.dispatchEvent(new Event("visibilitychange"));
}"""


async def says(server: StandIn, *texts: str) -> list[str]:
    """Let the customer have said this; the ids of the messages."""
    said = [await server.add("message", role="customer", text=text) for text in texts]
    return [event["id"] for event in said]


async def agent_says(server: StandIn, text: str) -> str:
    """Let the agent say something; the id of the message."""
    event = await server.add("message", role="agent", name="Mira", text=text)
    return str(event["id"])


async def test_a_message_shows_when_it_is_delivered_and_read(page: Page, server: StandIn) -> None:
    receipts = page.locator("article.customer .receipt")
    own = page.locator("article.customer")
    (first,) = await says(server, "With the bot")
    await expect(own).to_have_count(1)
    await expect(receipts).to_have_count(0)
    await server.set_state(owner="agent", agent_name="Mira", position=None)
    await expect(receipts).to_have_text(["Sent"])
    second, third = await says(server, "One", "Two")
    await server.set_seen("agent", delivered=second, read=first)
    await expect(receipts).to_have_text(["Read", "Delivered", "Sent"])
    await server.set_seen("agent", delivered=third, read=third)
    await expect(receipts).to_have_text(["Read"])
    await expect(own.last).to_contain_text("Read")
    assert (await Axe().run(page)).violations_count == 0
    await page.reload()
    await expect(receipts).to_have_text(["Read"])


async def test_with_the_bot_no_message_waits_for_a_reader(page: Page, server: StandIn) -> None:
    (first,) = await says(server, "One")
    await server.set_seen("agent", delivered=first, read=first)
    await says(server, "Two")
    await expect(page.locator("article.customer")).to_have_count(2)
    await expect(page.locator("article.customer .receipt")).to_have_text(["Read"])


async def test_what_is_looked_at_is_told_as_read_and_the_rest_as_delivered(
    page: Page, server: StandIn
) -> None:
    await server.set_state(owner="agent", agent_name="Mira")
    first = await agent_says(server, "Hello")
    await server.was_told(delivered=first, read=first)
    await page.evaluate(HIDE, True)
    second = await agent_says(server, "Are you there?")
    await server.was_told(delivered=second)
    await page.evaluate(HIDE, False)
    await server.was_told(read=second)
    await page.keyboard.press("Escape")
    third = await agent_says(server, "Hello?")
    await server.was_told(delivered=third)
    await page.get_by_role("button", name="Open chat").click()
    await server.was_told(read=third)


async def test_a_burst_is_told_once_and_the_bots_words_are_not(page: Page, server: StandIn) -> None:
    await server.add("message", role="bot", text="Hi", html="<p>Hi</p>")
    for number in range(20):
        last = await agent_says(server, f"Line {number}")
    await server.was_told(delivered=last, read=last)
    assert len(server.seen) <= 3
    await server.add("message", role="bot", text="Bye", html="<p>Bye</p>")
    await expect(page.get_by_text("Bye")).to_be_visible()
    await page.wait_for_timeout(400)
    assert server.seen[-1] == {"delivered": last, "read": last}


async def test_what_a_lost_line_swallowed_is_told_again(page: Page, server: StandIn) -> None:
    server.deaf = 2
    last = await agent_says(server, "Hello")
    await server.was_told(delivered=last, read=last)
    await server.set_seen("customer", delivered=last, read=last)
    told = len(server.seen)
    await server.cut()
    await server.connected(1)
    await page.wait_for_timeout(500)
    assert len(server.seen) == told


async def test_what_was_read_on_another_device_is_unread_no_more(
    page: Page, server: StandIn
) -> None:
    await page.keyboard.press("Escape")
    launcher = page.get_by_role("button", name="Open chat")
    last = await agent_says(server, "Hello")
    await expect(launcher).to_have_accessible_name("Open chat, 1 unread message")
    await server.set_seen("customer", delivered=last, read=last)
    await expect(launcher).to_have_accessible_name("Open chat")
