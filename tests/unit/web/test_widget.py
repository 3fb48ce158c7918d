"""The widget in a real browser: nothing is lost, nothing is shown twice."""

from __future__ import annotations

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Locator, Page, expect
from web_stand_in import StandIn

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def write(page: Page, text: str) -> None:
    """Type a message and press Enter."""
    box = page.get_by_role("textbox", name="Your message")
    await box.fill(text)
    await box.press("Enter")


def messages(page: Page, sender: str) -> Locator:
    """What `sender` has said, in the log."""
    return page.get_by_role("log").get_by_role("article", name=sender, exact=True)


async def delivered(page: Page, count: int) -> None:
    """Wait until exactly so many of the customer's messages are shown, all of them stored."""
    await expect(messages(page, "You")).to_have_count(count, timeout=15_000)
    stored = page.locator("article.customer[data-delivery=sent]")
    await expect(stored).to_have_count(count, timeout=15_000)


async def write_offline(page: Page, server: StandIn, text: str) -> None:
    """Cut the connection, and write what cannot be sent."""
    server.up = False
    await server.cut()
    await write(page, text)
    await expect(messages(page, "You").last).to_contain_text("Sending…")


async def identify(page: Page, identity: str) -> None:
    """Tell the chat who its customer is, as the site's page does."""
    chat = page.locator("tandem-chat")
    await chat.evaluate("(chat, identity) => chat.identify(identity)", identity)


async def test_a_message_written_without_a_connection_arrives_once(
    page: Page, server: StandIn
) -> None:
    await write(page, "Hello")
    await delivered(page, 1)
    await write_offline(page, server, "Is anybody there?")
    await expect(page.get_by_text("Reconnecting…")).to_be_visible()
    server.up = True
    await delivered(page, 2)
    await expect(page.get_by_text("Reconnecting…")).to_be_hidden()
    assert [event["text"] for event in server.events] == ["Hello", "Is anybody there?"]


async def test_a_message_whose_receipt_was_lost_is_shown_once(page: Page, server: StandIn) -> None:
    server.swallow = 1
    await write(page, "My pan is rusty")
    await delivered(page, 1)
    assert len({say["client_id"] for say in server.says}) == 1
    assert len(server.events) == 1


async def test_what_was_said_meanwhile_is_fetched_after_a_reconnect(
    page: Page, server: StandIn
) -> None:
    await write(page, "Hello")
    await delivered(page, 1)
    cursor = server.events[-1]["id"]
    await server.cut()
    await server.add("message", role="bot", text="Hi", html="<p>Hi there</p>")
    await expect(messages(page, "Assistant").last).to_contain_text("Hi there")
    assert server.auths[-1]["after"] == cursor
    await expect(messages(page, "You")).to_have_count(1)


async def test_a_reload_shows_the_conversation_again(page: Page, server: StandIn) -> None:
    await write(page, "Do you sharpen knives?")
    await server.add("message", role="bot", text="Yes", html="<p>Yes, by hand.</p>")
    await expect(page.get_by_text("Yes, by hand.")).to_be_visible()
    await page.reload()
    await expect(page.get_by_role("dialog")).to_be_visible()
    await expect(messages(page, "You")).to_contain_text(["Do you sharpen knives?"])
    await expect(page.get_by_text("Yes, by hand.")).to_have_count(1)
    assert server.sessions == 1


async def test_two_tabs_show_the_same_conversation(page: Page, server: StandIn) -> None:
    other = await page.context.new_page()
    await other.goto(server.url)
    await server.connected(2)
    await write(page, "From the first tab")
    await write(other, "From the second tab")
    for tab in (page, other):
        await expect(messages(tab, "You")).to_have_count(2)
    assert server.sessions == 1


async def test_an_expired_token_starts_a_new_conversation_quietly(
    page: Page, server: StandIn
) -> None:
    server.expired.add("token-c1")
    await server.cut()
    await server.connected(1)
    await write(page, "Still me")
    await delivered(page, 1)
    assert server.auths[-1]["token"] == "token-c2"


@pytest.mark.parametrize("ends", ["refused", "expired"])
@pytest.mark.parametrize("reloaded", [False, True])
async def test_what_one_customer_could_not_send_is_not_sent_by_the_next(
    page: Page, server: StandIn, reloaded: bool, ends: str
) -> None:
    """Two customers at one computer: the site vouches for Ada, later for Bob."""
    await identify(page, "ada")
    await server.authenticated("ada")
    server.owners["token-c1"] = "ada"
    await write_offline(page, server, "My secret")
    if reloaded:
        await page.reload()
    await identify(page, "bob")
    await write(page, "I am Bob")
    if ends == "expired":
        server.expired.add("token-c1")
    server.up = True
    await server.authenticated("bob")
    await server.connected(1)
    await delivered(page, 1)
    assert (server.auths[-1]["token"], server.auths[-1]["identity"]) == ("token-c2", "bob")
    assert [say["text"] for say in server.says] == ["I am Bob"]
    await page.reload()
    await delivered(page, 1)
    assert [say["text"] for say in server.says] == ["I am Bob"]


