"""Run by alembic: migrates over the connection that `database` hands it."""

from __future__ import annotations

from alembic import context

from handoff.archive.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    version_table=context.config.attributes["version_table"],
)
context.run_migrations()
