"""The console in a real browser: what the bot collected, and why a person is needed."""

from __future__ import annotations

import pytest
import pytest_asyncio
from desk_stand_in import ME, DeskStandIn, summary
from playwright.async_api import Page, expect

from handoff.escalation import ReasonCode

pytestmark = pytest.mark.asyncio(loop_scope="session")
ORDER, MAIL = "FF-20311", "a.very.long.name.of.a.customer@mail.department.example.org"
COLLECTED = {
    "question": "can you paint my order green?",
    "answers": [],
    "attempts": [
        {"text": "can you paint my order green?", "outcome": "offer"},
        {"text": f"it is {ORDER}, or {MAIL}", "outcome": "escalate"},
    ],
    "facts": {"order_numbers": [ORDER], "emails": [MAIL], "phones": [], "products": []},
    "moods": [],
}


@pytest_asyncio.fixture(loop_scope="session")
async def console(console: Page) -> Page:
    """A narrow page, where a long address has least room."""
    await console.set_viewport_size({"width": 390, "height": 800})
    return console


async def open_first(page: Page, desk: DeskStandIn) -> None:
    """Open the agent's first chat."""
    await page.goto(desk.url)
    await page.get_by_role("region", name="My chats").get_by_role("button").first.click()


async def test_collected_details_are_named_and_seen_without_scrolling(
    console: Page, desk: DeskStandIn
) -> None:
    desk.desk["mine"] = [summary("c1", owner="agent", agent=ME, agent_name="Mira")]
    await desk.add("c1", "queued", reasons=[], priority=5, team="support", summary=COLLECTED)
    await open_first(console, desk)
    shown = console.get_by_role("group").filter(has_text="Summary of the chat")
    for name, value in (("Order number", ORDER), ("E-mail", MAIL)):
        detail = shown.get_by_role("definition").filter(has=console.get_by_text(value, exact=True))
        await expect(shown.get_by_role("term").filter(has_text=name)).to_be_in_viewport(ratio=1)
        await expect(detail).to_be_in_viewport(ratio=1)
    await expect(shown).not_to_contain_text("Phone")
    width = await console.evaluate("document.documentElement.scrollWidth")
    assert width == 390


async def test_every_reason_has_words_of_its_own(console: Page, desk: DeskStandIn) -> None:
    reasons = [{"code": str(code), "detail": ""} for code in ReasonCode]
    own = {"owner": "agent", "agent": ME, "agent_name": "Mira"}
    desk.desk["mine"] = [summary("c1", **own, reasons=reasons)]
    await console.set_viewport_size({"width": 1280, "height": 800})
    await open_first(console, desk)
    facts = console.get_by_role("complementary", name="About this chat")
    chips = await facts.get_by_role("listitem").all_inner_texts()
    assert len(set(chips)) == len(reasons)
    assert [text for text in chips if not text[:1].isupper()] == []
