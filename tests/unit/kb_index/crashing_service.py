"""Run as a process: edits an article and is killed at a given point, as by `kill -9`."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cheap_encoder import CheapEncoder

from kb_index import index_files, keeper
from kb_index.index_files import META_FILE
from kb_index.service import KnowledgeService
from kb_index.settings import Settings
from kb_index.store import ArticleStore


def die(*_: Any, **__: Any) -> Any:
    os.kill(os.getpid(), signal.SIGKILL)


def die_at(point: str) -> None:
    """Arrange the end."""
    replace: Callable[..., Path] = Path.replace

    def replace_or_die(path: Path, target: Path) -> Path:
        of_meta = target.name == META_FILE
        if point == ("before the metadata's swap" if of_meta else "before the vectors' swap"):
            die()
        result = replace(path, target)
        if of_meta and point == "before the clean-up":
            die()
        return result

    if point == "before the index":
        KnowledgeService._index = die  # type: ignore[method-assign]
    elif point == "before the save":
        index_files._write_vectors = die
    else:
        Path.replace = replace_or_die  # type: ignore[assignment,method-assign]


async def main(home: str, point: str) -> None:
    keeper.SAVE_DELAY = 0.01
    settings = Settings(home=Path(home))
    service = KnowledgeService(settings, ArticleStore(settings.database_url), CheapEncoder())
    die_at(point)
    await service.archive("returns")
    await service.publish("secret-sale")
    await asyncio.sleep(20)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
