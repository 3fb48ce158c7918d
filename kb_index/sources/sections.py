"""Cuts the Markdown of a document into sections by its headings."""

from __future__ import annotations

import re

_HEADING = re.compile(r"^ {0,3}(#{1,6})[ \t]+(.+?)[ \t#]*$")
_FENCE = re.compile(r"^ {0,3}(```|~~~)")
#: Question marks: of Latin, Chinese and Arabic script.
_ASKING = ("?", "\uff1f", "\u061f")
_MARKS = re.compile(r"[*_`]+|\[([^\]]*)\]\([^)]*\)")

Section = tuple[str, str]


def split(markdown: str, title: str, *, questions: bool = False) -> list[Section]:
    """Sections as (title, Markdown): one for each heading that has a text of its own.

    With `questions` it is cut only at headings that end in a question mark, and only if there
    are two of them: an ordinary page stays one section. Text before the first heading comes
    under `title`; of a page of questions it is left out.
    """
    lines = markdown.splitlines()
    headings = _headings(lines)
    if questions:
        asked = [(at, level, text) for at, level, text in headings if text.endswith(_ASKING)]
        if len(asked) < 2:
            first = headings[0][0] if headings and headings[0][2] == title else -1
            return _filled([(title, lines[first + 1 :])])
        return _filled([(text, _answer(lines, at, level, headings)) for at, level, text in asked])
    starts = [(-1, 0, title), *headings]
    ends = [*(at for at, _, _ in headings), len(lines)]
    return _filled(
        [(text, lines[at + 1 : end]) for (at, _, text), end in zip(starts, ends, strict=True)]
    )


def _answer(
    lines: list[str], at: int, level: int, headings: list[tuple[int, int, str]]
) -> list[str]:
    """The lines below a heading up to the next one of its level or above, or next question."""
    end = (
        place
        for place, other, text in headings
        if place > at and (other <= level or text.endswith(_ASKING))
    )
    return lines[at + 1 : next(end, len(lines))]


def _headings(lines: list[str]) -> list[tuple[int, int, str]]:
    """Line, level and text of each heading outside code."""
    found = []
    fenced = False
    for at, line in enumerate(lines):
        if _FENCE.match(line):
            fenced = not fenced
        heading = None if fenced else _HEADING.match(line)
        if heading:
            text = _MARKS.sub(lambda mark: mark[1] or "", heading[2]).strip()
            found.append((at, len(heading[1]), text))
    return found


def _filled(sections: list[tuple[str, list[str]]]) -> list[Section]:
    told = [(title, "\n".join(lines).strip()) for title, lines in sections]
    return [(title, text) for title, text in told if title and text]
