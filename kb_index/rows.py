"""Between an article and its rows: the one place that writes an article and its snapshot."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from slugify import slugify
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kb_index.article import Article, ArticleContent
from kb_index.errors import NotFound
from kb_index.tables import ArticleRow, RevisionRow

Action = Literal["created", "updated", "deleted", "imported", "restored"]


def write(
    session: Session,
    article_id: str,
    content: ArticleContent,
    action: Action,
    author: str,
    *,
    updated: dt.date | None = None,
) -> Article:
    """Store an article's new state together with its snapshot."""
    last = select(func.max(RevisionRow.revision)).where(RevisionRow.article_id == article_id)
    article = Article(
        id=article_id,
        updated=updated or dt.datetime.now(dt.timezone.utc).date(),
        revision=(session.scalar(last) or 0) + 1,
        **content.model_dump(),
    )
    fields = article.model_dump()
    fields |= {"variants": list(article.variants), "tags": list(article.tags)}
    session.merge(ArticleRow(**fields))
    record(session, article, action, author)
    session.flush()
    return article


def record(session: Session, article: Article, action: Action, author: str) -> None:
    """Add a snapshot to the history."""
    session.add(
        RevisionRow(
            article_id=article.id,
            revision=article.revision,
            action=action,
            at=dt.datetime.now(dt.timezone.utc),
            author=author,
            snapshot=article.model_dump(mode="json"),
        )
    )


def row_of(session: Session, article_id: str, *, lock: bool = False) -> ArticleRow:
    """The row of an article, with `lock` held until the transaction ends; raises NotFound."""
    row = session.get(ArticleRow, article_id, with_for_update=lock)
    if row is None:
        raise NotFound(f"there is no article {article_id}")
    return row


def as_article(row: ArticleRow) -> Article:
    """The article that a row holds."""
    return Article.model_validate({name: getattr(row, name) for name in Article.model_fields})


def free_id(session: Session, title: str) -> str:
    """An id made from a title that no article has."""
    stem = slugify(title, max_length=70, word_boundary=True) or "article"
    taken = set(session.scalars(select(ArticleRow.id).where(ArticleRow.id.startswith(stem))))
    numbered = (f"{stem}-{n}" for n in range(2, len(taken) + 3))
    return next(name for name in (stem, *numbered) if name not in taken)
