"""The SQL database that accounts and archive share: how it is opened and prepared."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

#: How long a writer of SQLite waits for the one before it: a busy disk may take seconds for one.
BUSY_S = 30.0
_RETRY_S = 0.05
#: Any number, the same in every process: who prepares holds PostgreSQL's lock of this name.
_LOCK = 0x7A4D_E302


async def open_engine(url: str, prepare: Callable[[Connection], None]) -> AsyncEngine:
    """Connect to `url` and run `prepare` in a transaction that shuts other processes out.

    Raises:
        sqlalchemy.exc.SQLAlchemyError: it cannot be opened.
    """
    parsed = make_url(url)
    sqlite = parsed.get_backend_name() == "sqlite"
    if sqlite and parsed.database not in {None, "", ":memory:"}:
        folder = Path(str(parsed.database)).parent
        await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    more = {"connect_args": {"timeout": BUSY_S}} if sqlite else {}
    engine = create_async_engine(parsed, pool_pre_ping=True, **more)
    try:
        if sqlite:
            event.listen(engine.sync_engine, "connect", _tune_sqlite)
            await _write_ahead(engine)
        async with engine.begin() as connection:
            await connection.run_sync(_lock_out_others)
            await connection.run_sync(prepare)
    except BaseException:
        await engine.dispose()
        raise
    return engine


async def _write_ahead(engine: AsyncEngine) -> None:
    """Let readers not wait for the writer, for good: the file itself remembers it.

    SQLite refuses the change at once while somebody writes, whatever its time-out is.
    """
    deadline = asyncio.get_running_loop().time() + BUSY_S
    while True:
        try:
            async with engine.connect() as connection:
                await connection.exec_driver_sql("PRAGMA journal_mode=WAL")
            return
        except OperationalError as error:
            locked = "locked" in str(error.orig)
            if not locked or asyncio.get_running_loop().time() >= deadline:
                raise
        await asyncio.sleep(_RETRY_S)


def _lock_out_others(connection: Connection) -> None:
    """Two processes that start at once must not both create tables."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    elif connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")


def _tune_sqlite(connection: object, _record: object) -> None:
    cursor = connection.cursor()  # type: ignore[attr-defined]
    # Redis lets go of a conversation once it is here, so it must be on the disk by then.
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.close()
