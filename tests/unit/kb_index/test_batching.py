from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Sequence

import pytest

from kb_index.batching import BatchWorker


class Recorder:
    """Doubles numbers slowly and remembers the batches."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.threads: set[str] = set()
        self.seconds = 0.05
        self.running = 0

    def __call__(self, items: Sequence[int]) -> list[int]:
        self.batches.append(list(items))
        self.threads.add(threading.current_thread().name)
        self.running += 1
        time.sleep(self.seconds)
        self.running -= 1
        if -1 in items:
            raise ValueError("minus one")
        return [item * 2 for item in items]


@pytest.fixture
def handle() -> Recorder:
    return Recorder()


@pytest.fixture
async def worker(handle: Recorder) -> AsyncIterator[BatchWorker[int, int]]:
    worker = BatchWorker(handle, max_batch=4)
    yield worker
    worker.close()


async def test_what_waits_during_a_batch_becomes_the_next(
    worker: BatchWorker[int, int], handle: Recorder
) -> None:
    first = asyncio.ensure_future(worker.submit(0))
    await asyncio.sleep(0.01)
    rest = await asyncio.gather(*(worker.submit(n) for n in range(1, 7)))
    assert await first == 0
    assert rest == [2, 4, 6, 8, 10, 12]
    assert handle.batches == [[0], [1, 2, 3, 4], [5, 6]]
    assert len(handle.threads) == 1


async def test_the_event_loop_keeps_turning(
    worker: BatchWorker[int, int], handle: Recorder
) -> None:
    handle.seconds = 0.3
    task = asyncio.ensure_future(worker.submit(1))
    turns = 0
    while not task.done():
        await asyncio.sleep(0.005)
        turns += 1
    assert turns > 10


async def test_a_failed_batch_tells_its_own_waiters_only(
    worker: BatchWorker[int, int], handle: Recorder
) -> None:
    with pytest.raises(ValueError, match="minus one"):
        await worker.submit(-1)
    assert await worker.submit(3) == 6


async def test_a_caller_that_gave_up_is_left_out(
    worker: BatchWorker[int, int], handle: Recorder
) -> None:
    running = asyncio.ensure_future(worker.submit(0))
    await asyncio.sleep(0.01)
    gone, kept = asyncio.ensure_future(worker.submit(1)), asyncio.ensure_future(worker.submit(2))
    await asyncio.sleep(0.01)
    gone.cancel()
    assert await kept == 4
    await running
    assert handle.batches == [[0], [2]]


async def test_other_work_never_runs_beside_a_batch(
    worker: BatchWorker[int, int], handle: Recorder
) -> None:
    task = asyncio.ensure_future(worker.submit(1))
    await asyncio.sleep(0.01)
    assert await worker.run(lambda: handle.running) == 0
    assert await task == 2
