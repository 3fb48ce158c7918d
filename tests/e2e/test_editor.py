"""An editor gives an article a language, looks into its history and restores a revision."""

from __future__ import annotations

import re
from collections.abc import Iterator
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, expect

from deploy.stack import Stack
from tests.e2e.pages import SLOW, Editor
from tests.e2e.test_accessibility import expect_no_violations

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]
#: A history outlives its article: a second run must not find that of the first.
TITLE = f"Do you engrave wine glasses? {uuid4().hex[:8]}"
FIRST, SECOND, THEIRS = "Yes, with a name.", "Yes, with a date.", "No longer."
WRITE_AS_COLLEAGUE = """async ([url, text]) => {
  const { title, variants, tags, revision } = await (await fetch(url)).json();
  const headers = { "Content-Type": "application/json" };
  const body = JSON.stringify({ title, variants, tags, revision, text });
  return (await fetch(url, { method: "PUT", headers, body })).status;
}"""
DELETE = """async (url) => {
  const headers = { "Content-Type": "application/json" };
  return (await fetch(url, { method: "DELETE", headers })).status;
}"""


def address(page: Page) -> str:
    """The REST address of the article in the form."""
    return f"/api/articles/{page.url.partition('#')[2]}"


@pytest.fixture
def editor(tandem: Stack, agent: Page) -> Iterator[Editor]:
    """The editor; what was written is deleted, so that the others' base has one language."""
    yield Editor(agent, tandem.url).open(tandem.login)
    assert agent.evaluate(DELETE, address(agent)) == 200


def publish_in_german(editor: Editor) -> None:
    page, form = editor.page, editor.form
    editor.list.get_by_role("button", name="New article").click()
    form.get_by_role("textbox", name="Title").fill(TITLE)
    editor.write_answer(FIRST)
    form.get_by_role("combobox", name="Language").click()
    page.get_by_role("option", name="Another language").click()
    tag = form.get_by_role("textbox", name="Language tag")
    tag.fill("German")
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(form.get_by_role("alert").filter(has_text="such as de")).to_be_visible()
    tag.fill("de-AT")
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_text("Live now").first).to_be_visible(timeout=SLOW)


def ask_to_restore(page: Page, number: int) -> None:
    page.get_by_role("button", name="History").click()
    one = revision(page, number)
    one.locator("summary").click()
    one.get_by_role("button", name=f"Restore revision {number}").click()


def confirm(page: Page) -> None:
    question = page.locator("article-form confirm-dialog")
    question.get_by_role("button", name="Restore", exact=True).click()


def revision(page: Page, number: int) -> Locator:
    """One entry of the history."""
    entries = page.locator("article-history").get_by_role("listitem")
    return entries.filter(has_text=re.compile(rf"^\s*{number} · "))


def test_an_editor_restores_a_revision_unless_a_colleague_was_faster(editor: Editor) -> None:
    page, form = editor.page, editor.form
    publish_in_german(editor)
    expect(form.get_by_role("combobox", name="Language")).to_have_value("German (de)")
    own = editor.list.get_by_role("button", name=TITLE)
    expect(own).to_contain_text("German", timeout=SLOW)
    expect(editor.list.get_by_role("button", name=re.compile("English")).first).to_be_visible()
    editor.write_answer(SECOND)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(form).to_contain_text("revision 3", timeout=SLOW)

    page.get_by_role("button", name="History").click()
    revision(page, 3).locator("summary").click()
    expect(revision(page, 3).locator("ins")).to_contain_text("date")
    expect(revision(page, 3).locator("del")).to_contain_text("name")
    revision(page, 2).locator("summary").click()
    expect(revision(page, 2)).to_contain_text("published")
    expect_no_violations(page)

    revision(page, 2).get_by_role("button", name="Restore revision 2").click()
    assert page.evaluate(WRITE_AS_COLLEAGUE, [address(page), THEIRS]) == 200
    confirm(page)
    expect(form.get_by_role("alert")).to_contain_text("just saved revision 4", timeout=SLOW)
    expect(form.get_by_role("textbox", name="Answer")).to_have_value(THEIRS)

    ask_to_restore(page, 2)
    confirm(page)
    expect(page.get_by_text("Revision 2 is restored.").first).to_be_visible(timeout=SLOW)
    expect(form.get_by_role("textbox", name="Answer")).to_have_value(FIRST)
    expect(form).to_contain_text("revision 5")
