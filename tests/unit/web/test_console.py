"""The console in a real browser: what an agent reads and can do."""

from __future__ import annotations

import re
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from desk_stand_in import ME, DeskStandIn, agent, now, summary
from playwright.async_api import Page, expect

pytestmark = pytest.mark.asyncio(loop_scope="session")


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
        ("declined", {**jonas, "by": "outage"}),
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
            "The offer to Jonas ended while the desk was out of service",
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


def offered(seconds: int, **fields: Any) -> dict[str, Any]:
    """A chat that is offered to the agent for so long."""
    until = now() + seconds * 1000
    return summary("c1", offer={"agent": ME, "name": "Mira", "until": until}, **fields)


async def violations(page: Page) -> list[str]:
    """What axe finds, in light and in dark colours."""
    found: list[str] = []
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme=scheme)
        await page.wait_for_timeout(400)  # lets transitions end
        results = await Axe().run(page)
        for one in results.response["violations"]:
            found += [f"{scheme} {one['id']}: {node['html']}" for node in one["nodes"]]
    return found


async def test_an_offer_is_announced_counted_down_and_accepted(
    console: Page, desk: DeskStandIn
) -> None:
    await console.goto(desk.url)
    await expect(console.get_by_text("You have no chats.")).to_be_visible()
    chat = offered(30)
    await desk.show(offers=[chat], queue=[chat], queue_length=1)
    box = console.get_by_role("region", name="Offered to you")
    await expect(box).to_contain_text(re.compile(r"\b(29|28|27|26|25) s"))
    await expect(console.get_by_role("status").last).to_contain_text("Chat offered to you: Robin")
    assert await violations(console) == []
    await console.keyboard.press("Alt+Shift+A")
    assert await desk.command("accept") == {"conversation": "c1"}
    own = summary("c1", owner="agent", agent=ME, agent_name="Mira")
    await desk.show(offers=[], queue=[], mine=[own], queue_length=0)
    await expect(box).to_be_hidden()
    await expect(console.get_by_role("textbox", name="Your reply")).to_be_focused()


async def test_an_offer_is_declined_and_one_that_is_over_says_so(
    console: Page, desk: DeskStandIn
) -> None:
    desk.desk["offers"] = [offered(30, owner="agent", agent="jonas", agent_name="Jonas")]
    await console.goto(desk.url)
    box = console.get_by_role("region", name="Offered to you")
    await expect(box).to_contain_text("Jonas asks you to take over")
    await box.get_by_role("button", name="Decline Robin").click()
    assert await desk.command("decline") == {"conversation": "c1"}
    desk.refuse = "not_offered"
    await box.get_by_role("button", name="Accept Robin").click()
    await expect(console.locator("wa-toast-item")).to_have_text("This offer is over.")


async def test_an_agent_sets_a_status_and_sees_the_load_and_the_wrap_up(
    console: Page, desk: DeskStandIn
) -> None:
    await console.goto(desk.url)
    status = console.get_by_role("button", name="Your status")
    await expect(status).to_have_accessible_name(re.compile("Available 0 of 3 chats"))
    await status.focus()
    await console.keyboard.press("Enter")
    await expect(console.get_by_role("menuitem", name="Break: lunch")).to_be_visible()
    assert await violations(console) == []
    await console.get_by_role("menuitem", name="Break: lunch").click()
    assert await desk.command("set_status") == {"status": "break", "reason": "lunch"}
    me = agent("Mira", id=ME, status="break", reason="lunch", wrap_until=now() + 50_000)
    await desk.show(me=me)
    await expect(status).to_have_accessible_name(re.compile("Break: lunch wrap-up 0:4"))


async def test_a_chat_is_passed_on_to_a_colleague_or_a_team(
    console: Page, desk: DeskStandIn
) -> None:
    await open_own_chat(console, desk)
    await console.get_by_role("button", name="Pass on").click()
    dialog = console.locator("transfer-dialog")
    to = dialog.get_by_role("combobox", name="To")
    await to.click()
    await expect(console.get_by_role("option", name="Ada (break)")).to_be_disabled()
    await console.get_by_role("option", name="Jonas").click()
    await expect(dialog.get_by_role("checkbox", name="Ask first")).to_be_checked()
    await dialog.get_by_role("textbox", name="Note").fill("Knows the stock")
    assert await violations(console) == []
    await dialog.get_by_role("button", name="Pass on").click()
    assert await desk.command("transfer_to_agent") == {
        "conversation": "c1",
        "agent": "jonas",
        "note": "Knows the stock",
        "warm": True,
    }
    asked = {"agent": "jonas", "name": "Jonas", "until": now() + 30_000}
    own = summary("c1", owner="agent", agent=ME, agent_name="Mira")
    await desk.show(mine=[{**own, "offer": asked}])
    await console.get_by_role("button", name="Take back from Jonas").click()
    assert await desk.command("take_back") == {"conversation": "c1"}
    await desk.show(mine=[own])
    await console.get_by_role("button", name="Pass on").click()
    await to.click()
    await console.get_by_role("option", name="Team Billing").click()
    await dialog.get_by_role("button", name="Pass on").click()
    passed = {"conversation": "c1", "team": "billing", "note": ""}
    assert await desk.command("transfer_to_team") == passed


async def test_a_note_goes_to_the_team_and_not_to_the_customer(
    console: Page, desk: DeskStandIn
) -> None:
    await open_own_chat(console, desk)
    await console.get_by_role("button", name="Note", exact=True).click()
    box = console.get_by_role("textbox", name="Note for the team")
    await expect(box).to_be_focused()
    await box.fill("Knows the owner")
    assert await violations(console) == []
    await box.press("Enter")
    note = await desk.command("note")
    assert note["text"] == "Knows the owner"
    await expect(box).to_have_value("")
    assert desk.commands == []
    await console.get_by_role("button", name="Reply instead").click()
    await expect(console.get_by_role("textbox", name="Your reply")).to_be_focused()


@pytest.mark.parametrize("role", ["agent", "supervisor"])
async def test_a_supervisor_joins_and_takes_over_a_colleagues_chat(
    console: Page, desk: DeskStandIn, role: str
) -> None:
    desk.roles = [role]
    desk.desk["queue"] = [summary("c1")]
    await console.goto(desk.url)
    await console.get_by_role("region", name="Waiting").get_by_role("button").first.click()
    await desk.show(queue=[])
    await desk.add("c1", "claimed", agent="jonas", name="Jonas")
    await expect(console.get_by_text("With Jonas").first).to_be_visible()
    join = console.get_by_role("button", name="Join")
    if role == "agent":
        await expect(join).to_be_hidden()
        return
    await join.click()
    assert await desk.command("join") == {"conversation": "c1"}
    await desk.add("c1", "joined", agent=ME, name="Mira")
    await expect(console.get_by_role("textbox", name="Your reply")).to_be_enabled()
    await console.get_by_role("button", name="Leave").click()
    assert await desk.command("leave") == {"conversation": "c1"}
    await console.get_by_role("button", name="Take over").click()
    assert await desk.command("take_over") == {"conversation": "c1"}
