"""Takes an article from a source into the store, unless somebody changed it here since."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, get_args

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb_index import languages, rows
from kb_index.article import Article, ArticleContent
from kb_index.tables import ArticleRow, ImportRow, RevisionRow

Outcome = Literal["created", "updated", "unchanged", "kept"]


@dataclass
class ImportCounts:
    """What an import did with each article; `kept` ones were edited or deleted here since.

    `changed` are the articles as they are now, of those that were created or updated.
    """

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    kept: int = 0
    changed: list[Article] = field(default_factory=list, compare=False, repr=False)

    def as_dict(self) -> dict[Outcome, int]:
        """How many came to each outcome."""
        return {outcome: getattr(self, outcome) for outcome in get_args(Outcome)}

    def add(self, other: ImportCounts) -> None:
        """Count another batch too."""
        for outcome, more in other.as_dict().items():
            setattr(self, outcome, getattr(self, outcome) + more)
        self.changed += other.changed


def take(
    session: Session, article: Article, author: str, default_language: str
) -> tuple[Outcome, Article | None]:
    """Store an article as its source has it; the article comes back if it was stored."""
    row = session.get(ArticleRow, article.id)
    last = session.get(ImportRow, article.id)
    if _edited_here(session, row, last):
        return "kept", None
    source_hash = article.content_hash
    if last and last.source_hash == source_hash:
        return "unchanged", None
    content = article.content.model_copy(
        update={"language": article.language or _language(article, default_language)}
    )
    if row and last:
        content = _with_own_status(session, content, row, last)
    stored = rows.write(session, article.id, content, "imported", author, updated=article.updated)
    session.merge(
        ImportRow(article_id=article.id, source_hash=source_hash, revision=stored.revision)
    )
    return ("updated" if row else "created"), stored


def _edited_here(session: Session, row: ArticleRow | None, last: ImportRow | None) -> bool:
    """Whether somebody wrote, changed or deleted it here; to publish or archive is no change."""
    if row is None or last is None:
        return row is not None or last is not None
    if row.revision == last.revision:
        return False
    imported, now = _imported(session, last), rows.as_article(row)
    same = set(ArticleContent.model_fields) - {"status", "language"}
    if imported.language is not None:
        same.add("language")
    return any(getattr(imported, name) != getattr(now, name) for name in same)


def _with_own_status(
    session: Session, content: ArticleContent, row: ArticleRow, last: ImportRow
) -> ArticleContent:
    """What was published or archived here since the last import stays so."""
    if row.status == _imported(session, last).status:
        return content
    return content.model_copy(update={"status": row.status})


def _imported(session: Session, last: ImportRow) -> Article:
    snapshot = session.scalars(
        select(RevisionRow.snapshot).where(
            RevisionRow.article_id == last.article_id, RevisionRow.revision == last.revision
        )
    ).one()
    return Article.model_validate(snapshot)


def _language(article: Article, default: str) -> str:
    text = "\n".join((article.title, *article.variants, article.text))
    among = (default, *(name for name in languages.COMMON if name != default))
    return languages.detect(text, among, languages.ARTICLE_ODDS) or default
