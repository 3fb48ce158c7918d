"""Articles and a snapshot of each of their revisions, in SQL. Blocking: call it in a thread."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

from slugify import slugify
from sqlalchemy import String, cast, create_engine, event, func, or_, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kb_index.article import Article, ArticleContent, ArticleEdit, NewArticle, Status
from kb_index.errors import Conflict, NotFound
from kb_index.tables import ArticleRow, Base, ImportRow, RevisionRow

Action = Literal["created", "updated", "deleted", "imported"]


@dataclass(frozen=True)
class Revision:
    """One entry of an article's history."""

    revision: int
    action: str
    at: dt.datetime
    article: Article


@dataclass
class ImportCounts:
    """What an import did with each article; `kept` ones were edited or deleted here since."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    kept: int = 0


class ArticleStore:
    """All articles of one knowledge base, behind one SQLAlchemy URL."""

    def __init__(self, url: str) -> None:
        # Unescaped, so that a search in the JSON columns finds letters beyond ASCII.
        self._engine = create_engine(url, json_serializer=partial(json.dumps, ensure_ascii=False))
        if make_url(url).get_backend_name() == "sqlite":
            event.listen(self._engine, "connect", _tune_sqlite)
        Base.metadata.create_all(self._engine)

    def close(self) -> None:
        """Give up all connections."""
        self._engine.dispose()

    def list(
        self, q: str = "", status: Status | None = None, limit: int = 50, offset: int = 0
    ) -> tuple[list[Article], int]:
        """A page of the articles that contain `q`, by title, and how many there are in all."""
        found = select(ArticleRow)
        if q.strip():
            columns = (
                ArticleRow.id,
                ArticleRow.title,
                ArticleRow.text,
                cast(ArticleRow.variants, String),
                cast(ArticleRow.tags, String),
            )
            found = found.where(
                or_(*(column.icontains(q.strip(), autoescape=True) for column in columns))
            )
        if status:
            found = found.where(ArticleRow.status == status)
        page = found.order_by(ArticleRow.title, ArticleRow.id).limit(limit).offset(offset)
        with Session(self._engine) as session:
            total = session.scalar(select(func.count()).select_from(found.subquery())) or 0
            return [_article(row) for row in session.scalars(page)], total

    def published(self) -> Sequence[Article]:
        """All published articles."""
        with Session(self._engine) as session:
            rows = session.scalars(select(ArticleRow).where(ArticleRow.status == "published"))
            return [_article(row) for row in rows]

    def count(self) -> int:
        """How many articles there are, of any status."""
        with Session(self._engine) as session:
            return session.scalar(select(func.count()).select_from(ArticleRow)) or 0

    def revision(self) -> int:
        """Number of the last change to the base; 0 before the first."""
        with Session(self._engine) as session:
            return session.scalar(select(func.max(RevisionRow.number))) or 0

    def get(self, article_id: str) -> Article:
        """Raises NotFound if there is no such article."""
        with Session(self._engine) as session:
            return _article(_row(session, article_id))

    def history(self, article_id: str) -> Sequence[Revision]:
        """Every revision of an article, deleted ones too, oldest first."""
        with Session(self._engine) as session:
            rows = session.scalars(
                select(RevisionRow)
                .where(RevisionRow.article_id == article_id)
                .order_by(RevisionRow.revision)
            )
            return [
                Revision(row.revision, row.action, row.at, Article.model_validate(row.snapshot))
                for row in rows
            ]

    def create(self, new: NewArticle) -> Article:
        """Store a new article.

        Raises:
            Conflict: the given id is taken.
        """
        content = ArticleContent.model_validate(new.model_dump(exclude={"id"}))
        try:
            with Session(self._engine) as session, session.begin():
                article_id = new.id or _free_id(session, new.title)
                if session.get(ArticleRow, article_id):
                    raise Conflict(f"there is already an article {article_id}")
                return _write(session, article_id, content, "created", _today())
        except IntegrityError:
            raise Conflict("another article was created at the same time") from None

    def update(self, article_id: str, edit: ArticleEdit) -> Article:
        """Replace an article's content.

        Raises:
            NotFound: no such article.
            Conflict: it has changed since `edit.revision`.
        """
        fields = edit.model_dump(include=set(ArticleContent.model_fields))
        with Session(self._engine) as session, session.begin():
            row = _row(session, article_id)
            if row.revision != edit.revision:
                raise Conflict(f"revision {edit.revision} is stale, it is now {row.revision}")
            content = ArticleContent.model_validate({**fields, "status": edit.status or row.status})
            return _write(session, article_id, content, "updated", _today())

    def set_status(self, article_id: str, status: Status) -> Article:
        """Publish, archive or withdraw; nothing is written if the status is the same.

        Raises:
            NotFound: no such article.
        """
        with Session(self._engine) as session, session.begin():
            article = _article(_row(session, article_id))
            if article.status == status:
                return article
            content = article.model_dump(include=set(ArticleContent.model_fields))
            changed = ArticleContent.model_validate({**content, "status": status})
            return _write(session, article_id, changed, "updated", _today())

    def delete(self, article_id: str) -> Article:
        """Delete an article, and return what it was; its history stays.

        Raises:
            NotFound: no such article.
        """
        with Session(self._engine) as session, session.begin():
            row = _row(session, article_id)
            article = _article(row)
            gone = article.model_copy(update={"revision": article.revision + 1})
            _record(session, gone, "deleted")
            session.delete(row)
            return article

    def import_articles(self, articles: Sequence[Article]) -> ImportCounts:
        """Take articles from a source; what was edited or deleted here since is left alone."""
        counts = ImportCounts()
        with Session(self._engine) as session, session.begin():
            for article in articles:
                outcome = _import(session, article)
                setattr(counts, outcome, getattr(counts, outcome) + 1)
        return counts


def _import(session: Session, article: Article) -> str:
    row = session.get(ArticleRow, article.id)
    last = session.get(ImportRow, article.id)
    source_hash = article.content_hash
    if last and last.source_hash == source_hash:
        edited = row is None or row.revision != last.revision
        return "kept" if edited else "unchanged"
    if (row is None) != (last is None) or (row and last and row.revision != last.revision):
        return "kept"
    content = ArticleContent.model_validate(
        article.model_dump(include=set(ArticleContent.model_fields))
    )
    stored = _write(session, article.id, content, "imported", article.updated)
    session.merge(
        ImportRow(article_id=article.id, source_hash=source_hash, revision=stored.revision)
    )
    return "updated" if row else "created"


def _write(
    session: Session, article_id: str, content: ArticleContent, action: Action, updated: dt.date
) -> Article:
    """Store an article's new state together with its snapshot."""
    last = select(func.max(RevisionRow.revision)).where(RevisionRow.article_id == article_id)
    article = Article(
        id=article_id,
        updated=updated,
        revision=(session.scalar(last) or 0) + 1,
        **content.model_dump(),
    )
    fields = article.model_dump()
    fields |= {"variants": list(article.variants), "tags": list(article.tags)}
    session.merge(ArticleRow(**fields))
    _record(session, article, action)
    session.flush()
    return article


