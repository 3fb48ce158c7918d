"""Ending tasks for certain."""

from __future__ import annotations

import asyncio
from typing import Any

_PATIENCE_S = 0.1


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
