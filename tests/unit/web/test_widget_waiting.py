"""The widget while nobody has time: what it tells of the wait, and the message left instead."""

from __future__ import annotations

import pytest
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
