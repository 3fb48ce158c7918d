"""Where articles can come from. A new source is one file here and one line in `SOURCES`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from kb_index.article import Article
from kb_index.errors import InvalidArticle
from kb_index.sources import markdown


@dataclass(frozen=True)
class Harvest:
    """What a source gave: the good articles, and one error for each bad one."""

    articles: tuple[Article, ...]
    errors: tuple[InvalidArticle, ...]


#: A source reads a path and yields an article, or the reason why there is none.
SOURCES: dict[str, Callable[[Path], list[Article | InvalidArticle]]] = {
    "markdown": markdown.read_folder,
}


def harvest(kind: str, path: Path) -> Harvest:
    """Read `path` with the source `kind`; a bad article never loses the good ones.

    Raises:
        SourceUnreadable: there is nothing to read at `path`.
    """
    found = SOURCES[kind](path)
    return Harvest(
        tuple(item for item in found if isinstance(item, Article)),
        tuple(item for item in found if isinstance(item, InvalidArticle)),
    )
