"""The tuning file while it is being edited: read again when it changes, the last good one kept."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import structlog

from handoff.escalation.errors import BrokenTuning
from handoff.escalation.tuning import Tuning
from handoff.escalation.tuning_file import SHIPPED, read_tuning

logger = structlog.get_logger(__name__)

# How often the file is looked at, at most; in seconds.
EVERY_S = 1.0

_State = tuple[int, int, int]


class LiveTuning:
    """Called, it gives the tuning that counts now; never waits for the file.

    A broken or missing file is told in the log and changes nothing. Until the first good one
    that is the shipped tuning.
    """

    def __init__(self, path: Path, clock: Callable[[], float] = time.monotonic) -> None:
        """Read the file; `clock` tells the time in seconds."""
        self._path = path
        self._clock = clock
        self._tuning = SHIPPED
        self._reader: threading.Thread | None = None
        self._state = self._look()
        self._looked = clock()
        self._read()

    def __call__(self) -> Tuning:
        """The latest good tuning."""
        now = self._clock()
        if now - self._looked >= EVERY_S:
            self._looked = now
            self._follow()
        return self._tuning

    def settle(self) -> None:
        """Wait until a change that was noticed has been read; for commands that end and tests."""
        if self._reader is not None:
            self._reader.join()

    def _follow(self) -> None:
        state = self._look()
        busy = self._reader is not None and self._reader.is_alive()
        if state == self._state or busy:
            return
        self._state = state
        self._reader = threading.Thread(target=self._read, name="tuning", daemon=True)
        self._reader.start()

    def _read(self) -> None:
        try:
            tuning = read_tuning(self._path)
            # Built here rather than in the customer's turn that needs them first.
            _ = tuning.phrases
        except BrokenTuning as error:
            logger.error("tuning_refused", file=self._path.name, faults=str(error).splitlines())
            return
        self._tuning = tuning
        logger.info("tuning_read", file=self._path.name)

    def _look(self) -> _State | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino
