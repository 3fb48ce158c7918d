"""Keeps a ranker's fit up to date from a thread of its own, so that no search waits for it."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from collections.abc import Callable, Sequence

import numpy as np
import structlog

from kb_index.encoder import Encoder, Vectors
from kb_index.ranking.entries import base_statistics
from kb_index.ranking.ranker import Fitted, Ranker, Snapshot, fit_base

#: Seconds without an edit before a fit begins.
QUIET = 1.0
#: A fit begins at the earliest after this many times the last one's duration.
REST = 5.0
#: Words encoded at once: what a search may have to wait for on a single core.
WORDS_AT_ONCE = 16
NICENESS = 10

log = structlog.get_logger()


class Upkeep:
    """Fits in the background; `tend` belongs to the thread that owns the ranker."""

    def __init__(
        self, ranker: Ranker, encoder: Encoder, vectors_of: Callable[[str], Vectors]
    ) -> None:
        self._ranker = ranker
        self._encoder = encoder
        self._vectors_of = vectors_of
        self._words: dict[str, Vectors] = {}
        self._due_at: float | None = None
        self._rests_until = 0.0
        self._thread: threading.Thread | None = None
        self._done: Fitted | None = None

    def edited(self) -> None:
        """An entry was put or dropped."""
        self._due_at = time.monotonic() + QUIET

    def tend(self) -> None:
        """Adopt a finished fit, and begin one if edits have come to rest. Takes milliseconds."""
        done, self._done = self._done, None
        if done:
            self._ranker.adopt(done)
        if not len(self._ranker):
            return
        if self._ranker.stale:
            self._ranker.adopt_statistics(base_statistics(self._snapshot().vectors))
        now = time.monotonic()
        due = self._due_at is not None and now >= max(self._due_at, self._rests_until)
        if due and not (self._thread and self._thread.is_alive()):
            self._due_at = None
            self._thread = threading.Thread(
                target=self._fit, args=(self._snapshot(),), name="kb-upkeep"
            )
            self._thread.start()

    def settle(self) -> None:
        """Fit here and now."""
        if self._thread:
            self._thread.join()
        self._done = self._due_at = None
        if len(self._ranker):
            self._ranker.adopt(fit_base(self._snapshot(), self._encode))

    def _snapshot(self) -> Snapshot:
        return self._ranker.snapshot(self._vectors_of)

    def _fit(self, snapshot: Snapshot) -> None:
        if sys.platform == "linux":  # elsewhere a thread has no niceness of its own
            with contextlib.suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
        started = time.monotonic()
        try:
            self._done = fit_base(snapshot, self._encode)
        except _Ending:
            return
        except Exception:
            log.exception("ranking not fitted; the former fit stays")
        self._rests_until = time.monotonic() + REST * (time.monotonic() - started)

    def _encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors of words; those of the last fit are remembered."""
        words = {text: self._words[text] for text in texts if text in self._words}
        missing = [text for text in texts if text not in words]
        for start in range(0, len(missing), WORDS_AT_ONCE):
            if not threading.main_thread().is_alive():
                raise _Ending
            some = missing[start : start + WORDS_AT_ONCE]
            words.update(zip(some, self._encoder.encode(some).astype(np.float16), strict=True))
        self._words = words
        return np.stack([words[text] for text in texts]).astype(np.float32)


class _Ending(Exception):  # noqa: N818 (nothing went wrong)
    """The process is coming to its end."""
