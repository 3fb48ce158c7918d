"""What all sources share: files within their limits, and an article from its fields."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from slugify import slugify

from kb_index.article import Article, Status, parse_article
from kb_index.errors import InvalidArticle, SourceUnreadable

#: Where in the source, and the article there or why there is none.
Item = tuple[str, Article | InvalidArticle]

MAX_FILE_BYTES = 32 * 1024 * 1024
_ID_LENGTH = 72


@dataclass(frozen=True)
class Options:
    """What an import is told: the language of all its articles, and whether they are drafts.

    For what comes from the web: the most pages of a site map, and whether addresses inside
    private networks may be asked.
    """

    language: str | None = None
    status: Status = "published"
    max_pages: int = 500
    allow_private: bool = False


def article_of(
    fields: Mapping[str, Any], where: str, options: Options, updated: dt.date
) -> Article | InvalidArticle:
    """The article that `fields` describe; what is missing comes from the options and the file."""
    given = {name: value for name, value in fields.items() if value is not None}
    title = given.get("title")
    given.setdefault("status", options.status)
    given.setdefault("updated", updated)
    given.setdefault("id", article_id(title) if isinstance(title, str) else "")
    if options.language:
        given["language"] = options.language
    if options.status == "draft":
        given["status"] = "draft"
    try:
        return parse_article(given, where)
    except InvalidArticle as error:
        return error


def article_id(*parts: str) -> str:
    """An id that the same words always get: cut ones end in a hash of the whole."""
    whole = slugify(" ".join(parts))
    if not whole:
        return (
            "article-"
            + hashlib.sha256("\n".join(parts).encode(errors="surrogatepass")).hexdigest()[:8]
        )
    if len(whole) <= _ID_LENGTH:
        return whole
    digest = hashlib.sha256(whole.encode()).hexdigest()[:6]
    return f"{slugify(whole, max_length=_ID_LENGTH - 7, word_boundary=True)}-{digest}"


def sections_of(
    document: str,
    sections: Sequence[tuple[str, str]],
    where: str,
    options: Options,
    updated: dt.date,
) -> Iterator[Item]:
    """An article for each section (title, Markdown) of a document; ids begin with its name."""
    seen: dict[str, int] = {}
    for title, text in sections:
        seen[title] = seen.get(title, 0) + 1
        again = (str(seen[title]),) if seen[title] > 1 else ()
        same = slugify(title) == slugify(document)
        name = article_id(*(() if same else (document,)), title, *again)
        place = f"{where}, {title!r}" if len(sections) > 1 else where
        fields = {"id": name, "title": title[:200], "text": text}
        yield place, article_of(fields, place, options, updated)


def each_file(
    location: str,
    endings: Sequence[str],
    read: Callable[[Path, bytes], Iterator[Item]],
) -> Iterator[Item]:
    """Read a file, or every file with one of the endings in a folder and those below it."""
    root = Path(location)
    if root.is_dir():
        files = sorted(p for p in root.rglob("*") if p.suffix.lower() in endings and p.is_file())
        if not files:
            raise SourceUnreadable(f"{root} holds no {' or '.join(endings)} file")
    else:
        files = [root]
    for path in files:
        where = str(path.relative_to(root)) if root.is_dir() else path.name
        try:
            content = read_bytes(path)
        except InvalidArticle as error:
            if path == root:
                raise SourceUnreadable(error.message) from None
            yield where, InvalidArticle(error.field, error.reason, where)
            continue
        yield from read(Path(where), content)


def read_bytes(path: Path) -> bytes:
    """A file within the limit; raises InvalidArticle."""
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise InvalidArticle("file", f"larger than {MAX_FILE_BYTES >> 20} MB", path.name)
        return path.read_bytes()
    except OSError as error:
        raise InvalidArticle("file", error.strerror or "unreadable", path.name) from None


def read_text(path: Path) -> str:
    """A text file that is read as a whole; raises SourceUnreadable."""
    try:
        return read_bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SourceUnreadable(f"{path.name}: is not UTF-8") from None
    except InvalidArticle as error:
        raise SourceUnreadable(error.message) from None


def file_date(path: Path) -> dt.date:
    """When a file was last changed."""
    return dt.datetime.fromtimestamp(path.stat().st_mtime, dt.timezone.utc).date()


def today() -> dt.date:
    """The date in UTC."""
    return dt.datetime.now(dt.timezone.utc).date()
