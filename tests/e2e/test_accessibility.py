"""All three apps without a mouse, to assistive technology, and to the browser's own judgement."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, Request, expect

from deploy.stack import Stack
from tests.e2e.pages import SLOW, Chat, Console, Editor, log_in

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]
MOST_STOPS = 60
KNOCK = "Is anybody there?"
TRANSITIONS_MS = 400
IS_FOCUSED = "element => element.matches(':focus')"


class Witness:
    """Notes what a browser complains about and whom it asks."""

    def __init__(self, context: BrowserContext) -> None:
        self.complaints: list[str] = []
        self.asked: set[str] = set()
        context.on("console", self._console)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        context.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        # How a page learns that nobody is signed in; browsers note every such answer.
        asks_who = message.location["url"].endswith("/api/me") and "401" in message.text
        if message.type == "error" and not asks_who:
            self.complaints.append(message.text)

    def _request(self, request: Request) -> None:
        if not request.url.startswith("data:"):
            self.asked.add("/".join(request.url.split("/")[:3]))


@pytest.fixture(autouse=True)
def witnesses(tandem: Stack, people: list[BrowserContext]) -> Iterator[list[Witness]]:
    """Whatever a test does: no page reports an error or asks anybody but the gateway."""
    seen = [Witness(context) for context in people]
    yield seen
    for witness in seen:
        assert witness.complaints == []
        assert witness.asked <= {tandem.url}


def expect_no_violations(page: Page) -> None:
    """Let axe judge the page as it is now, in light and in dark colours."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.wait_for_timeout(TRANSITIONS_MS)
        results = Axe().run(page)
        assert results.violations_count == 0, f"{scheme}: {results.generate_report()}"


def tab_to(page: Page, target: Locator, key: str = "Tab") -> None:
    """Press Tab until `target` has the focus."""
    expect(target).to_be_visible(timeout=SLOW)
    for _ in range(MOST_STOPS):
        if target.evaluate(IS_FOCUSED):
            return
        page.keyboard.press(key)
    pytest.fail(f"the keyboard does not reach {target}")


def press(page: Page, target: Locator, key: str = "Tab") -> None:
    """Go to a button with the keyboard and press it."""
    tab_to(page, target, key)
    page.keyboard.press("Enter")


def write(page: Page, text: str) -> None:
    """Type into whatever has the focus, and press Enter."""
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def knock(chat: Chat) -> None:
    """Ask for a person, and say something that no other waiting customer says."""
    chat.page.get_by_role("button", name="Talk to a person").click()
    expect(chat.notice("queued")).to_be_visible(timeout=SLOW)
    chat.say(KNOCK)


def knocking(console: Console) -> Locator:
    """The one who knocked, in the queue."""
    return console.waiting.get_by_role("listitem").filter(has_text=KNOCK)


def leave_queue(chat: Chat) -> None:
    """Leave nobody waiting for the next test."""
    chat.page.get_by_role("button", name="Cancel").click()
    expect(chat.notice("cancelled")).to_be_visible(timeout=SLOW)


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
def test_the_shop_with_an_open_chat_has_no_violations(
    tandem: Stack, customer: Page, width: int, height: int
) -> None:
    customer.set_viewport_size({"width": width, "height": height})
    chat = Chat(customer, tandem.url).open()
    chat.say("how much is shipping")
    chat.expect_from("Assistant", "How much does delivery cost?")
    expect_no_violations(customer)


def test_the_log_in_has_no_violations(tandem: Stack, agent: Page) -> None:
    agent.goto(f"{tandem.url}/console/")
    log_in(agent, ("nobody@tandem.example", ""))
    expect(agent.get_by_role("alert")).to_contain_text("Enter your e-mail")
    expect_no_violations(agent)


def test_the_console_with_waiting_and_open_chats_has_no_violations(
    tandem: Stack, customer: Page, agent: Page
) -> None:
    chat = Chat(customer, tandem.url).open()
    chat.say("how much is shipping")
    chat.expect_from("Assistant", "How much does delivery cost?")
    knock(chat)

    console = Console(agent, tandem.url).open(tandem.login)
    knocking(console).get_by_role("button").first.click()
    expect(console.transcript).to_contain_text("how much is shipping", timeout=SLOW)
    expect_no_violations(agent)
    console.chat.get_by_role("button", name="Claim").click()
    expect(agent.get_by_role("textbox", name="Your reply")).to_be_focused(timeout=SLOW)
    console.reply("Hello, this is a person.")
    expect_no_violations(agent)
    console.close()
    expect(chat.notice("closed")).to_be_visible(timeout=SLOW)


def test_the_editor_with_an_open_article_has_no_violations(tandem: Stack, agent: Page) -> None:
    editor = Editor(agent, tandem.url).open(tandem.login)
    editor.find("delivery cost", "How much does delivery cost?")
    agent.get_by_role("textbox", name="A customer's question").fill("what is shipping to Spain")
    agent.keyboard.press("Enter")
    expect(agent.get_by_text("Closest articles")).to_be_visible(timeout=SLOW)
    expect_no_violations(agent)


def test_a_customer_needs_no_mouse(tandem: Stack, customer: Page) -> None:
    customer.goto(tandem.url)
    chat = Chat(customer, tandem.url)
    press(customer, customer.get_by_role("button", name=re.compile("^Open chat")))
    expect(chat.box).to_be_focused()
    write(customer, "how long do refunds take")
    chat.expect_from("Assistant", re.compile("refund", re.IGNORECASE))
    write(customer, "what is the capital of Peru")
    chat.expect_from("Assistant", "one of our people")
    press(customer, customer.get_by_role("button", name="Yes, please"), "Shift+Tab")
    expect(chat.notice("queued")).to_be_visible(timeout=SLOW)
    expect(chat.box).to_be_focused()
    customer.keyboard.press("Escape")
    expect(customer.get_by_role("button", name=re.compile("^Open chat"))).to_be_focused()
    customer.keyboard.press("Enter")
    leave_queue(chat)


def test_an_agent_needs_no_mouse(tandem: Stack, customer: Page, agent: Page) -> None:
    chat = Chat(customer, tandem.url).open()
    knock(chat)

    console = Console(agent, tandem.url)
    agent.goto(console.url)
    email, password = tandem.login
    expect(agent.get_by_role("textbox", name="E-mail")).to_be_focused()
    agent.keyboard.type(email)
    agent.keyboard.press("Tab")
    write(agent, password)
    tab_to(agent, console.waiting.get_by_role("listitem").first.get_by_role("button").first)
    agent.keyboard.press("End")
    press(agent, knocking(console).get_by_role("button", name="Claim Guest"))
    expect(agent.get_by_role("textbox", name="Your reply")).to_be_focused(timeout=SLOW)
    write(agent, "Hello, this is a person.")
    chat.expect_from("Admin", "this is a person")

    press(agent, console.chat.get_by_role("button", name="Close chat"), "Shift+Tab")
    press(agent, agent.locator("confirm-dialog").get_by_role("button", name="Close chat"))
    expect(chat.notice("closed")).to_be_visible(timeout=SLOW)
    expect(chat.notice("claimed")).to_contain_text("Admin")
