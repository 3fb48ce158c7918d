"""PDF documents: headings are told by the size or weight of their letters.

One article for each heading that has a text. A document without headings is one article, or,
where it is too long for one, an article for each page.
"""

from __future__ import annotations

import io
import logging
import statistics
from collections.abc import Iterator
from typing import Any

import pdfplumber

from kb_index.article import MAX_TEXT
from kb_index.errors import InvalidArticle
from kb_index.sources.fields import Item, Options, each_file, sections_of, today
from kb_index.sources.html import document_name
from kb_index.sources.sections import Section, split

# What it says of odd fonts is of no use to whoever imports.
logging.getLogger("pdfminer").setLevel(logging.CRITICAL)

ENDINGS = (".pdf",)
_MAX_PAGES = 2_000
#: Letters this much larger than most of the document's make a heading.
_LARGER = 1.15
_LONGEST_HEADING = 150
#: Lines further apart than this many line heights are two paragraphs.
_GAP = 0.8

Line = tuple[str, float, bool, float, float]


def read(location: str, options: Options) -> Iterator[Item]:
    """The articles of a document, or of all documents in a folder."""
    yield from each_file(
        location,
        ENDINGS,
        lambda path, content: read_document(content, document_name(path), str(path), options),
    )


def read_document(content: bytes, document: str, where: str, options: Options) -> Iterator[Item]:
    """The articles of one document."""
    try:
        sections = _sections(_pages(content, where), document)
    except InvalidArticle as error:
        yield where, error
        return
    if not sections:
        reason = "there is none in it; a scanned document has to be recognised first"
        yield where, InvalidArticle("text", reason, where)
    yield from sections_of(document, sections, where, options, today())


def _pages(content: bytes, where: str) -> list[list[Line]]:
    """The lines of each page: text, size of letters, bold, top and bottom."""
    try:
        with pdfplumber.open(io.BytesIO(content)) as document:
            if len(document.pages) > _MAX_PAGES:
                raise InvalidArticle("file", f"has more than {_MAX_PAGES} pages", where)
            pages = []
            for page in document.pages:
                pages.append([_line(line) for line in page.extract_text_lines()])
                page.close()
            return pages
    except InvalidArticle:
        raise
    except Exception:  # a damaged or locked file fails in many ways
        reason = "is not a readable PDF: damaged, or locked with a password"
        raise InvalidArticle("file", reason, where) from None


def _line(line: dict[str, Any]) -> Line:
    chars = line["chars"]
    bold = all("bold" in char["fontname"].lower() for char in chars)
    size = statistics.median(char["size"] for char in chars)
    return line["text"].strip(), size, bold, line["top"], line["bottom"]


def _sections(pages: list[list[Line]], document: str) -> list[Section]:
    lines = [line for page in pages for line in page]
    if not lines:
        return []
    body = statistics.median(size for text, size, *_ in lines for _ in text)
    mostly_bold = sum(bold for _, _, bold, *_ in lines) > len(lines) / 2
    told = [_markdown(page, body, mostly_bold) for page in pages]
    sections = split("\n".join(told), document)
    if len(sections) == 1 and len(sections[0][1]) > MAX_TEXT:
        return [(f"{document}, page {number}", text) for number, text in enumerate(told, 1) if text]
    return sections


def _markdown(page: list[Line], body: float, mostly_bold: bool) -> str:
    """A page's text with its headings marked and its paragraphs apart."""
    told: list[str] = []
    heading_before, bottom_before = False, 0.0
    for text, size, bold, top, bottom in page:
        heading = len(text) <= _LONGEST_HEADING and (
            size >= _LARGER * body or (bold and not mostly_bold and not text.endswith("."))
        )
        if heading and heading_before and top - bottom_before < size:
            told[-1] += f" {text}"  # a heading on two lines
        elif heading:
            told += ["", f"## {text}"]
        else:
            far = top - bottom_before > _GAP * (bottom - top)
            told += ["", text] if far or heading_before else [text]
        heading_before, bottom_before = heading, bottom
    return "\n".join(told).strip()
