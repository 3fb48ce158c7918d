"""A customer, the bot, an agent and an editor, through all processes and two browsers."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from deploy.stack import Stack
from tests.e2e.pages import SLOW, Chat, Console, Editor

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]
Picture = Callable[[Page, str], None]
GREETING = 1  # the widget's own first words


def test_bot_and_person_work_in_tandem_on_one_conversation(
    tandem: Stack, customer: Page, agent: Page, picture: Picture
) -> None:
    chat = Chat(customer, tandem.url).open()
    chat.say("how much is shipping")
    chat.expect_from("Assistant", "EUR 4.95")
    expect(chat.messages("Assistant").last).to_contain_text("How much does delivery cost?")
    picture(customer, "01-bot-answers")

    chat.say("what is the capital of Peru")
    chat.expect_from("Assistant", "one of our people")
    picture(customer, "02-offer")
    customer.get_by_role("button", name="Yes, please").click()
    expect(chat.notice("queued")).to_be_visible(timeout=SLOW)
    expect(customer.get_by_text("number 1").first).to_be_visible(timeout=SLOW)
    picture(customer, "03-queued")

    console = Console(agent, tandem.url).open(tandem.login)
    expect(console.waiting).to_contain_text("Accepted the bot's offer", timeout=SLOW)
    picture(agent, "04-queue")
    console.claim_next()
    expect(console.transcript).to_contain_text("what is the capital of Peru")
    expect(console.transcript).to_contain_text("EUR 4.95")
    expect(chat.notice("claimed")).to_contain_text("Admin", timeout=SLOW)

    console.reply("It is Lima. Are you cooking Peruvian?")
    chat.expect_from("Admin", "It is Lima")
    bot_messages = chat.messages("Assistant").count()
    chat.say("Yes! And how much is shipping to Spain?")
    expect(console.transcript).to_contain_text("how much is shipping to Spain", timeout=SLOW)
    picture(agent, "05-agent-talks")
    customer.wait_for_timeout(2000)
    assert chat.messages("Assistant").count() == bot_messages, "the bot spoke over a person"

    console.hand_back()
    expect(chat.notice("handed_back")).to_be_visible(timeout=SLOW)
    expect(chat.messages("Assistant")).to_have_count(bot_messages + 1, timeout=SLOW)
    picture(customer, "06-handed-back")
    chat.say("how do I reset my password")
    chat.expect_from("Assistant", re.compile("password", re.IGNORECASE))
    expect(chat.messages("Assistant")).to_have_count(bot_messages + 2)


def test_an_edited_answer_reaches_the_next_customer(
    tandem: Stack, customer: Page, agent: Page, picture: Picture
) -> None:
    chat = Chat(customer, tandem.url).open()
    chat.say("do you have a shop where I can collect my order")
    chat.expect_from("Assistant", re.compile("Ghent"))

    editor = Editor(agent, tandem.url).open(tandem.login)
    editor.find("delivery cost", "How much does delivery cost?")
    editor.write_answer("Until Sunday delivery is **free everywhere**, whatever you order.")
    picture(agent, "07-editor")
    editor.save()

    chat.say("how much is shipping")
    chat.expect_from("Assistant", "free everywhere")
    picture(customer, "08-new-answer")


def test_a_reload_in_the_middle_loses_and_doubles_nothing(tandem: Stack, customer: Page) -> None:
    chat = Chat(customer, tandem.url).open()
    chat.say("how long do refunds take")
    chat.expect_from("Assistant", re.compile("refund", re.IGNORECASE))
    chat.say("can I pay with PayPal")
    customer.reload()
    expect(chat.box).to_be_visible(timeout=SLOW)
    expect(chat.messages("Assistant")).to_have_count(GREETING + 2, timeout=SLOW)
    before = chat.transcript()
    assert len(before) == GREETING + 4
    assert len(set(before)) == len(before)

    customer.reload()
    expect(chat.messages("Assistant")).to_have_count(GREETING + 2, timeout=SLOW)
    assert chat.transcript() == before


def test_a_reload_while_a_person_helps_keeps_the_person(
    tandem: Stack, customer: Page, agent: Page
) -> None:
    chat = Chat(customer, tandem.url).open()
    customer.get_by_role("button", name="Talk to a person").click()
    expect(chat.notice("queued")).to_be_visible(timeout=SLOW)
    console = Console(agent, tandem.url).open(tandem.login)
    console.claim_next()
    console.reply("Hello, this is a person.")
    customer.reload()
    chat.expect_from("Admin", "this is a person")
    agent.reload()
    console.mine.get_by_role("listitem").first.get_by_role("button").first.click()
    chat.say("Good to meet you")
    expect(console.transcript).to_contain_text("Good to meet you", timeout=SLOW)
    console.close()
    expect(chat.notice("closed")).to_be_visible(timeout=SLOW)


def test_two_tabs_of_a_customer_show_the_same(tandem: Stack, customer: Page) -> None:
    chat = Chat(customer, tandem.url).open()
    chat.say("do small appliances have a warranty")
    chat.expect_from("Assistant", re.compile("warranty", re.IGNORECASE))
    second = Chat(customer.context.new_page(), tandem.url)
    second.page.goto(tandem.url)
    expect(second.messages("Assistant")).to_have_count(GREETING + 1, timeout=SLOW)
    second.say("thanks")
    expect(chat.messages("Assistant")).to_have_count(GREETING + 2, timeout=SLOW)
    expect(second.messages("Assistant")).to_have_count(GREETING + 2, timeout=SLOW)
    assert chat.transcript() == second.transcript()
