"""Run as a process: builds an index and is killed after a number of encodings."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from cheap_encoder import CheapEncoder

from kb_index import keeper
from kb_index.encoder import Vectors
from kb_index.service import open_engine
from kb_index.settings import Settings
from kb_index.store import ArticleStore


class DyingEncoder(CheapEncoder):
    """Kills its process instead of encoding once more."""

    def __init__(self, calls: int) -> None:
        self._left = calls

    def encode(self, texts: Sequence[str]) -> Vectors:
        if not self._left:
            os.kill(os.getpid(), signal.SIGKILL)
        self._left -= 1
        return super().encode(texts)


if __name__ == "__main__":
    keeper.CHUNK, keeper.PART_PAUSE, keeper.SAVE_PAUSE = 1, 0.0, 0.0
    settings = Settings(home=Path(sys.argv[1]))
    open_engine(settings, ArticleStore(settings.database_url), DyingEncoder(2))
