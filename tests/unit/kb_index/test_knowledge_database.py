"""The articles' SQLite file, with several processes that open it."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from kb_index import database
from kb_index.database import open_database


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "knowledge.sqlite3"


@pytest.fixture
def writer(file: Path) -> Iterator[sqlite3.Connection]:
    """Somebody else in the middle of writing the file, who does not use the write-ahead log."""
    connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    connection.executescript(
        "CREATE TABLE other (it); BEGIN IMMEDIATE; INSERT INTO other VALUES (1)"
    )
    yield connection
    connection.close()


def test_it_opens_while_somebody_else_writes(file: Path, writer: sqlite3.Connection) -> None:
    commits = threading.Timer(0.3, writer.execute, ["COMMIT"])
    commits.start()
    open_database(f"sqlite:///{file}", "en").dispose()
    commits.join()


def test_somebody_who_never_stops_writing_is_not_waited_for_without_end(
    file: Path, writer: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_S", 0.2)
    with pytest.raises(OperationalError, match="locked"):
        open_database(f"sqlite:///{file}", "en")


def test_many_may_open_it_for_the_first_time_at_once(file: Path) -> None:
    with ThreadPoolExecutor(6) as threads:
        opened = [threads.submit(open_database, f"sqlite:///{file}", "en") for _ in range(6)]
        for one in opened:
            one.result().dispose()


def test_readers_do_not_wait_for_the_writer(file: Path) -> None:
    engine = open_database(f"sqlite:///{file}", "en")
    with engine.connect() as connection:
        mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar()
        busy_ms = connection.exec_driver_sql("PRAGMA busy_timeout").scalar()
    assert (mode, busy_ms) == ("wal", database.BUSY_S * 1000)
    engine.dispose()
