"""Articles and a snapshot of each of their revisions, in SQL. Blocking: call it in a thread."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import String, cast, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kb_index import history, rows
from kb_index.article import Article, ArticleContent, ArticleEdit, NewArticle, Status
from kb_index.database import open_database
from kb_index.errors import Conflict
from kb_index.history import Revision
from kb_index.tables import ArticleRow, RevisionRow
from kb_index.taking import ImportCounts, take

__all__ = ["ArticleStore", "ImportCounts", "Revision"]

#: The author of a revision that came from a source.
IMPORT = "import"


class ArticleStore:
    """All articles of one knowledge base, behind one SQLAlchemy URL.

    `language` is that of articles which name none. `author` is, throughout, the name of the
    person who makes a change; empty where it is not known.
    """

    def __init__(self, url: str, language: str = "en") -> None:
        self._engine = open_database(url, language)
        self._language = language

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
            return [rows.as_article(row) for row in session.scalars(page)], total

    def published(self) -> Sequence[Article]:
        """All published articles."""
        with Session(self._engine) as session:
            found = session.scalars(select(ArticleRow).where(ArticleRow.status == "published"))
            return [rows.as_article(row) for row in found]

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
            return rows.as_article(rows.row_of(session, article_id))

    def history(self, article_id: str) -> Sequence[Revision]:
        """See `history.revisions_of`."""
        with Session(self._engine) as session:
            return history.revisions_of(session, article_id)

    def at_revision(self, article_id: str, number: int) -> Revision:
        """See `history.revision_of`."""
        with Session(self._engine) as session:
            return history.revision_of(session, article_id, number)

    def create(self, new: NewArticle, author: str = "") -> Article:
        """Store a new article.

        Raises:
            Conflict: the given id is taken.
        """
        fields = new.model_dump(exclude={"id"}) | {"language": new.language or self._language}
        content = ArticleContent.model_validate(fields)
        try:
            with Session(self._engine) as session, session.begin():
                article_id = new.id or rows.free_id(session, new.title)
                if session.get(ArticleRow, article_id):
                    raise Conflict(f"there is already an article {article_id}")
                return rows.write(session, article_id, content, "created", author)
        except IntegrityError:
            raise Conflict("another article was created at the same time") from None

    def update(self, article_id: str, edit: ArticleEdit, author: str = "") -> Article:
        """Replace an article's content; a restoration of what is there already writes nothing.

        Raises:
            NotFound: no such article.
            Conflict: it has changed since `edit.revision`.
        """
        fields = edit.model_dump(include=set(ArticleContent.model_fields))
        with Session(self._engine) as session, session.begin():
            row = rows.row_of(session, article_id, lock=True)
            if row.revision != edit.revision:
                raise Conflict(f"revision {edit.revision} is stale, it is now {row.revision}")
            fields["status"] = edit.status or row.status
            fields["language"] = edit.language or row.language
            content = ArticleContent.model_validate(fields)
            now = rows.as_article(row)
            if edit.action == "restored" and now.content == content:
                return now
            return rows.write(session, article_id, content, edit.action, author)

    def set_status(self, article_id: str, status: Status, author: str = "") -> Article:
        """Publish, archive or withdraw; nothing is written if the status is the same.

        Raises:
            NotFound: no such article.
        """
        with Session(self._engine) as session, session.begin():
            article = rows.as_article(rows.row_of(session, article_id, lock=True))
            if article.status == status:
                return article
            changed = article.content.model_copy(update={"status": status})
            return rows.write(session, article_id, changed, "updated", author)

    def restore(self, article_id: str, number: int, author: str = "") -> Article:
        """Write the content of an old revision anew, over whatever is there now.

        Nothing is written if it is the same. Who has seen what is there updates the article with
        a `Restoration` instead.

        The status stays as it is now: to publish is another decision. A deleted article comes
        back as a draft.

        Raises:
            NotFound: there is no such article or revision.
        """
        with Session(self._engine) as session, session.begin():
            old = history.revision_of(session, article_id, number).article.content
            row = session.get(ArticleRow, article_id, with_for_update=True)
            content = old.model_copy(
                update={
                    "status": row.status if row else "draft",
                    "language": old.language or (row.language if row else self._language),
                }
            )
            if row and rows.as_article(row).content == content:
                return rows.as_article(row)
            return rows.write(session, article_id, content, "restored", author)

    def delete(self, article_id: str, author: str = "") -> Article:
        """Delete an article, and return what it was; its history stays.

        Raises:
            NotFound: no such article.
        """
        with Session(self._engine) as session, session.begin():
            row = rows.row_of(session, article_id, lock=True)
            article = rows.as_article(row)
            gone = article.model_copy(update={"revision": article.revision + 1})
            rows.record(session, gone, "deleted", author)
            session.delete(row)
            return article

    def import_articles(self, articles: Sequence[Article], author: str = IMPORT) -> ImportCounts:
        """Take articles from a source; what was edited or deleted here since is left alone."""
        counts = ImportCounts()
        with Session(self._engine) as session, session.begin():
            for article in articles:
                outcome, stored = take(session, article, author, self._language)
                setattr(counts, outcome, getattr(counts, outcome) + 1)
                if stored:
                    counts.changed.append(stored)
        return counts
