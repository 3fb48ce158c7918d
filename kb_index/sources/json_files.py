"""JSON: a list of articles (or `{"articles": [...]}`), or one article on each line (JSONL)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kb_index.errors import InvalidArticle, SourceUnreadable
from kb_index.sources.fields import Item, Options, article_of, file_date, read_text
from kb_index.sources.tables import NAMES


def read(location: str, options: Options) -> Iterator[Item]:
    """One article for each object; `question` and `answer` may stand for title and text."""
    path = Path(location)
    read_rows = _list if path.suffix.lower() == ".json" else _lines
    for where, row in read_rows(read_text(path), path.name):
        if isinstance(row, InvalidArticle):
            yield where, row
        elif not isinstance(row, dict):
            yield where, InvalidArticle("article", "is not an object", where)
        else:
            fields = {NAMES.get(str(name), str(name)): value for name, value in row.items()}
            fields.pop("revision", None)
            yield where, article_of(fields, where, options, file_date(path))


def _lines(text: str, name: str) -> Iterator[tuple[str, Any]]:
    # Not splitlines: a text may hold other kinds of line ends.
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            where = f"{name}:{number}"
            try:
                yield where, json.loads(line)
            except (ValueError, RecursionError) as error:
                yield where, InvalidArticle("line", _reason(error), where)


def _list(text: str, name: str) -> Iterator[tuple[str, Any]]:
    try:
        rows = json.loads(text)
    except (ValueError, RecursionError) as error:
        line = f":{error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise SourceUnreadable(f"{name}{line}: {_reason(error)}") from None
    if isinstance(rows, dict):
        rows = rows.get("articles")
    if not isinstance(rows, list):
        raise SourceUnreadable(f"{name}: is neither a list of articles nor has `articles`")
    for number, row in enumerate(rows, 1):
        yield f"{name}, article {number}", row


def _reason(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg} (column {error.colno})"
    return "nested too deeply" if isinstance(error, RecursionError) else "is not JSON"