async def test_an_unsent_message_moves_to_the_conversation_that_follows(
    page: Page, server: StandIn
) -> None:
    other = await page.context.new_page()
    await other.goto(server.url)
    await server.connected(2)
    server.up = False
    await server.cut()
    for tab in (page, other):
        await write(tab, "Still me")
    server.expired.add("token-c1")
    server.up = True
    for tab in (page, other):
        await delivered(tab, 2)
    assert {auth["token"] for auth in server.auths[-2:]} == {"token-c2"}
    assert [event["text"] for event in server.events] == ["Still me"] * 2


async def test_an_unsent_message_outlives_a_session_that_another_tab_ended(
    page: Page, server: StandIn
) -> None:
    await write_offline(page, server, "Still me")
    await page.evaluate(
        "for (const key of Object.keys(localStorage))"
        "  if (key.endsWith(':session')) localStorage.removeItem(key)"
    )
    await page.reload()
    server.up = True
    await delivered(page, 1)
    assert (server.auths[-1]["token"], server.says[-1]["text"]) == ("token-c2", "Still me")


async def test_what_waits_for_a_slower_pace_goes_to_nobody_else(
    page: Page, server: StandIn
) -> None:
    await identify(page, "ada")
    await server.authenticated("ada")
    server.owners["token-c1"] = "ada"
    server.refuse = "rate_limited"
    await write(page, "My secret")
    await server.was_said("My secret")
    await identify(page, "bob")
    await server.authenticated("bob")
    await server.connected(1)
    server.refuse = ""
    await page.wait_for_timeout(2_000)
    await write(page, "I am Bob")
    await delivered(page, 1)
    assert [event["text"] for event in server.events] == ["I am Bob"]


async def test_only_who_signed_out_is_told_to_be_nobody(page: Page, server: StandIn) -> None:
    await server.connected(1)
    assert "identity" not in server.auths[-1]
    await identify(page, "good")
    await server.authenticated("good")
    server.expired.add("stale")
    await identify(page, "stale")
    await server.authenticated(None)
    await identify(page, "")
    await server.authenticated("")
    assert server.sessions == 1


async def test_a_refused_message_can_be_sent_again(page: Page, server: StandIn) -> None:
    server.refuse = "unavailable"
    await write(page, "Hello?")
    retry = page.get_by_role("button", name="Try again")
    await expect(messages(page, "You")).to_contain_text(["We cannot be reached right now."])
    server.refuse = ""
    await retry.click()
    await expect(retry).to_have_count(0)
    assert len({say["client_id"] for say in server.says}) == 1
    assert [event["text"] for event in server.events] == ["Hello?"]


async def test_a_message_that_was_one_too_many_at_once_follows_by_itself(
    page: Page, server: StandIn
) -> None:
    server.refuse = "rate_limited"
    await write(page, "One of many")
    await expect(messages(page, "You")).to_contain_text(["Sending…"])
    server.refuse = ""
    await delivered(page, 1)
    assert [event["text"] for event in server.events] == ["One of many"]


async def test_a_refused_message_stays_refused_after_a_reload(page: Page, server: StandIn) -> None:
    server.refuse = "unavailable"
    await write(page, "Hello?")
    retry = page.get_by_role("button", name="Try again")
    await expect(retry).to_be_visible()
    server.refuse = ""
    await page.reload()
    await server.connected(1)
    await write(page, "Another one")
    await expect(page.locator("article.customer[data-delivery=sent]")).to_have_count(1)
    await expect(page.locator("article.customer[data-delivery=failed]")).to_contain_text("Hello?")
    assert [event["text"] for event in server.events] == ["Another one"]
    await retry.click()
    await delivered(page, 2)
    await page.reload()
    await delivered(page, 2)
    assert [event["text"] for event in server.events] == ["Another one", "Hello?"]


async def test_only_the_bots_words_are_html(page: Page, server: StandIn) -> None:
    await write(page, "<b>bold</b>")
    await server.add("message", role="agent", name="Mira", text="<i>slanted</i>")
    await server.add("message", role="bot", text="**x**", html="<p><strong>strong</strong></p>")
    await expect(messages(page, "You")).to_contain_text(["<b>bold</b>"])
    await expect(messages(page, "Mira")).to_contain_text(["<i>slanted</i>"])
    await expect(messages(page, "Assistant").last.locator("strong")).to_have_text("strong")


