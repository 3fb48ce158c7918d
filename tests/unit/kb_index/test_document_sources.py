"""Documents become articles: HTML, PDF and Word, written here as real files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from documents import RETURNS, write_docx, write_pdf

from kb_index.errors import SourceUnreadable
from kb_index.sources import Options, guess, harvest

MENU = "<nav><a href='/'>Home</a><a href='/shop'>Shop</a></nav>"
PAGE = f"""<html><head><title>Delivery</title></head><body>{MENU}<main><h1>Delivery</h1>
<p>We deliver to every country of the European Union within five working days.</p>
<p>Delivery costs <b>4.90</b> and is free above 50.</p></main><footer>Imprint</footer></body></html>
"""


def faq_page(data: object) -> str:
    script = f"<script type='application/ld+json'>{json.dumps(data)}</script>"
    return f"<html><head><title>Help</title>{script}</head><body><p>Hello</p></body></html>"


FAQ = {
    "@context": "https://schema.org",
    "@type": "FAQPage",
    "mainEntity": [
        {
            "@type": "Question",
            "name": "Do you <em>gift-wrap</em>?",
            "acceptedAnswer": {"@type": "Answer", "text": "<p>Yes, in <b>red</b>.</p>"},
        },
        {"@type": "Question", "name": "Can I pay later?", "acceptedAnswer": {"text": "No."}},
        {"@type": "Question", "name": "No answer?"},
    ],
}


@pytest.mark.parametrize(("kind", "write"), [("pdf", write_pdf), ("docx", write_docx)])
def test_each_heading_of_a_document_is_an_article(kind: str, write: object, tmp_path: Path) -> None:
    path = tmp_path / f"help.{kind}"
    write(path, RETURNS)  # type: ignore[operator]
    for _ in range(2):
        harvested = harvest(guess(str(path)), path)
        assert harvested.errors == ()
        assert [(one.title, one.text) for one in harvested.articles] == list(RETURNS)
        assert [one.id for one in harvested.articles] == [
            "help-how-do-i-return-a-product",
            "help-how-long-does-a-refund-take",
        ]


@pytest.mark.parametrize(("kind", "write"), [("pdf", write_pdf), ("docx", write_docx)])
def test_a_document_without_headings_is_one_article(
    kind: str, write: object, tmp_path: Path
) -> None:
    path = tmp_path / f"house rules.{kind}"
    write(path, [("", "No dogs."), ("", "No smoking.")])  # type: ignore[operator]
    (article,) = harvest(kind, path).articles
    assert (article.id, article.title) == ("house-rules", "house rules")
    assert "No dogs." in article.text
    assert "No smoking." in article.text


def test_a_long_document_without_headings_becomes_an_article_for_each_page(tmp_path: Path) -> None:
    path = tmp_path / "terms.pdf"
    write_pdf(path, [("", "These are the terms of sale. " * 1200)])
    articles = harvest("pdf", path).articles
    assert len(articles) > 5
    assert articles[0].id == "terms-terms-page-1"


@pytest.mark.parametrize("kind", ["pdf", "docx"])
def test_a_bad_document_of_a_folder_is_named_and_loses_no_good_one(
    kind: str, tmp_path: Path
) -> None:
    (tmp_path / "deep").mkdir()
    {"pdf": write_pdf, "docx": write_docx}[kind](tmp_path / "deep" / f"good.{kind}", RETURNS)
    (tmp_path / f"bad.{kind}").write_bytes(b"no document")
    harvested = harvest(guess(str(tmp_path)), tmp_path)
    assert len(harvested.articles) == 2
    assert harvested.articles[0].id.startswith("deep-good-")
    (error,) = harvested.errors
    assert error.message.startswith(f"bad.{kind}: file: is not a readable")


def test_a_locked_and_an_empty_pdf_are_told(tmp_path: Path) -> None:
    write_pdf(tmp_path / "empty.pdf", [])
    write_pdf(tmp_path / "locked.pdf", RETURNS, password="secret")
    messages = [error.message for error in harvest("pdf", tmp_path).errors]
    assert messages[0].startswith("empty.pdf: text: there is none in it")
    assert (
        messages[1] == "locked.pdf: file: is not a readable PDF: damaged, or locked with a password"
    )


def test_a_page_is_one_article_without_its_menus(tmp_path: Path) -> None:
    (tmp_path / "delivery.html").write_text(PAGE)
    (article,) = harvest("html", tmp_path).articles
    assert (article.id, article.title) == ("delivery", "Delivery")
    assert "every country" in article.text
    assert "Imprint" not in article.text
    assert "Shop" not in article.text


@pytest.mark.parametrize("data", [FAQ, [FAQ], {"@graph": [FAQ]}])
def test_the_questions_in_a_pages_data_are_articles(data: object, tmp_path: Path) -> None:
    (tmp_path / "faq.html").write_text(faq_page(data))
    harvested = harvest("html", tmp_path / "faq.html")
    assert [(one.id, one.text) for one in harvested.articles] == [
        ("faq-do-you-gift-wrap", "Yes, in **red**."),
        ("faq-can-i-pay-later", "No."),
    ]


def test_what_folds_open_is_an_article(tmp_path: Path) -> None:
    details = "".join(
        f"<details><summary>Question {n}?</summary><p>Answer <i>{n}</i>.</p></details>"
        for n in (1, 2)
    )
    (tmp_path / "faq.html").write_text(f"<html><body>{details}</body></html>")
    articles = harvest("html", tmp_path).articles
    assert [(one.title, one.text) for one in articles] == [
        ("Question 1?", "Answer *1*."),
        ("Question 2?", "Answer *2*."),
    ]


def test_headings_that_are_questions_are_articles(tmp_path: Path) -> None:
    text = "We answer every question that reaches us within one working day, by mail or phone."
    body = f"<h1>Help</h1><h2>How can I reach you?</h2><p>{text}</p><h2>Where are you?</h2>"
    (tmp_path / "faq.html").write_text(
        f"<html><body><article>{body}<p>In a small street of Bergen, near the old harbour.</p>"
        "</article></body></html>"
    )
    titles = [one.title for one in harvest("html", tmp_path).articles]
    assert titles == ["How can I reach you?", "Where are you?"]


@pytest.mark.parametrize(
    "content",
    [b"", b"\0\0", b"<html></html>", b"\xff\xfe", b"<div>" * 20_000, b"<script>x</script>"],
)
def test_a_page_without_text_is_refused_by_name(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "bad.html").write_bytes(content)
    (tmp_path / "good.html").write_text(PAGE)
    harvested = harvest("html", tmp_path)
    assert [one.id for one in harvested.articles] == ["good-delivery"]
    assert [error.message for error in harvested.errors] == [
        "bad.html: page: there is no text to be found in it"
    ]


def test_scripts_in_answers_do_not_become_text(tmp_path: Path) -> None:
    data = {
        "@type": "Question",
        "name": "Really?",
        "acceptedAnswer": {"text": "<p onclick='x()'>Yes<script>alert(1)</script></p>"},
    }
    (tmp_path / "faq.html").write_text(faq_page(data).replace("</script></p>", "<\\/script></p>"))
    (article,) = harvest("html", tmp_path).articles
    assert "alert" not in article.text
    assert "onclick" not in article.text


def test_the_kind_is_guessed_or_asked_for(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(PAGE)
    (tmp_path / "b.TSV").write_text("title\ttext")
    assert guess(str(tmp_path)) == "html"
    assert guess(str(tmp_path / "b.TSV")) == "csv"
    assert guess("https://example.org/sitemap.xml") == "web"
    (tmp_path / "c.md").write_text("x")
    (tmp_path / "d.xyz").write_text("x")
    for unclear in (tmp_path, tmp_path / "d.xyz", tmp_path / "nothing.csv"):
        with pytest.raises(SourceUnreadable):
            guess(str(unclear))


def test_an_import_may_say_language_and_draft(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(PAGE)
    (article,) = harvest("html", tmp_path, Options(language="de", status="draft")).articles
    assert (article.language, article.status) == ("de", "draft")
