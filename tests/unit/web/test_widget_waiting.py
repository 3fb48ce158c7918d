"""The widget while nobody has time: what it tells of the wait, and the message left instead."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect
from web_stand_in import StandIn

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_what_happened_is_a_line_and_the_unknown_is_nothing(
    page: Page, server: StandIn
) -> None:
    for kind, fields in (
        ("turned_away", {"outcome": "queue_full"}),
        ("something_new", {"text": "from a newer server"}),
        ("unserved", {"outcome": "out_of_hours"}),
        ("message_left", {"address": "robin@example.com", "text": "Call me"}),
        ("joined", {"name": "Ada"}),
        ("left", {"name": "Ada"}),
        ("closed", {"by": "system", "reason": "customer_left"}),
    ):
        await server.add(kind, **fields)
    await expect(page.get_by_role("log").locator(".notice")).to_have_text(
        [
            "Too many people are waiting right now. The assistant stays with you.",
            "We are closed right now. The assistant is with you again.",
            "You left a message: “Call me” We answer to robin@example.com.",
            "Ada joined the chat",
            "Ada left the chat",
            "The chat was closed while you were away",
        ]
    )


async def leave_message(page: Page, address: str) -> None:
    """Fill in the form and send it."""
    await page.get_by_role("textbox", name="Your e-mail address or phone number").fill(address)
    await page.get_by_role("textbox", name="What can we do for you?").fill("My pan is rusty")
    await page.get_by_role("button", name="Send message").click()


async def test_a_wait_is_told_with_place_and_estimate(page: Page, server: StandIn) -> None:
    header = page.get_by_role("dialog").get_by_role("status").first
    await server.set_state(owner="queue", position=2, availability="open", wait_s=240)
    await expect(header).to_have_text("Waiting for a colleague — you are number 2, about 4 minutes")
    await server.set_state(position=1, wait_s=45)
    await expect(header).to_have_text(
        "Waiting for a colleague — you are number 1, less than a minute"
    )
    await server.set_state(wait_s=None)
    await expect(header).to_have_text("Waiting for a colleague — you are number 1")
    await page.get_by_role("button", name="Cancel").click()
    await expect(header).to_have_text("You are chatting with our assistant")


async def test_who_comes_when_nobody_is_there_can_leave_a_message(
    page: Page, server: StandIn
) -> None:
    header = page.get_by_role("dialog").get_by_role("status").first
    tomorrow = datetime.now() + timedelta(days=1)
    opens = tomorrow.replace(hour=9, minute=30)
    await server.set_state(
        owner="queue", position=1, availability="closed", opens_at=int(opens.timestamp() * 1000)
    )
    await expect(header).to_have_text("We are closed right now — you are number 1")
    await expect(page.get_by_text(f"We open {opens:%A} 09:30")).to_be_visible()
    await page.get_by_role("button", name="Leave a message").click()
    address = page.get_by_role("textbox", name="Your e-mail address or phone number")
    await expect(address).to_be_focused()
    assert (await Axe().run(page)).violations_count == 0
    await leave_message(page, "nowhere")
    await expect(page.get_by_text("neither an e-mail address nor a phone")).to_be_visible()
    await expect(address).to_be_focused()
    await leave_message(page, "robin@example.com")
    await expect(header).to_have_text("Your message waits for a colleague")
    await expect(page.get_by_role("log")).to_contain_text("We answer to robin@example.com")
    await expect(page.get_by_role("textbox", name="Your message")).to_be_focused()
    await expect(page.get_by_role("button", name="Leave a message")).to_be_hidden()
    await expect(page.get_by_role("button", name="Cancel")).to_be_visible()


async def test_a_full_queue_still_takes_a_message(page: Page, server: StandIn) -> None:
    server.full = True
    await expect(page.get_by_role("button", name="Leave a message")).to_be_hidden()
    await page.get_by_role("button", name="Talk to a person").click()
    await page.get_by_role("button", name="Leave a message").click()
    await leave_message(page, "robin@example.com")
    await expect(page.get_by_role("log")).to_contain_text("My pan is rusty")


async def test_who_comes_in_while_a_message_is_written_is_let_in(
    page: Page, server: StandIn
) -> None:
    await server.set_state(owner="queue", position=1, availability="nobody")
    await page.get_by_role("button", name="Leave a message").click()
    await server.set_state(owner="agent", agent_name="Mira", position=None)
    await expect(page.get_by_role("textbox", name="Your message")).to_be_focused()
    await expect(page.get_by_role("button", name="Send message")).to_be_hidden()
