"""Opens the archive's database and brings its schema up to date."""

from __future__ import annotations

import asyncio
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, event
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from handoff.archive.errors import ArchiveUnreadable

#: Not alembic's own name for it: the database is shared with the accounts, and perhaps with more.
VERSION_TABLE = "archive_schema_version"
_MIGRATIONS = Path(__file__).parent / "migrations"
#: Any number, the same in every process: who migrates holds PostgreSQL's lock of this name.
_LOCK = 0x7A4D_E302


async def open_database(url: str) -> AsyncEngine:
    """Connect, and migrate.

    Raises:
        ArchiveUnreadable: a later version of the product has written this database.
        sqlalchemy.exc.SQLAlchemyError: it cannot be opened.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database not in {None, "", ":memory:"}:
        folder = Path(str(parsed.database)).parent
        await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    engine = create_async_engine(parsed, pool_pre_ping=True)
    if parsed.get_backend_name() == "sqlite":
        event.listen(engine.sync_engine, "connect", _tune_sqlite)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_migrate)
    except CommandError:
        await engine.dispose()
        raise ArchiveUnreadable("the archive was written by a later version of Tandem") from None
    except BaseException:
        await engine.dispose()
        raise
    return engine


def _migrate(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    newest = ScriptDirectory.from_config(config).get_current_head()
    _lock_out_others(connection)
    context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
    if context.get_current_revision() == newest:
        return
    config.attributes.update(connection=connection, version_table=VERSION_TABLE)
    command.upgrade(config, "head")


def _lock_out_others(connection: Connection) -> None:
    """Two processes that start at once must not both migrate."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    elif connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")


def _tune_sqlite(connection: object, _record: object) -> None:
    cursor = connection.cursor()  # type: ignore[attr-defined]
    # WAL: readers do not wait for the writer.
    cursor.execute("PRAGMA journal_mode=WAL")
    # Redis lets go of a conversation once it is here, so it must be on the disk by then.
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA busy_timeout=5000")
    cursor.close()
