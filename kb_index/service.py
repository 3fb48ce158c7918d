"""The knowledge base as one thing: writes go to the store, then to the index, then are answered."""

from __future__ import annotations

import asyncio
import datetime as dt
import importlib.metadata
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import structlog

from kb_index.article import Article, ArticleEdit, NewArticle
from kb_index.batching import BatchWorker
from kb_index.decision import Decider
from kb_index.encoder import Encoder
from kb_index.engine import Query, SearchEngine, SearchResult
from kb_index.errors import IndexUnusable
from kb_index.index import PassageIndex, write_snapshot
from kb_index.settings import Settings
from kb_index.store import ArticleStore

#: Seconds after a write until the index is saved; a crash before is caught up at start.
SAVE_DELAY = 1.0
#: Longest pause, in seconds, between two attempts to repair or save an index.
LONGEST_PAUSE = 60.0
#: Articles encoded at once.
CHUNK = 64
#: Articles up to which the ranking is fitted before the first search, in about a second.
FITTED_AT_ONCE = 1000

log = structlog.get_logger()


@dataclass(frozen=True)
class Health:
    """How much there is to find, and with what.

    `status` is `ok`, or `behind` while the index lacks a stored edit and is being repaired.
    """

    status: str
    articles: int
    passages: int
    model: str
    revision: int


def make_engine(settings: Settings, encoder: Encoder, index: PassageIndex) -> SearchEngine:
    """The engine as it serves; whoever measures uses the same."""
    return SearchEngine(
        encoder,
        index,
        Decider(settings.target_precision),
        search_passages=settings.search_passages,
        embedding_cache=settings.embedding_cache,
    )


class KnowledgeService:
    """Store, engine and saved index, for one event loop."""

    def __init__(self, settings: Settings, store: ArticleStore, encoder: Encoder) -> None:
        self._store = store
        self._encoder = encoder
        self._folder: Path = settings.index_folder
        self._engine = open_engine(settings, store, encoder)
        self._worker: BatchWorker[Query, SearchResult] = BatchWorker(self._engine.search)
        self._writing = asyncio.Lock()
        self._catching_up: asyncio.Task[None] | None = None
        self._behind = False
        self._unsaved = False
        self.revision = store.revision()

    async def search(self, query: Query) -> SearchResult:
        """The articles nearest to a question, and whether to answer with the first."""
        return await self._worker.submit(query)

    def health(self) -> Health:
        """Counts of what can be found now."""
        return Health(
            "behind" if self._behind else "ok",
            len(self._engine),
            len(self._engine.index),
            self._encoder.name,
            self.revision,
        )

    async def list(self, **page: Any) -> tuple[list[Article], int]:
        """A page of articles; see `ArticleStore.list`."""
        return await asyncio.to_thread(self._store.list, **page)

    async def get(self, article_id: str) -> Article:
        """Raises NotFound if there is no such article."""
        return await asyncio.to_thread(self._store.get, article_id)

    async def create(self, new: NewArticle) -> Article:
        """Raises Conflict if the id is taken."""
        return await self._write(partial(self._store.create, new))

    async def update(self, article_id: str, edit: ArticleEdit) -> Article:
        """Raises NotFound, or Conflict for a stale revision."""
        return await self._write(partial(self._store.update, article_id, edit))

    async def publish(self, article_id: str) -> Article:
        """Raises NotFound if there is no such article."""
        return await self._write(partial(self._store.set_status, article_id, "published"))

    async def archive(self, article_id: str) -> Article:
        """Raises NotFound if there is no such article."""
        return await self._write(partial(self._store.set_status, article_id, "archived"))

    async def delete(self, article_id: str) -> Article:
        """Raises NotFound if there is no such article."""
        return await self._write(partial(self._store.delete, article_id), gone=True)

    async def close(self) -> None:
        """Finish the write in progress and save the index if it is behind."""
        async with self._writing:
            if self._catching_up:
                self._catching_up.cancel()
            if self._unsaved:
                try:
                    await self._settle()
                except Exception:
                    log.exception("index not saved; the next start catches up")
        self._worker.close()

    async def _write(self, change: Callable[[], Article], gone: bool = False) -> Article:
        # Shielded: a client that goes away must not part the store from the index.
        return await asyncio.shield(asyncio.ensure_future(self._write_through(change, gone)))

    async def _write_through(self, change: Callable[[], Article], gone: bool) -> Article:
        async with self._writing:
            article = await asyncio.to_thread(change)
            self._settle_soon()
            try:
                await self._index(article, gone)
            except Exception:
                # The edit is stored and stands; the search follows as soon as it can.
                self._behind = True
                log.exception("index behind the store", article=article.id)
        log.info("article written", article=article.id, revision=article.revision)
        return article

    async def _index(self, article: Article, gone: bool) -> None:
        if article.status == "published" and not gone:
            await self._worker.run(partial(self._engine.put, [article]))
        else:
            await self._worker.run(partial(self._engine.drop, article.id))
        self.revision = await asyncio.to_thread(self._store.revision)

    def _settle_soon(self) -> None:
        self._unsaved = True
        if self._catching_up is None or self._catching_up.done():
            self._catching_up = asyncio.create_task(self._catch_up())

    async def _catch_up(self) -> None:
        """Repair and save until both have succeeded."""
        pause = SAVE_DELAY
        while self._unsaved:
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)
            try:
                async with self._writing:
                    await self._settle()
            except Exception:
                log.exception("index neither repaired nor saved", retry_s=pause)

    async def _settle(self) -> None:
        """Bring the index up to the store if a write to it failed, and save it."""
        if self._behind:
            published = await asyncio.to_thread(self._store.published)
            await self._worker.run(partial(_bring_up, self._engine, published))
            self.revision = await asyncio.to_thread(self._store.revision)
            self._behind = False
            log.info("index repaired", revision=self.revision)
        meta = _build_metadata(self._encoder, self.revision)
        vectors, passages = await self._worker.run(partial(self._engine.index.snapshot, meta))
        await asyncio.to_thread(write_snapshot, self._folder, vectors, passages)
        self._unsaved = False


