"""Articles, their revisions, and what was imported: the schema before there were migrations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the three tables."""
    op.create_table(
        "articles",
        sa.Column("id", sa.String(80), primary_key=True),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("variants", sa.JSON, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("tags", sa.JSON, nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("updated", sa.Date, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
    )
    op.create_index("ix_articles_status", "articles", ["status"])
    # SQLite numbers rows by itself only in an INTEGER column.
    number = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    op.create_table(
        "article_revisions",
        sa.Column("number", number, primary_key=True, autoincrement=True),
        sa.Column("article_id", sa.String(80), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("action", sa.String(16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("snapshot", sa.JSON, nullable=False),
        sa.UniqueConstraint("article_id", "revision"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "article_imports",
        sa.Column("article_id", sa.String(80), primary_key=True),
        sa.Column("source_hash", sa.String(64), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
    )
