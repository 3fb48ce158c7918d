"""Reads knowledge bases and labelled questions to measure with (JSON lines, or Markdown)."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kb_index.article import Article
from kb_index.errors import SourceUnreadable
from kb_index.sources import harvest


@dataclass(frozen=True)
class LabelledQuestion:
    """A question and the ids of the articles that answer it; none: out of scope."""

    text: str
    gold: tuple[str, ...]


def read_base(path: Path, variants: str = "variants") -> list[Article]:
    """Read `kb.jsonl` (`id`, `question`, `answer`?, a field of variants) or a Markdown folder.

    A data set is taken as it is: the limits for what editors write do not apply to it.

    Raises:
        SourceUnreadable: names file, line and reason.
    """
    if path.is_dir():
        harvested = harvest("markdown", path)
        if harvested.errors:
            raise SourceUnreadable(harvested.errors[0].message)
        return [article for article in harvested.articles if article.status == "published"]
    return [_article(row, variants, where) for where, row in _rows(path)]


def read_questions(path: Path) -> list[LabelledQuestion]:
    """Read questions: `text`, and `kb_id` (null: out of scope) or `kb_ids`.

    Raises:
        SourceUnreadable: names file, line and reason.
    """
    questions = []
    for where, row in _rows(path):
        gold = row.get("kb_ids") or [row.get("kb_id")]
        if not isinstance(row.get("text"), str) or not isinstance(gold, list):
            raise SourceUnreadable(f"{where}: needs a text, and kb_id or kb_ids")
        questions.append(LabelledQuestion(row["text"], tuple(g for g in gold if g is not None)))
    return questions


def _article(row: dict[str, Any], variants: str, where: str) -> Article:
    title, answer = row.get("question") or row.get("title"), row.get("answer") or row.get("text")
    others = row.get(variants) or []
    if not isinstance(row.get("id"), str) or not isinstance(title, str) or not title:
        raise SourceUnreadable(f"{where}: needs an id and a question")
    if not isinstance(others, list) or not all(isinstance(other, str) for other in others):
        raise SourceUnreadable(f"{where}: {variants} is not a list of texts")
    return Article.model_construct(
        id=row["id"],
        title=title,
        variants=tuple(others),
        text=answer if isinstance(answer, str) else "",
        tags=(),
        status="published",
        updated=dt.date.min,
        revision=1,
    )


def _rows(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    try:
        with path.open(encoding="utf-8-sig") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    where = f"{path.name}:{number}"
                    yield where, _object(line, where)
    except OSError as error:
        raise SourceUnreadable(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise SourceUnreadable(f"{path.name}: is not UTF-8") from None


def _object(line: str, where: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise SourceUnreadable(f"{where}: {error}") from None
    if not isinstance(row, dict):
        raise SourceUnreadable(f"{where}: not an object")
    return row
