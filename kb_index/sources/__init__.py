"""Where articles can come from. A new source is one file here and one line in `SOURCES`.

A source takes a location and options, and yields one `Item` for each article it finds or has to
refuse. What cannot be read at all raises `SourceUnreadable`.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from kb_index.article import Article
from kb_index.errors import InvalidArticle, SourceUnreadable
from kb_index.sources.fields import Item, Options

__all__ = ["SOURCES", "Harvest", "Options", "guess", "harvest"]


@dataclass(frozen=True)
class Harvest:
    """What a source gave: the good articles, and one error for each bad one."""

    articles: tuple[Article, ...]
    errors: tuple[InvalidArticle, ...]


Source = Callable[[str, Options], Iterable[Item]]


def _in(module: str) -> Source:
    """The `read` of a module, imported when it is used: some bring large libraries."""

    def read(location: str, options: Options) -> Iterable[Item]:
        source: Source = importlib.import_module(f"{__name__}.{module}").read
        return source(location, options)

    return read


SOURCES: dict[str, Source] = {
    "markdown": _in("markdown"),
    "csv": _in("tables"),
    "json": _in("json_files"),
    "html": _in("html"),
    "pdf": _in("pdf"),
    "docx": _in("docx"),
    "web": _in("web"),
}
_ENDINGS = {
    **dict.fromkeys((".md", ".markdown"), "markdown"),
    **dict.fromkeys((".csv", ".tsv"), "csv"),
    **dict.fromkeys((".json", ".jsonl", ".ndjson"), "json"),
    **dict.fromkeys((".html", ".htm", ".xhtml"), "html"),
    ".pdf": "pdf",
    ".docx": "docx",
    ".xml": "web",
}


def guess(location: str) -> str:
    """Which source reads a location, by its ending, or by what a folder holds.

    Raises:
        SourceUnreadable: it cannot be told.
    """
    if "://" in location:
        return "web"
    path = Path(location)
    if not path.is_dir():
        if not path.exists():
            raise SourceUnreadable(f"there is no {location}")
        kind = _ENDINGS.get(path.suffix.lower())
        if kind:
            return kind
        raise SourceUnreadable(f"{path.name}: say with --source which of {_named(SOURCES)} it is")
    kinds = {_ENDINGS.get(file.suffix.lower(), "") for file in path.rglob("*") if file.is_file()}
    kinds &= {"markdown", "html", "pdf", "docx"}
    if len(kinds) == 1:
        return kinds.pop()
    held = f"holds {_named(sorted(kinds))} files" if kinds else "holds no file that can be read"
    raise SourceUnreadable(f"{location} {held}: say with --source what to import")


def harvest(
    kind: str,
    location: Path | str,
    options: Options | None = None,
    progress: Callable[[], None] = lambda: None,
) -> Harvest:
    """Read a location; a bad article never loses the good ones, a second of one id is bad.

    `progress` is called after each article.

    Raises:
        SourceUnreadable: there is nothing to read there.
    """
    articles: dict[str, tuple[str, Article]] = {}
    errors: list[InvalidArticle] = []
    for where, item in SOURCES[kind](str(location), options or Options()):
        if isinstance(item, InvalidArticle):
            errors.append(item)
        elif item.id in articles:
            reason = f"already used by {articles[item.id][0]}"
            errors.append(InvalidArticle("id", reason, where))
        else:
            articles[item.id] = where, item
        progress()
    return Harvest(tuple(article for _, article in articles.values()), tuple(errors))


def _named(kinds: Iterable[str]) -> str:
    return ", ".join(kinds)
