"""Where the service that holds a knowledge base can be reached: a line in the home folder.

Only who holds the home's lock writes it, and who takes the lock removes it first. So one that a
killed service has left behind is never believed: the lock of a dead process is free.
"""

from __future__ import annotations

from pathlib import Path

import structlog
from yarl import URL

_FILE = "knowledge.address"

log = structlog.get_logger()


def announce(home: Path, host: str, port: int) -> None:
    """Say that this process serves `home`; it must hold the home's lock."""
    # Without a host it listens on every address, this machine's own among them.
    url = URL.build(scheme="http", host=host or "127.0.0.1", port=port)
    aside = home / f"{_FILE}.new"
    try:
        aside.write_text(f"{url}\n", encoding="utf-8")
        aside.replace(home / _FILE)
    except OSError as error:
        # It serves all the same; only an import will not find it.
        log.error("address not announced", reason=error.strerror)


def withdraw(home: Path) -> None:
    """Say that nobody serves `home`; it must hold the home's lock."""
    (home / _FILE).unlink(missing_ok=True)


def announced(home: Path) -> str | None:
    """The URL of the service that serves `home`; None while there is none, or it still starts.

    Worth something only while another process holds the home's lock.
    """
    try:
        return (home / _FILE).read_text(encoding="utf-8").strip() or None
    except OSError:
        return None
