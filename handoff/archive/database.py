"""Opens the archive's database and brings its schema up to date."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

from handoff.archive.errors import ArchiveUnreadable
from handoff.database import open_engine

#: Not alembic's own name for it: the database is shared with the accounts, and perhaps with more.
VERSION_TABLE = "archive_schema_version"
_MIGRATIONS = Path(__file__).parent / "migrations"


async def open_database(url: str) -> AsyncEngine:
    """Connect, and migrate.

    Raises:
        ArchiveUnreadable: a later version of the product has written this database.
        sqlalchemy.exc.SQLAlchemyError: it cannot be opened.
    """
    try:
        return await open_engine(url, _migrate)
    except CommandError:
        raise ArchiveUnreadable("the archive was written by a later version of Tandem") from None


def _migrate(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    newest = ScriptDirectory.from_config(config).get_current_head()
    context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
    if context.get_current_revision() == newest:
        return
    config.attributes.update(connection=connection, version_table=VERSION_TABLE)
    command.upgrade(config, "head")
