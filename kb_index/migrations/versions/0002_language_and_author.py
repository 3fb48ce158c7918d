"""Each article has a language, each revision an author."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Articles so far are in the installation's language; who wrote them is not known."""
    language = context.config.attributes["language"]
    op.add_column(
        "articles",
        sa.Column("language", sa.String(8), nullable=False, server_default=language),
    )
    op.add_column(
        "article_revisions",
        sa.Column("author", sa.String(200), nullable=False, server_default=""),
    )
