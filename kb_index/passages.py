"""What of an article can be found: its title, each variant, and pieces of its answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from markdown_it import MarkdownIt

from kb_index.article import Article

Kind = Literal["title", "variant", "passage"]

#: Pieces of an answer are grown to about this many words.
PASSAGE_WORDS = 60
#: Part of the stored index's format: raise it when the pieces change.
SPLIT_VERSION = 1

_MARKDOWN = MarkdownIt("commonmark").enable("table")


@dataclass(frozen=True, slots=True)
class Passage:
    """A text that stands for an article in the index."""

    article_id: str
    kind: Kind
    text: str


def passages_of(article: Article) -> list[Passage]:
    """All passages of an article; a text that occurs twice counts once, as its first kind."""
    texts: dict[str, Kind] = {article.title: "title"}
    for variant in article.variants:
        texts.setdefault(variant, "variant")
    for piece in split_answer(article.text):
        texts.setdefault(piece, "passage")
    return [Passage(article.id, kind, text) for text, kind in texts.items() if text]


def split_answer(markdown: str) -> list[str]:
    """Plain-text pieces of about `PASSAGE_WORDS` words, along the answer's paragraphs."""
    pieces: list[list[str]] = []
    for block in _blocks(markdown):
        words = block.split()
        if pieces and len(pieces[-1]) + len(words) <= PASSAGE_WORDS:
            pieces[-1] += words
            continue
        for start in range(0, len(words), PASSAGE_WORDS):
            pieces.append(words[start : start + PASSAGE_WORDS])
    return [" ".join(piece) for piece in pieces]


def _blocks(markdown: str) -> Iterator[str]:
    """The readable text of each block, without marks, link targets or HTML."""
    for token in _MARKDOWN.parse(markdown):
        if token.type == "inline":
            yield "".join(
                " " if child.type.endswith("break") else child.content
                for child in token.children or ()
                if child.type in {"text", "code_inline", "softbreak", "hardbreak"}
            )
        elif token.type in {"fence", "code_block"}:
            yield token.content
