"""Databases to hold the store against: SQLite, and a PostgreSQL server where there is one."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest


def _binaries() -> Path:
    found = shutil.which("initdb")
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    if not found and not versions:
        pytest.skip("no PostgreSQL server is installed")
    return Path(found).parent if found else versions[0]


def emptied(url: str) -> str:
    """The database at `url` with nothing in it any more."""
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    return url


@contextmanager
def postgresql() -> Iterator[str]:
    """A server of our own, on a socket in a folder of its own; gives its URL."""
    binaries = _binaries()
    # Its own short folder: the path of a socket may have 107 bytes at most.
    folder = Path(tempfile.mkdtemp(prefix="tandem-pg-"))
    user: list[str] = []
    if os.geteuid() == 0:
        # It refuses to run as root.
        shutil.chown(folder, "nobody")
        user = ["setpriv", "--reuid=nobody", "--clear-groups"]
        if not shutil.which("setpriv"):
            pytest.skip("PostgreSQL does not run as root")

    def run(name: str, *arguments: str) -> None:
        command = [*user, str(binaries / name), "-D", str(folder / "data"), *arguments]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr

    try:
        run("initdb", "-U", "tandem", "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
        options = f"-k {folder} -h '' -F"
        run("pg_ctl", "-w", "-l", str(folder / "log"), "-o", options, "start")
        try:
            yield f"postgresql+psycopg://tandem@/postgres?host={folder}"
        finally:
            run("pg_ctl", "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
