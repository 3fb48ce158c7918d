"""Hands over jobs and times them; whoever gets one writes its number and the time into a list."""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
import time
from collections.abc import Awaitable, Callable

from redis.asyncio import Redis

TAKEN = "bench:taken"
"""The list that workers append to: `<job> <nanoseconds of the system's monotonic clock>`."""
WARM = 20
_PAUSE_S = 0.005
_PATIENCE_S = 60

Put = Callable[[str], Awaitable[object]]


def note(job: str) -> str:
    """What a worker writes when it has a job."""
    return f"{job} {time.monotonic_ns()}"


async def produce(url: str, put: Put, one_by_one: int, at_once: int) -> None:
    """Measure `put` and print a line of JSON: latencies in ms, and jobs a second."""
    redis = Redis.from_url(url, decode_responses=True)
    await one_at_a_time(redis, put, [f"warm{number}" for number in range(WARM)])
    latencies = await one_at_a_time(redis, put, [f"single{n}" for n in range(one_by_one)])
    started = time.monotonic_ns()
    for number in range(at_once):
        await put(f"many{number}")
    taken = [await _next(redis) for _ in range(at_once)]
    if len({job for job, _ in taken}) != at_once:
        raise RuntimeError("a job was handed over twice")
    cuts = statistics.quantiles(latencies, n=20, method="inclusive")
    found = {
        "p50_ms": round(cuts[9], 3),
        "p95_ms": round(cuts[18], 3),
        "per_s": round(at_once / (max(at for _, at in taken) - started) * 1e9, 1),
    }
    sys.stdout.write(json.dumps(found) + "\n")


async def one_at_a_time(redis: Redis, put: Put, jobs: list[str]) -> list[float]:
    """Hand over each job after the one before has arrived; milliseconds of each."""
    found = []
    for job in jobs:
        started = time.monotonic_ns()
        await put(job)
        taken, at = await _next(redis)
        if taken != job:
            raise RuntimeError(f"{taken} came in the place of {job}")
        found.append((at - started) / 1e6)
        await asyncio.sleep(_PAUSE_S)
    return found


async def _next(redis: Redis) -> tuple[str, int]:
    answer = await redis.blpop([TAKEN], _PATIENCE_S)
    if answer is None:
        raise RuntimeError("nobody took a job")
    job, at = str(answer[1]).split()
    return job, int(at)