@pytest.mark.parametrize("width", [1280, 390])
async def test_a_wide_table_scrolls_inside_its_bubble(
    page: Page, server: StandIn, width: int
) -> None:
    await page.set_viewport_size({"width": width, "height": 800})
    cells = "".join(f"<td>Destination{n} EUR 14.95</td>" for n in range(8))
    await server.add("message", role="bot", text="|", html=f"<table><tr>{cells}</tr></table>")
    table = page.get_by_role("region", name="Table")
    await expect(table).to_be_visible()
    assert await table.evaluate("e => e.scrollWidth > e.clientWidth")
    log = page.get_by_role("log")
    assert await log.evaluate("e => e.scrollWidth <= e.clientWidth")
    await table.focus()
    await page.keyboard.press("ArrowRight")
    await expect(table).to_be_focused()
    await page.wait_for_function("e => e.scrollLeft > 0", arg=await table.element_handle())


async def test_the_customer_sees_who_is_there_all_the_way(page: Page, server: StandIn) -> None:
    header = page.get_by_role("dialog").get_by_role("status").first
    await expect(header).to_have_text("You are chatting with our assistant")
    await page.get_by_role("button", name="Talk to a person").click()
    await expect(header).to_have_text("Waiting for a colleague — you are number 2")
    await expect(page.get_by_role("button", name="Cancel")).to_be_visible()
    await server.add("claimed", name="Mira")
    await server.set_state(owner="agent", agent_name="Mira", position=None)
    await expect(header).to_have_text("You are chatting with Mira")
    await expect(page.get_by_text("Mira joined the chat")).to_be_visible()
    await server.add("handed_back", name="Mira")
    await server.set_state(owner="bot", agent_name=None)
    await expect(header).to_have_text("You are chatting with our assistant")
    await expect(page.get_by_role("button", name="Talk to a person")).to_be_visible()


async def test_typing_dots_go_away_by_themselves(page: Page, server: StandIn) -> None:
    await server.set_state(owner="agent", agent_name="Mira")
    await server.agent_types()
    dots = page.get_by_text("Mira is writing…")
    await expect(dots).to_have_count(1)
    await expect(dots).to_have_count(0, timeout=8_000)


async def test_a_quick_reply_is_said_once_and_then_gone(page: Page, server: StandIn) -> None:
    await server.add(
        "message", role="bot", text="?", html="<p>A colleague?</p>", buttons=[{"title": "Yes"}]
    )
    await page.get_by_role("button", name="Yes").click()
    await expect(page.get_by_role("button", name="Yes")).to_have_count(0)
    await expect(messages(page, "You")).to_contain_text(["Yes"])


async def test_a_closed_chat_counts_what_it_missed(page: Page, server: StandIn) -> None:
    await page.keyboard.press("Escape")
    launcher = page.get_by_role("button", name="Open chat")
    await expect(launcher).to_be_focused()
    await server.add("message", role="agent", name="Mira", text="One")
    await server.add("message", role="agent", name="Mira", text="Two")
    await expect(launcher).to_have_accessible_name("Open chat, 2 unread messages")
    await launcher.click()
    await expect(page.get_by_role("textbox", name="Your message")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(launcher).to_have_accessible_name("Open chat")


async def test_one_script_tag_is_enough(page: Page, server: StandIn) -> None:
    await page.goto(f"{server.url}bare")
    await expect(page.get_by_role("dialog", name="Help desk")).to_be_visible()
    suggestions = page.get_by_role("group", name="Suggested questions").get_by_role("button")
    await expect(suggestions).to_have_text(["A?", "B?"])
    await server.authenticated("vouched")
    # The page is written from right to left: the launcher stands on the left.
    box = await page.get_by_role("button", name="Close chat").last.bounding_box()
    assert box is not None
    assert box["x"] < 100


async def test_nothing_is_asked_of_anybody_else(page: Page, server: StandIn) -> None:
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    await page.reload()
    await write(page, "Hello")
    await delivered(page, 1)
    assert asked
    assert [url for url in asked if not url.startswith((server.url, "data:"))] == []
    assert complaints == []


async def test_a_text_that_is_too_long_cannot_be_sent(page: Page) -> None:
    box = page.get_by_role("textbox", name="Your message")
    send = page.get_by_role("button", name="Send")
    await expect(send).to_be_disabled()
    await box.fill("😀" * 4000)
    await expect(send).to_be_enabled()
    await expect(page.get_by_text("4000 / 4000")).to_be_visible()
    await box.fill("😀" * 4001)
    await expect(send).to_be_disabled()


async def test_the_open_panel_has_no_accessibility_violations(page: Page, server: StandIn) -> None:
    await write(page, "Hello")
    await server.add(
        "message",
        role="bot",
        text="Hi",
        html="<p>Hi. <a href='/returns'>Returns</a></p>",
        buttons=[{"title": "Thanks"}],
        sources=[{"id": "a", "title": "Returns"}],
    )
    await expect(page.get_by_role("button", name="Thanks")).to_be_visible()
    results = await Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
