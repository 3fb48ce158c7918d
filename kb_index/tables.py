"""The SQL tables of articles, their revisions, and what was imported.

A change here needs a file in `migrations/versions/`.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, BigInteger, Date, DateTime, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

# SQLite numbers rows by itself only in an INTEGER column.
_Sequence = BigInteger().with_variant(Integer, "sqlite")


class Base(DeclarativeBase):
    """Metadata of all tables here."""


class ArticleRow(Base):
    """An article as it is now."""

    __tablename__ = "articles"

    id: Mapped[str] = mapped_column(String(80), primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    variants: Mapped[list[str]] = mapped_column(JSON)
    text: Mapped[str] = mapped_column(Text)
    tags: Mapped[list[str]] = mapped_column(JSON)
    status: Mapped[str] = mapped_column(String(16), index=True)
    language: Mapped[str] = mapped_column(String(8))
    updated: Mapped[dt.date] = mapped_column(Date)
    revision: Mapped[int] = mapped_column(Integer)


class RevisionRow(Base):
    """A snapshot of an article after one change; `number` orders all changes of the base."""

    __tablename__ = "article_revisions"
    __table_args__ = (UniqueConstraint("article_id", "revision"), {"sqlite_autoincrement": True})

    number: Mapped[int] = mapped_column(_Sequence, primary_key=True, autoincrement=True)
    article_id: Mapped[str] = mapped_column(String(80))
    revision: Mapped[int] = mapped_column(Integer)
    action: Mapped[str] = mapped_column(String(16))
    at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))
    author: Mapped[str] = mapped_column(String(200))
    snapshot: Mapped[dict[str, Any]] = mapped_column(JSON)


class ImportRow(Base):
    """What a source last wrote: a later revision means that an editor changed it since."""

    __tablename__ = "article_imports"

    article_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    source_hash: Mapped[str] = mapped_column(String(64))
    revision: Mapped[int] = mapped_column(Integer)
