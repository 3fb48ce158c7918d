"""The console in a real browser: delivered and read, typing, several pages of one agent."""

from __future__ import annotations

import pytest
import pytest_asyncio
from desk_stand_in import ME, DeskStandIn, summary
from playwright.async_api import Locator, Page, expect

pytestmark = pytest.mark.asyncio(loop_scope="session")

HIDE = """hidden => {
  Object.defineProperty(document, "hidden", {get: () => hidden, configurable: true});
  document.dispatchEvent(new Event("visibilitychange"));
}"""


@pytest_asyncio.fixture(loop_scope="session")
async def desk(desk: DeskStandIn) -> DeskStandIn:
    """An agent with two chats."""
    own = {"owner": "agent", "agent": ME, "agent_name": "Mira"}
    desk.desk["mine"] = [summary("c1", **own), summary("c2", customer="Kim", **own)]
    for chat in ("c1", "c2"):
        await desk.add(chat, "claimed", agent=ME, name="Mira")
    return desk


@pytest_asyncio.fixture(loop_scope="session")
async def console(console: Page, desk: DeskStandIn) -> Page:
    """The console with Robin's chat open."""
    await console.goto(desk.url)
    await chat(console, "Robin").click()
    await expect(console.get_by_role("textbox", name="Your reply")).to_be_enabled()
    return console


def chat(page: Page, customer: str) -> Locator:
    """The button of one of the agent's chats."""
    return page.get_by_role("region", name="My chats").get_by_role("button", name=customer)


async def test_replies_show_what_became_of_them(console: Page, desk: DeskStandIn) -> None:
    receipts = console.locator("li.message .receipt")
    mine = {"role": "agent", "name": "Mira"}
    first = await desk.add("c1", "message", text="One", **mine)
    second = await desk.add("c1", "message", text="Two", **mine)
    await expect(receipts).to_have_text(["Sent"])
    await desk.set_seen("c1", customer={"delivered": second, "read": first})
    await expect(receipts).to_have_text(["Read", "Delivered"])
    await desk.set_seen("c1", customer={"delivered": second, "read": second})
    await expect(receipts).to_have_text(["Read"])
    await desk.add("c1", "message", role="bot", text="A word of the bot")
    await desk.add("c1", "handed_back", agent=ME, name="Mira")
    await expect(receipts).to_have_text(["Read"])


async def test_only_the_open_chat_on_a_visible_page_is_told_as_read(
    console: Page, desk: DeskStandIn
) -> None:
    first = await desk.add("c1", "message", role="customer", text="Hello")
    await desk.was_told("c1", delivered=first, read=first)
    other = await desk.add("c2", "message", role="customer", text="Hello")
    await desk.was_told("c2", delivered=other)
    await console.evaluate(HIDE, True)
    second = await desk.add("c1", "message", role="customer", text="Still there?")
    await desk.was_told("c1", delivered=second)
    await console.evaluate(HIDE, False)
    await desk.was_told("c1", read=second)
    await chat(console, "Kim").click()
    await desk.was_told("c2", read=other)


async def test_nobody_reads_a_colleagues_chat_for_them(console: Page, desk: DeskStandIn) -> None:
    desk.roles = ["supervisor"]
    await console.reload()
    theirs = summary("c3", customer="Lou", owner="agent", agent="jonas", agent_name="Jonas")
    await desk.show(others=[theirs], others_length=1)
    await desk.add("c3", "claimed", agent="jonas", name="Jonas")
    last = await desk.add("c3", "message", role="customer", text="Hello Jonas")
    await console.get_by_role("region", name="With colleagues").get_by_role("button").click()
    await expect(console.get_by_text("Hello Jonas")).to_be_visible()
    await console.wait_for_timeout(500)
    assert [told for told in desk.seen if told["conversation"] == "c3"] == []
    await desk.add("c3", "claimed", agent=ME, name="Mira", taken_over=True)
    await desk.show(others=[], mine=[{**theirs, "agent": ME}], others_length=0)
    await desk.was_told("c3", delivered=last, read=last)


async def test_what_was_read_on_another_page_is_unread_no_more(
    console: Page, desk: DeskStandIn
) -> None:
    last = await desk.add("c2", "message", role="customer", text="Hello")
    await expect(chat(console, "Kim")).to_contain_text("1 unread message")
    await desk.set_seen("c2", agent={"delivered": last, "read": last})
    await expect(chat(console, "Kim")).not_to_contain_text("unread")
    await desk.add("c2", "message", role="customer", text="One more")
    await expect(chat(console, "Kim")).to_contain_text("1 unread message")


async def test_typing_goes_away_by_itself_and_with_the_message(
    console: Page, desk: DeskStandIn
) -> None:
    typing = console.get_by_text("Robin is typing…")
    await desk.type("c1")
    await expect(typing).to_be_visible()
    await desk.add("c1", "message", role="customer", text="Hello")
    await expect(typing).to_be_hidden()
    await desk.type("c1")
    await expect(typing).to_be_visible()
    await expect(typing).to_be_hidden(timeout=9_000)
