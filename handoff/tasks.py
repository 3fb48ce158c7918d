"""Tasks that end for certain, and tasks that begin again after a fault."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import structlog

log = structlog.get_logger(__name__)

_PATIENCE_S = 0.1
_PAUSE_S = 1.0


async def keep_running(work: Callable[[], Awaitable[None]]) -> None:
    """Run `work` until it ends or is cancelled; a fault nobody thought of costs it a pause."""
    while True:
        try:
            return await work()
        except Exception:
            log.critical("background_task_failed", exc_info=True)
            await asyncio.sleep(_PAUSE_S)


async def stop(*tasks: asyncio.Task[Any]) -> None:
    """Cancel `tasks` and return when all have ended, however they did.

    One cancellation is not enough: on Python 3.11 `asyncio.wait_for`, with which redis-py sends,
    loses one that arrives as the sending ends (https://github.com/python/cpython/issues/86296).
    """
    pending = set(tasks)
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=_PATIENCE_S)
    # Fetch what they raised, so that nobody is told that it was never looked at.
    await asyncio.gather(*tasks, return_exceptions=True)
