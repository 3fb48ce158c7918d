"""The revisions of an article: who changed what and when, and how it was then."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb_index.article import Article, ArticleContent
from kb_index.errors import NotFound
from kb_index.tables import RevisionRow


@dataclass(frozen=True)
class Revision:
    """One entry of an article's history.

    author: a person's name, `import`, or empty where it is not known.
    changed: the fields that differ from the revision before; none for the first.
    article: as it was then.
    """

    revision: int
    action: str
    at: dt.datetime
    author: str
    changed: tuple[str, ...]
    article: Article


def revisions_of(session: Session, article_id: str) -> Sequence[Revision]:
    """Every revision, of a deleted article too, oldest first.

    Raises:
        NotFound: there never was such an article.
    """
    rows = session.scalars(
        select(RevisionRow)
        .where(RevisionRow.article_id == article_id)
        .order_by(RevisionRow.revision)
    ).all()
    if not rows:
        raise NotFound(f"there is no article {article_id}")
    articles = [Article.model_validate(row.snapshot) for row in rows]
    changes = [(), *(_changed(before, after) for before, after in pairwise(articles))]
    return [
        Revision(row.revision, row.action, _utc(row.at), row.author, changed, article)
        for row, changed, article in zip(rows, changes, articles, strict=True)
    ]


def revision_of(session: Session, article_id: str, number: int) -> Revision:
    """One revision.

    Raises:
        NotFound: there is no such article, or it has no such revision.
    """
    for revision in revisions_of(session, article_id):
        if revision.revision == number:
            return revision
    raise NotFound(f"article {article_id} has no revision {number}")


def _changed(before: Article, after: Article) -> tuple[str, ...]:
    return tuple(
        name
        for name in ArticleContent.model_fields
        if getattr(before, name) != getattr(after, name)
        # A snapshot from before there were languages has none.
        and getattr(before, name) is not None
    )


def _utc(at: dt.datetime) -> dt.datetime:
    # SQLite keeps no time zone; what is written is UTC.
    return at.replace(tzinfo=dt.timezone.utc) if at.tzinfo is None else at
