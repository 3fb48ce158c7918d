"""The SQL tables of the archive; times are milliseconds since the epoch.

A change here needs a file in `migrations/versions/`. What full-text search needs beside these
tables depends on the database and is in the migrations alone.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

# SQLite numbers rows by itself only in an INTEGER column.
Number = BigInteger().with_variant(Integer, "sqlite")


class Base(DeclarativeBase):
    """Metadata of all tables here."""


def _of_conversation() -> Mapped[int]:
    return mapped_column(Number, ForeignKey("archive_conversations.number"), primary_key=True)


class ConversationRow(Base):
    """A closed conversation; `document` is what full-text search reads of it."""

    __tablename__ = "archive_conversations"
    __table_args__ = (
        UniqueConstraint("conversation"),
        Index("ix_archive_conversations_closed", "closed_at", "number"),
        {"sqlite_autoincrement": True},
    )

    number: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=True)
    conversation: Mapped[str] = mapped_column(String(64))
    customer: Mapped[str] = mapped_column(String(80))
    opened_at: Mapped[int] = mapped_column(BigInteger)
    closed_at: Mapped[int] = mapped_column(BigInteger)
    closed_by: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(32))
    last_event: Mapped[str] = mapped_column(String(41))
    events: Mapped[int] = mapped_column(Integer)
    document: Mapped[str] = mapped_column(Text)


class HandoffRow(Base):
    """One handoff of a conversation, from the queue to its end; `place` counts them from 0."""

    __tablename__ = "archive_handoffs"

    number: Mapped[int] = _of_conversation()
    place: Mapped[int] = mapped_column(Integer, primary_key=True)
    team: Mapped[str] = mapped_column(String(64))
    priority: Mapped[int] = mapped_column(Integer)
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    agents: Mapped[list[dict[str, str]]] = mapped_column(JSON)
    queued_at: Mapped[int] = mapped_column(BigInteger)
    claimed_at: Mapped[int | None] = mapped_column(BigInteger)
    first_response_at: Mapped[int | None] = mapped_column(BigInteger)
    ended_at: Mapped[int | None] = mapped_column(BigInteger)
    outcome: Mapped[str] = mapped_column(String(32))


class AgentRow(Base):
    """An agent who had a conversation, or joined in."""

    __tablename__ = "archive_agents"
    __table_args__ = (Index("ix_archive_agents_agent", "agent"),)

    number: Mapped[int] = _of_conversation()
    agent: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))


class EventRow(Base):
    """One event of a transcript; `place` orders them, `event` is the id they had in Redis."""

    __tablename__ = "archive_events"

    number: Mapped[int] = _of_conversation()
    place: Mapped[int] = mapped_column(Integer, primary_key=True)
    event: Mapped[str] = mapped_column(String(41))
    type: Mapped[str] = mapped_column(String(32))
    at: Mapped[int] = mapped_column(BigInteger)
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
