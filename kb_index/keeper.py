"""Keeps the index equal to the store, saved, and of the kind that fits its size; all in between."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import importlib.metadata
import os
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import structlog

from kb_index.article import Article
from kb_index.batching import BatchWorker
from kb_index.encoder import Encoder
from kb_index.engine import SearchEngine
from kb_index.index import Rebuilt, Snapshot
from kb_index.store import ArticleStore

#: Seconds after a write until the index is saved; a crash before is caught up at start.
SAVE_DELAY = 1.0
#: A save that took a second is followed by this many without one, however many edits there are.
SAVE_PAUSE = 20.0
#: Seconds of a long build that a crash may lose.
PART_PAUSE = 20.0
#: Longest pause, in seconds, between two attempts to repair or save an index.
LONGEST_PAUSE = 60.0
#: Articles encoded at once.
CHUNK = 64
#: Vectors that a rebuilt index may lack when it takes over; searches wait while they are added.
ADDED_AT_ONCE = 50
#: Priority of the thread that saves and rebuilds, below that of searches.
NICE = 10

Value = TypeVar("Value")
log = structlog.get_logger()


class IndexKeeper:
    """Looks after a served index. Make it within a running event loop."""

    def __init__(
        self,
        engine: SearchEngine,
        worker: BatchWorker[Any, Any],
        store: ArticleStore,
        encoder: Encoder,
        folder: Path,
    ) -> None:
        self._engine, self._worker, self._store = engine, worker, store
        self._encoder, self._folder = encoder, folder
        #: Held while store and index change together.
        self.writing = asyncio.Lock()
        #: Number of the last stored change that the index has.
        self.revision = store.revision()
        #: Whether the index lacks a stored edit.
        self.behind = False
        self._edits = self._saved_edits = 0
        self._pause = SAVE_DELAY
        self._task: asyncio.Task[None] | None = None
        self._closing = asyncio.Event()

    @property
    def unsaved(self) -> bool:
        """Whether the saved index lacks an edit."""
        return self._saved_edits != self._edits

    def edited(self) -> None:
        """Save soon, after repair or rebuilding if it takes one."""
        self._edits += 1
        if self._task is None or self._task.done():
            self._pause = max(self._pause, SAVE_DELAY)
            self._task = asyncio.create_task(self._keep())

    async def close(self) -> None:
        """Save what is unsaved."""
        self._closing.set()
        if self._task:
            await self._task

    async def _keep(self) -> None:
        """Settle until that has succeeded and no edit came meanwhile."""
        while self.unsaved:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._closing.wait(), self._pause)
            started = time.perf_counter()
            try:
                await self._settle()
                took = time.perf_counter() - started
                self._pause = min(max(SAVE_DELAY, SAVE_PAUSE * took), LONGEST_PAUSE)
            except Exception:
                self._pause = min(2 * max(self._pause, SAVE_DELAY), LONGEST_PAUSE)
                log.exception("index neither repaired nor saved", retry_s=self._pause)
            if self._closing.is_set():
                return

    async def _settle(self) -> None:
        if self.behind:
            await self._repair()
        if await self._worker.run(lambda: self._engine.index.is_outgrown):
            await self._rebuild()
        await self._save()

    async def _repair(self) -> None:
        """Bring the index up to the store after a write to it failed."""
        async with self.writing:
            published = await asyncio.to_thread(self._store.published)
            await self._worker.run(partial(bring_up, self._engine, published))
            self.revision = await asyncio.to_thread(self._store.revision)
            self.behind = False
        log.info("index repaired", revision=self.revision)

    async def _rebuild(self) -> None:
        """Change the kind of the index beside the searches; a service that ends does not wait."""
        started = time.perf_counter()
        index = self._engine.index
        copy = await self._worker.run(partial(index.snapshot, {}))
        rebuilding = asyncio.ensure_future(self._rebuilt(copy))
        closing = asyncio.ensure_future(self._closing.wait())
        either: set[asyncio.Future[Any]] = {rebuilding, closing}
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        closing.cancel()
        if not rebuilding.done():
            rebuilding.cancel()
            return
        await self._worker.run(partial(index.adopt, rebuilding.result()))
        seconds = round(time.perf_counter() - started, 2)
        log.info("index changed", exact=index.is_exact, passages=len(index), seconds=seconds)

    async def _rebuilt(self, copy: Snapshot) -> Rebuilt:
        """The copy rebuilt, with all but the last few vectors that were put meanwhile."""
        index, rebuilt = self._engine.index, await _beside(copy.rebuilt)
        while True:
            numbers, vectors = await self._worker.run(partial(index.lacking, rebuilt))
            if len(numbers) <= ADDED_AT_ONCE:
                return rebuilt
            await _beside(partial(rebuilt.catch_up, numbers, vectors))

    async def _save(self) -> None:
        async with self.writing:
            meta = build_metadata(self._encoder, self.revision)
            copy = await self._worker.run(partial(self._engine.index.snapshot, meta))
            edits = self._edits
        await _beside(partial(copy.write, self._folder))
        self._saved_edits = edits


def bring_up(
    engine: SearchEngine,
    published: Sequence[Article],
    save: Callable[[], None] | None = None,
) -> Sequence[Article]:
    """Make exactly `published` findable; return what had to be encoded for that.

    `save` is called now and then, so that a crash during a long build loses little of it.
    """
    behind = engine.adopt(published)
    due = time.monotonic() + PART_PAUSE
    for start in range(0, len(behind), CHUNK):
        engine.put(behind[start : start + CHUNK])
        if save and time.monotonic() >= due:
            started = time.monotonic()
            save()
            now = time.monotonic()
            due = now + max(PART_PAUSE, SAVE_PAUSE * (now - started))
    return behind


def put_all(engine: SearchEngine, articles: Sequence[Article]) -> None:
    """Put many articles, some at a time, so that memory stays small."""
    for start in range(0, len(articles), CHUNK):
        engine.put(articles[start : start + CHUNK])


def build_metadata(encoder: Encoder, revision: int) -> dict[str, Any]:
    """What is saved with an index: the model that made it, the last change it has, by what."""
    return {
        "model": encoder.name,
        "fingerprint": encoder.fingerprint,
        "revision": revision,
        "created": dt.datetime.now(dt.timezone.utc).isoformat(timespec="seconds"),
        "libraries": {
            name: importlib.metadata.version(name) for name in ("faiss-cpu", "onnxruntime")
        },
    }


def _beside(function: Callable[[], Value]) -> asyncio.Future[Value]:
    """Run `function` in a thread of its own, which gives way to searches and to the end."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[Value] = loop.create_future()

    def tell(method: str, outcome: Any) -> None:
        if not future.done():
            getattr(future, method)(outcome)

    def run() -> None:
        with contextlib.suppress(OSError):  # a thread's own priority is a thing of Linux
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)
        try:
            outcome: tuple[str, Any] = ("set_result", function())
        except Exception as error:  # handed to who waits
            outcome = ("set_exception", error)
        with contextlib.suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(tell, *outcome)

    threading.Thread(target=run, name="kb-upkeep", daemon=True).start()
    return future
