"""What the site's server signs about a customer counts; what a page claims on its own does not."""

from __future__ import annotations

import secrets
import time
from typing import Any

import jwt
import pytest
from playwright.sync_api import Browser, Page, expect

from deploy.stack import Stack
from tests.e2e.conftest import visitor
from tests.e2e.pages import SLOW, Chat, Console

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]
CLAIMS: dict[str, Any] = {
    "sub": "c-17",
    "name": "Ada Byron",
    "attributes": {"vip": True, "open_orders": 2},
}


def signed(secret: str, **attributes: bool | int | str) -> str:
    """What a shop's server would put into the page for the customer who signed in."""
    known = {**CLAIMS["attributes"], **attributes}
    claims = CLAIMS | {"attributes": known, "exp": int(time.time()) + 600}
    return jwt.encode(claims, secret, algorithm="HS256")


def with_identity(page: Page, url: str, token: str) -> Chat:
    """The chat on the shop's page, which passes on the token of somebody who signed in."""
    page.goto(url)
    page.locator("tandem-chat").evaluate("(chat, token) => chat.identify(token)", token)
    return Chat(page, url).unfold()


# The shop's page as its server makes it for somebody signed in: no element, the script tag alone.
FOR_THEM = """new MutationObserver(() => {
  document.querySelector("script[src*='widget.js']")?.setAttribute("data-identity", "TOKEN");
  document.querySelector("tandem-chat:not([identity])")?.remove();
}).observe(document, { childList: true, subtree: true })"""


def on_a_page_for_them(page: Page, url: str, token: str) -> Chat:
    """The chat on a page whose script tag carries the token of somebody who is signed in."""
    page.add_init_script(FOR_THEM.replace("TOKEN", token))
    return Chat(page, url).open()


def ask_for_a_person(chat: Chat, question: str) -> None:
    """Ask what nothing answers, and accept the offer of a person."""
    chat.say(question)
    chat.expect_from("Assistant", "one of our people")
    chat.page.get_by_role("button", name="Yes, please").click()
    expect(chat.notice("queued")).to_be_visible(timeout=SLOW)


def test_who_the_site_vouches_for_goes_first_and_a_claim_without_its_signature_changes_nothing(
    tandem: Stack,
    site_secret: str,
    browser: Browser,
    customer: Page,
    agent: Page,
) -> None:
    with visitor(browser) as other:
        forged = signed(secrets.token_hex(32))
        claimant = with_identity(other.new_page(), tandem.url, forged)
        ask_for_a_person(claimant, "can you paint my garden shed?")
        ask_for_a_person(
            with_identity(customer, tandem.url, signed(site_secret)),
            "can you paint my garden fence?",
        )
        console = Console(agent, tandem.url).open(tandem.login)
        facts = agent.get_by_role("complementary", name="About this chat")

        console.claim_next()
        expect(console.transcript).to_contain_text("garden fence", timeout=SLOW)
        expect(facts).to_contain_text("Ada Byron (c-17)")
        expect(facts).to_contain_text("Vip: yes", ignore_case=True)
        expect(facts).to_contain_text("High (7)")
        expect(facts).to_contain_text("A VIP customer.")
        console.close()

        console.claim_next()
        expect(console.transcript).to_contain_text("garden shed", timeout=SLOW)
        expect(facts).to_contain_text("Normal (5)")
        expect(facts).not_to_contain_text("Ada Byron")
        expect(facts).not_to_contain_text("VIP", ignore_case=True)
        console.close()


def test_the_attribute_of_the_script_vouches_and_a_new_token_is_seen_by_the_agent(
    tandem: Stack, site_secret: str, customer: Page, agent: Page
) -> None:
    token = signed(site_secret, tier="gold")
    chat = on_a_page_for_them(customer, tandem.url, token)
    customer.get_by_role("button", name="Talk to a person").click()
    expect(chat.notice("queued")).to_be_visible(timeout=SLOW)
    console = Console(agent, tandem.url).open(tandem.login)
    facts = agent.get_by_role("complementary", name="About this chat")
    console.claim_next()
    expect(facts).to_contain_text("Ada Byron (c-17)")
    expect(facts).to_contain_text("tier: gold", ignore_case=True)
    expect(facts).to_contain_text("open orders: 2", ignore_case=True)
    later = signed(site_secret, open_orders=3)
    customer.locator("tandem-chat").evaluate("(chat, token) => chat.identify(token)", later)
    expect(facts).to_contain_text("open orders: 3", ignore_case=True, timeout=SLOW)
    expect(facts).not_to_contain_text("tier", ignore_case=True)
    console.close()