def open_engine(
    settings: Settings, store: ArticleStore, encoder: Encoder, *, save: bool = True
) -> SearchEngine:
    """Load the saved index and bring it up to the store's articles; `save` it if it was behind."""
    started = time.perf_counter()
    folder = settings.index_folder
    published = store.published()
    expected = {"model": encoder.name, "fingerprint": encoder.fingerprint, "dim": encoder.dim}
    reason = ""
    try:
        index = PassageIndex.load(folder, expected)
    except IndexUnusable as error:
        index, reason = PassageIndex(encoder.dim), error.message
    engine = make_engine(settings, encoder, index)
    before = set(index.articles)
    behind = _bring_up(engine, published)
    dropped = len(before - {article.id for article in published})
    if len(engine) <= FITTED_AT_ONCE:
        engine.settle()
    if save and (reason or behind or dropped):
        meta = _build_metadata(encoder, store.revision())
        try:
            write_snapshot(folder, *index.snapshot(meta))
        except OSError as error:
            # It serves from memory; the next write or start tries again.
            log.error("index not saved", reason=error.strerror)
        log.info(
            "index rebuilt" if reason else "index caught up",
            **({"because": reason} if reason else {}),
            encoded_articles=len(behind),
            dropped_articles=dropped,
            passages=len(index),
            seconds=round(time.perf_counter() - started, 2),
        )
    return engine


def _bring_up(engine: SearchEngine, published: Sequence[Article]) -> Sequence[Article]:
    """Make exactly `published` findable; return what had to be encoded for that."""
    behind = engine.adopt(published)
    put_all(engine, behind)
    return behind


def put_all(engine: SearchEngine, articles: Sequence[Article]) -> None:
    """Put many articles, some at a time, so that memory stays small."""
    for start in range(0, len(articles), CHUNK):
        engine.put(articles[start : start + CHUNK])


def _build_metadata(encoder: Encoder, revision: int) -> dict[str, Any]:
    return {
        "model": encoder.name,
        "fingerprint": encoder.fingerprint,
        "revision": revision,
        "created": dt.datetime.now(dt.timezone.utc).isoformat(timespec="seconds"),
        "libraries": {
            name: importlib.metadata.version(name) for name in ("faiss-cpu", "onnxruntime")
        },
    }
