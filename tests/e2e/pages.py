"""The three apps as their users see them: found by role and name, never by markup."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

SLOW = 15_000


class Chat:
    """The customer's chat on the demo shop."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.log = page.get_by_role("log", name="Messages")
        self.box = page.get_by_role("textbox", name="Your message")

    def open(self) -> Chat:
        self.page.goto(self.url)
        return self.unfold()

    def unfold(self) -> Chat:
        """Open the chat on the page that is there."""
        self.page.get_by_role("button", name=re.compile("^Open chat")).click()
        expect(self.box).to_be_visible()
        return self

    def say(self, text: str) -> None:
        self.box.fill(text)
        self.box.press("Enter")

    def messages(self, sender: str) -> Locator:
        return self.log.get_by_role("article", name=re.compile(f"^{sender}"))

    def expect_from(self, sender: str, text: str | re.Pattern[str], nth: int = -1) -> None:
        message = self.messages(sender)
        one = message.last if nth == -1 else message.nth(nth)
        expect(one).to_contain_text(text, timeout=SLOW)

    def notice(self, kind: str) -> Locator:
        return self.log.locator(f'[data-notice="{kind}"]')

    def transcript(self) -> list[str]:
        """Every message, in order, as sender and first words."""
        texts = self.log.get_by_role("article").all_inner_texts()
        return [" ".join(text.split())[:80] for text in texts]


def log_in(page: Page, login: tuple[str, str]) -> None:
    """Fill in the log-in form that console and editor share."""
    page.get_by_role("textbox", name="E-mail").fill(login[0])
    page.get_by_role("textbox", name="Password").fill(login[1])
    page.get_by_role("button", name="Log in").click()


class Console:
    """The agents' console."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = f"{url}/console/"
        self.waiting = page.get_by_role("region", name="Waiting")
        self.mine = page.get_by_role("region", name="My chats")
        self.chat = page.get_by_role("region", name="Open chat")
        self.transcript = page.get_by_role("log", name=re.compile("^Conversation with"))

    def open(self, login: tuple[str, str]) -> Console:
        self.page.goto(self.url)
        log_in(self.page, login)
        expect(self.waiting).to_be_visible(timeout=SLOW)
        return self

    def claim_next(self) -> None:
        self.page.get_by_role("button", name="Claim next").click()
        expect(self.page.get_by_role("textbox", name="Your reply")).to_be_enabled(timeout=SLOW)

    def reply(self, text: str) -> None:
        box = self.page.get_by_role("textbox", name="Your reply")
        box.fill(text)
        box.press("Enter")
        expect(self.transcript).to_contain_text(text, timeout=SLOW)

    def hand_back(self) -> None:
        self.chat.get_by_role("button", name="Hand back to bot").click()

    def close(self) -> None:
        self.chat.get_by_role("button", name="Close chat").click()
        self.page.locator("confirm-dialog").get_by_role("button", name="Close chat").click()


class Editor:
    """The article editor."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = f"{url}/editor/"
        self.list = page.get_by_role("navigation", name="Articles")
        self.form = page.get_by_role("region", name="Article", exact=True)

    def open(self, login: tuple[str, str]) -> Editor:
        self.page.goto(self.url)
        log_in(self.page, login)
        expect(self.list).to_be_visible(timeout=SLOW)
        return self

    def find(self, words: str, title: str) -> None:
        self.list.get_by_role("searchbox", name="Search articles").fill(words)
        self.list.get_by_role("button", name=re.compile(re.escape(title))).first.click()
        expect(self.form.get_by_role("textbox", name="Title")).to_have_value(title, timeout=SLOW)

    def write_answer(self, text: str) -> None:
        self.form.get_by_role("textbox", name="Answer").fill(text)

    def save(self) -> None:
        self.page.get_by_role("button", name="Save", exact=True).click()
        expect(self.page.get_by_text("Live now").first).to_be_visible(timeout=SLOW)
