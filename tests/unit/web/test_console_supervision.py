"""The console in a real browser: chats of colleagues, and what a colleague asks for."""

from __future__ import annotations

import pytest
from axe_playwright_python.async_playwright import Axe
from desk_stand_in import ME, DeskStandIn, now, summary
from playwright.async_api import Page, expect

pytestmark = pytest.mark.asyncio(loop_scope="session")
THEIRS = {"owner": "agent", "agent": "jonas", "agent_name": "Jonas"}


async def test_a_supervisor_finds_colleagues_chats_with_the_keyboard(
    console: Page, desk: DeskStandIn
) -> None:
    desk.roles = ["supervisor"]
    desk.desk["others"] = [
        summary("c1", **THEIRS),
        summary("c2", customer="Kim", **THEIRS, preview="It broke again"),
    ]
    desk.desk["others_length"] = 73
    await desk.add("c2", "claimed", agent="jonas", name="Jonas")
    await console.goto(desk.url)
    others = console.get_by_role("region", name="With colleagues")
    await expect(others.get_by_role("listitem")).to_have_count(2)
    await expect(others).to_contain_text("and 71 more")
    kim = others.get_by_role("button", name="Kim")
    await expect(kim).to_have_accessible_name("Kim With Jonas It broke again")
    assert (await Axe().run(console)).violations_count == 0
    await others.get_by_role("button", name="Robin").focus()
    await console.keyboard.press("ArrowDown")
    await expect(kim).to_be_focused()
    await console.keyboard.press("Enter")
    await expect(console.get_by_role("region", name="Open chat")).to_contain_text("With Jonas")
    await console.get_by_role("button", name="Take over").click()
    assert await desk.command("take_over") == {"conversation": "c2"}


async def test_an_agent_has_no_list_of_colleagues_chats(console: Page, desk: DeskStandIn) -> None:
    await console.goto(desk.url)
    await expect(console.get_by_role("region", name="Waiting")).to_be_visible()
    await expect(console.get_by_role("region", name="With colleagues")).to_be_hidden()


async def test_who_is_asked_to_take_over_reads_by_whom_and_why_before(
    console: Page, desk: DeskStandIn
) -> None:
    await console.goto(desk.url)
    await expect(console.get_by_text("You have no chats.")).to_be_visible()
    note = "Refund is approved; please explain the form"
    asked = {"agent": ME, "name": "Mira", "from": "jonas", "from_name": "Jonas", "note": note}
    await desk.add("c1", "offered", **asked, seconds=30)
    offer = {"agent": ME, "name": "Mira", "until": now() + 30_000}
    await desk.show(offers=[summary("c1", **THEIRS, offer=offer)])
    box = console.get_by_role("region", name="Offered to you")
    await expect(box).to_contain_text(f"Jonas asks you to take over: “{note}”")
    await expect(console.get_by_role("status").last).to_contain_text(note)
    assert (await Axe().run(console)).violations_count == 0
    assert desk.commands == []
