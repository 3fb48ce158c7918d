"""Opens the articles' database and brings its schema up to date."""

from __future__ import annotations

import json
import time
from functools import partial
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, create_engine, event, inspect
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from kb_index.errors import SourceUnreadable

#: Not alembic's own name for it: the database may be shared with somebody else's tables.
VERSION_TABLE = "article_schema_version"
_MIGRATIONS = Path(__file__).parent / "migrations"
#: The schema of databases that were made before there were migrations.
_FIRST = "0001"
#: How long a writer of SQLite waits for the one before it: a busy disk may take seconds for one.
BUSY_S = 30.0
_RETRY_S = 0.05
#: Any number, the same in every process: who migrates holds PostgreSQL's lock of this name.
_LOCK = 0x7A4D_E301


def open_database(url: str, language: str) -> Engine:
    """Connect, and migrate; articles from before there were languages get `language`.

    Raises:
        SourceUnreadable: a later version of the product has written this database.
        sqlalchemy.exc.SQLAlchemyError: it cannot be opened.
    """
    # Unescaped, so that a search in the JSON columns finds letters beyond ASCII.
    sqlite = make_url(url).get_backend_name() == "sqlite"
    more = {"connect_args": {"timeout": BUSY_S}} if sqlite else {}
    engine = create_engine(url, json_serializer=partial(json.dumps, ensure_ascii=False), **more)
    try:
        if sqlite:
            event.listen(engine, "connect", _tune_sqlite)
            _write_ahead(engine)
        _migrate(engine, language)
    except CommandError:
        engine.dispose()
        raise SourceUnreadable(
            "the knowledge database was written by a later version of Tandem"
        ) from None
    except BaseException:
        engine.dispose()
        raise
    return engine


def _write_ahead(engine: Engine) -> None:
    """Let readers not wait for the writer, for good: the file itself remembers it.

    SQLite refuses the change at once while somebody writes, whatever its time-out is.
    """
    deadline = time.monotonic() + BUSY_S
    while True:
        try:
            with engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA journal_mode=WAL")
            return
        except OperationalError as error:
            if "locked" not in str(error.orig) or time.monotonic() >= deadline:
                raise
        time.sleep(_RETRY_S)


def _migrate(engine: Engine, language: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    newest = ScriptDirectory.from_config(config).get_current_head()
    with engine.connect() as connection:
        if _version(connection) == newest:
            return
    with engine.begin() as connection:
        _lock_out_others(connection)
        config.attributes.update(
            connection=connection, version_table=VERSION_TABLE, language=language
        )
        if inspect(connection).has_table("articles") and not _version(connection):
            command.stamp(config, _FIRST)
        command.upgrade(config, "head")


def _version(connection: Connection) -> str | None:
    context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
    return context.get_current_revision()


def _lock_out_others(connection: Connection) -> None:
    """Two processes that start at once must not both migrate."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    elif connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")


def _tune_sqlite(connection: object, _record: object) -> None:
    connection.execute("PRAGMA synchronous=NORMAL")  # type: ignore[attr-defined]
