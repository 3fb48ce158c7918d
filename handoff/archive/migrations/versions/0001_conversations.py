"""Closed conversations, their handoffs, agents and events, and the means to search them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

# SQLite numbers rows by itself only in an INTEGER column.
_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")

# The index takes its text from the table, and follows it by triggers (sqlite.org/fts5.html, 4.4.3).
_SQLITE = (
    """CREATE VIRTUAL TABLE archive_words USING fts5(document,
         content='archive_conversations', content_rowid='number',
         tokenize='unicode61 remove_diacritics 2')""",
    """CREATE TRIGGER archive_words_added AFTER INSERT ON archive_conversations BEGIN
         INSERT INTO archive_words(rowid, document) VALUES (new.number, new.document);
       END""",
    """CREATE TRIGGER archive_words_removed AFTER DELETE ON archive_conversations BEGIN
         INSERT INTO archive_words(archive_words, rowid, document)
           VALUES ('delete', old.number, old.document);
       END""",
    """CREATE TRIGGER archive_words_changed AFTER UPDATE OF document ON archive_conversations BEGIN
         INSERT INTO archive_words(archive_words, rowid, document)
           VALUES ('delete', old.number, old.document);
         INSERT INTO archive_words(rowid, document) VALUES (new.number, new.document);
       END""",
)
# `simple`: words as they are, whatever the language.
_POSTGRESQL = (
    """ALTER TABLE archive_conversations ADD COLUMN words tsvector
         GENERATED ALWAYS AS (to_tsvector('simple', document)) STORED""",
    "CREATE INDEX ix_archive_conversations_words ON archive_conversations USING gin (words)",
)


def upgrade() -> None:
    """Create everything."""
    op.create_table(
        "archive_conversations",
        sa.Column("number", _NUMBER, primary_key=True, autoincrement=True),
        sa.Column("conversation", sa.String(64), nullable=False),
        sa.Column("customer", sa.String(80), nullable=False),
        sa.Column("opened_at", sa.BigInteger, nullable=False),
        sa.Column("closed_at", sa.BigInteger, nullable=False),
        sa.Column("closed_by", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(32), nullable=False),
        sa.Column("last_event", sa.String(41), nullable=False),
        sa.Column("events", sa.Integer, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.UniqueConstraint("conversation"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_archive_conversations_closed", "archive_conversations", ["closed_at", "number"]
    )
    _create_details()
    statements = {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}[op.get_bind().dialect.name]
    for statement in statements:
        op.execute(statement)


def _create_details() -> None:
    op.create_table(
        "archive_handoffs",
        *_key(),
        sa.Column("team", sa.String(64), nullable=False),
        sa.Column("priority", sa.Integer, nullable=False),
        sa.Column("reasons", sa.JSON, nullable=False),
        sa.Column("agents", sa.JSON, nullable=False),
        sa.Column("queued_at", sa.BigInteger, nullable=False),
        sa.Column("claimed_at", sa.BigInteger),
        sa.Column("first_response_at", sa.BigInteger),
        sa.Column("ended_at", sa.BigInteger),
        sa.Column("outcome", sa.String(32), nullable=False),
    )
    op.create_table(
        "archive_agents",
        _number(),
        sa.Column("agent", sa.String(64), primary_key=True),
        sa.Column("name", sa.String(80), nullable=False),
    )
    op.create_index("ix_archive_agents_agent", "archive_agents", ["agent"])
    op.create_table(
        "archive_events",
        *_key(),
        sa.Column("event", sa.String(41), nullable=False),
        sa.Column("type", sa.String(32), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("body", sa.JSON, nullable=False),
    )


def _key() -> tuple[sa.Column[int], sa.Column[int]]:
    return _number(), sa.Column("place", sa.Integer, primary_key=True)


def _number() -> sa.Column[int]:
    reference = sa.ForeignKey("archive_conversations.number")
    return sa.Column("number", _NUMBER, reference, primary_key=True)
