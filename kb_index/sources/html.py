"""HTML pages: a file, or a folder of them.

A page of questions becomes one article for each: by its schema.org FAQPage data, else its
`<details>`, else its headings that are questions. Any other page is one article, without its
menus.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import nh3
import trafilatura
from lxml import etree
from lxml import html as lxml_html
from markdownify import markdownify

from kb_index.errors import InvalidArticle
from kb_index.sources.fields import Item, Options, each_file, sections_of, today
from kb_index.sources.sections import Section, split

# What it says of a page without text is told by the refusal.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)

ENDINGS = (".html", ".htm", ".xhtml")


def read(location: str, options: Options) -> Iterator[Item]:
    """The articles of a page, or of all pages in a folder."""
    yield from each_file(
        location,
        ENDINGS,
        lambda path, content: read_page(content, document_name(path), str(path), options, today()),
    )


def document_name(path: Path | PurePosixPath) -> str:
    """What the ids of a page's articles begin with: its path, without an ending."""
    parts = [part for part in path.with_suffix("").parts if part not in {"/", "index"}]
    return " ".join(parts) or "page"


def read_page(
    content: bytes, document: str, where: str, options: Options, updated: dt.date
) -> Iterator[Item]:
    """The articles of one page."""
    try:
        sections = _sections(content, document)
    except (etree.LxmlError, ValueError, RecursionError):
        sections = []
    if sections:
        yield from sections_of(document, sections, where, options, updated)
    else:
        yield where, InvalidArticle("page", "there is no text to be found in it", where)


def to_markdown(html: str) -> str:
    """A fragment as Markdown, without scripts, styles and pictures."""
    safe = nh3.clean(html)
    return str(markdownify(safe, heading_style="ATX", bullets="-", strip=["img"])).strip()


def _sections(content: bytes, document: str) -> list[Section]:
    tree = lxml_html.document_fromstring(content)
    found = _faq_data(tree) or _details(tree)
    if found:
        return found
    text = trafilatura.extract(
        content,
        output_format="markdown",
        include_comments=False,
        include_links=True,
        include_tables=True,
        favor_recall=True,
    )
    title = " ".join((tree.findtext(".//h1") or tree.findtext(".//title") or document).split())
    return split(text or "", title, questions=True)


def _faq_data(tree: Any) -> list[Section]:
    """Questions and answers of the page's schema.org data."""
    found: list[Section] = []
    for script in tree.iterfind(".//script[@type='application/ld+json']"):
        try:
            found += _questions(json.loads(script.text or ""))
        except (ValueError, RecursionError):
            continue
    return found


def _questions(data: Any) -> list[Section]:
    if isinstance(data, list):
        return [section for item in data for section in _questions(item)]
    if not isinstance(data, dict):
        return []
    kinds = data.get("@type")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    if "Question" not in kinds:
        return [*_questions(data.get("@graph")), *_questions(data.get("mainEntity"))]
    answer = data.get("acceptedAnswer")
    answer = answer[0] if isinstance(answer, list) and answer else answer
    title, text = data.get("name"), answer.get("text") if isinstance(answer, dict) else None
    if not isinstance(title, str) or not isinstance(text, str) or not text.strip():
        return []
    return [(" ".join(to_markdown(title).split()), to_markdown(text))]


def _details(tree: Any) -> list[Section]:
    """Questions and answers that fold open, if there are at least two."""
    found: list[Section] = []
    for details in tree.iterfind(".//details"):
        summary = details.find("summary")
        if summary is None:
            continue
        title = " ".join(summary.text_content().split())
        whole = lxml_html.tostring(details, encoding="unicode", with_tail=False)
        text = to_markdown(
            whole.replace(lxml_html.tostring(summary, encoding="unicode", with_tail=False), "", 1)
        )
        if title and text:
            found.append((title, text))
    return found if len(found) > 1 else []