def _record(session: Session, article: Article, action: Action) -> None:
    session.add(
        RevisionRow(
            article_id=article.id,
            revision=article.revision,
            action=action,
            at=dt.datetime.now(dt.timezone.utc),
            snapshot=article.model_dump(mode="json"),
        )
    )


def _row(session: Session, article_id: str) -> ArticleRow:
    row = session.get(ArticleRow, article_id, with_for_update=True)
    if row is None:
        raise NotFound(f"there is no article {article_id}")
    return row


def _free_id(session: Session, title: str) -> str:
    stem = slugify(title, max_length=70, word_boundary=True) or "article"
    taken = set(session.scalars(select(ArticleRow.id).where(ArticleRow.id.startswith(stem))))
    numbered = (f"{stem}-{n}" for n in range(2, len(taken) + 3))
    return next(name for name in (stem, *numbered) if name not in taken)


def _article(row: ArticleRow) -> Article:
    return Article.model_validate({name: getattr(row, name) for name in Article.model_fields})


def _today() -> dt.date:
    return dt.datetime.now(dt.timezone.utc).date()


def _tune_sqlite(connection: object, _record: object) -> None:
    # WAL: readers do not wait for the writer.
    connection.execute("PRAGMA journal_mode=WAL")  # type: ignore[attr-defined]
    connection.execute("PRAGMA synchronous=NORMAL")  # type: ignore[attr-defined]
    connection.execute("PRAGMA busy_timeout=5000")  # type: ignore[attr-defined]
