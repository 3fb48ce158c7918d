"""A CSV file with a header: `title` (or `question`), `text` (or `answer`), and what else there is.

Further columns: `id`, `variants` (one per line, or between `|`), `tags` (between commas),
`status`, `language`, `updated`. Others are left alone. Comma, semicolon or tab.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kb_index.errors import InvalidArticle, SourceUnreadable
from kb_index.sources.fields import Item, Options, article_of, file_date, read_text

NAMES = {"question": "title", "answer": "text"}
COLUMNS = ("id", "title", "text", "variants", "tags", "status", "language", "updated")
_MAX_CELL = 1_000_000


def read(location: str, options: Options) -> Iterator[Item]:
    """One article for each row."""
    path = Path(location)
    text = read_text(path)
    csv.field_size_limit(_MAX_CELL)
    header = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=header.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    names = [NAMES.get(name, name) for name in (cell.strip().lower() for cell in next(rows, []))]
    missing = {"title", "text"} - set(names)
    if missing:
        raise SourceUnreadable(
            f"{path.name}:1: there is no column {' and no column '.join(sorted(missing))}"
        )
    updated = file_date(path)
    while True:
        where = f"{path.name}:{rows.line_num + 1}"
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield where, InvalidArticle("row", str(error), where)
            continue
        if any(cell.strip() for cell in row):
            yield where, _article(names, row, where, options, updated)


def _article(names: list[str], row: list[str], where: str, options: Options, updated: Any) -> Any:
    if len(row) > len(names):
        reason = f"has {len(row)} cells where the header has {len(names)}"
        return InvalidArticle("row", reason, where)
    fields: dict[str, Any] = {
        name: cell.strip()
        for name, cell in zip(names, row, strict=False)
        if name in COLUMNS and cell.strip()
    }
    variants = str(fields.pop("variants", "")).replace("|", "\n").split("\n")
    fields["variants"] = [one.strip() for one in variants if one.strip()]
    fields["tags"] = [one.strip() for one in fields.pop("tags", "").split(",") if one.strip()]
    fields.setdefault("text", "")
    return article_of(fields, where, options, updated)
