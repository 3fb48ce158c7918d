"""One worker thread that the event loop hands work to; what waits meanwhile becomes a batch."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")
Value = TypeVar("Value")


class BatchWorker(Generic[Item, Result]):
    """Runs `handle` on batches, and any other function, in one thread and never two at a time.

    Whatever only that thread touches needs no lock.
    """

    def __init__(
        self, handle: Callable[[Sequence[Item]], Sequence[Result]], max_batch: int = 32
    ) -> None:
        self._handle = handle
        self._max_batch = max_batch
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="kb-worker")
        self._waiting: list[tuple[Item, asyncio.Future[Result]]] = []
        self._drain_task: asyncio.Task[None] | None = None

    async def submit(self, item: Item) -> Result:
        """Have `item` handled in the next batch.

        Raises:
            Exception: whatever `handle` raised for the batch.
        """
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if self._drain_task is None or self._drain_task.done():
            self._drain_task = asyncio.create_task(self._drain())
        return await future

    async def run(self, function: Callable[[], Value]) -> Value:
        """Run `function` in the worker thread, between two batches."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, function)

    def close(self) -> None:
        """Let the running work end and stop the thread."""
        self._thread.shutdown()

    async def _drain(self) -> None:
        while self._waiting:
            batch = [pair for pair in self._waiting[: self._max_batch] if not pair[1].done()]
            del self._waiting[: self._max_batch]
            items = [item for item, _ in batch]
            try:
                results = await self.run(lambda items=items: self._handle(items))  # type: ignore[misc]
            except Exception as error:  # handed to those who wait
                for _, future in batch:
                    if not future.done():
                        future.set_exception(error)
            else:
                for (_, future), result in zip(batch, results, strict=True):
                    if not future.done():
                        future.set_result(result)
