"""Processes of a measurement, and figures."""

from __future__ import annotations

import asyncio
import os
import resource
import statistics
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import orjson

_LINE = 64 * 1024 * 1024


def figures_ms(seconds: Iterable[float]) -> dict[str, float]:
    """Percentiles of durations, in milliseconds."""
    values = sorted(seconds)
    if len(values) < 2:
        return {}
    cuts = statistics.quantiles(values, n=100, method="inclusive")
    found = {"p50": cuts[49], "p95": cuts[94], "p99": cuts[98], "max": values[-1]}
    return {name: round(value * 1000, 2) for name, value in found.items()}


def median_of(rounds: list[dict[str, Any]]) -> dict[str, Any]:
    """The median of every number that all rounds have; of parts likewise."""
    found: dict[str, Any] = {}
    for name in rounds[0]:
        values = [one[name] for one in rounds if name in one]
        if isinstance(values[0], dict):
            found[name] = median_of(values)
        else:
            found[name] = round(statistics.median(values), 3)
    return found


def allow_sockets(count: int) -> None:
    """Let this process and those it starts open `count` sockets; raises `OSError` if forbidden."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = count + 256
    if hard != resource.RLIM_INFINITY and hard < wanted:
        raise OSError(f"{wanted} open files are needed; the hard limit is {hard}")
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


@asynccontextmanager
async def running(
    *command: str,
    environment: Mapping[str, str] | None = None,
    talks: bool = False,
    python: str = sys.executable,
) -> AsyncIterator[Process]:
    """A process of `python`, ended afterwards; `talks` opens its input and output."""
    process = await asyncio.create_subprocess_exec(
        python,
        *command,
        env=os.environ | (environment or {}),
        stdin=PIPE if talks else DEVNULL,
        stdout=PIPE if talks else DEVNULL,
        limit=_LINE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def order(process: Process, do: str, **fields: Any) -> dict[str, Any]:
    """Tell a talking process what to do; return its answer."""
    assert process.stdin is not None  # noqa: S101
    assert process.stdout is not None  # noqa: S101
    process.stdin.write(orjson.dumps({"do": do, **fields}) + b"\n")
    await process.stdin.drain()
    line = await process.stdout.readline()
    if not line:
        raise RuntimeError(f"the process ended while it was to {do}")
    answer: dict[str, Any] = orjson.loads(line)
    return answer
