"""Accounts and archive on one SQLite file, with several who write it."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from handoff import database
from handoff.accounts import Accounts
from handoff.archive import Archive

BOTH = pytest.mark.parametrize("kind", [Accounts, Archive])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "tandem.sqlite3"


def url(file: Path) -> str:
    return f"sqlite+aiosqlite:///{file}"


@pytest.fixture
def writer(file: Path):
    """Somebody else in the middle of writing the file, who does not use the write-ahead log."""
    connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    connection.executescript(
        "CREATE TABLE other (it); BEGIN IMMEDIATE; INSERT INTO other VALUES (1)"
    )
    yield connection
    connection.close()


@BOTH
async def test_it_opens_while_somebody_else_writes(file, writer, kind):
    commits = threading.Timer(0.3, writer.execute, ["COMMIT"])
    commits.start()
    opened = await kind.open(url(file))
    await opened.close()
    commits.join()


@BOTH
async def test_somebody_who_never_stops_writing_is_not_waited_for_without_end(
    file, writer, kind, monkeypatch
):
    monkeypatch.setattr(database, "BUSY_S", 0.2)
    with pytest.raises(OperationalError, match="locked"):
        await kind.open(url(file))


@BOTH
async def test_many_processes_may_open_it_for_the_first_time_at_once(file, kind):
    opened = await asyncio.gather(*(kind.open(url(file)) for _ in range(4)))
    for one in opened:
        await one.close()


async def test_many_writers_wait_for_each_other(file):
    accounts = await asyncio.gather(*(Accounts.open(url(file)) for _ in range(3)))
    archive = await Archive.open(url(file))
    for n, one in enumerate(accounts):
        people = (
            one.create(f"a{n}{m}@example.com", "Ann", "correct horse", ["agent"]) for m in "ab"
        )
        await asyncio.gather(*people, archive.purge(0))
    assert len(await accounts[0].all()) == 6
    for one in (*accounts, archive):
        await one.close()


@BOTH
async def test_readers_do_not_wait_for_the_writer_and_nothing_kept_is_lost(file, kind):
    opened = await kind.open(url(file))
    async with opened._engine.connect() as connection:
        mode = (await connection.exec_driver_sql("PRAGMA journal_mode")).scalar()
        synchronous = (await connection.exec_driver_sql("PRAGMA synchronous")).scalar()
        busy_ms = (await connection.exec_driver_sql("PRAGMA busy_timeout")).scalar()
    assert (mode, synchronous, busy_ms) == ("wal", 2, database.BUSY_S * 1000)
    await opened.close()
