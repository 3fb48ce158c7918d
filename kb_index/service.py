"""The knowledge base as one thing: writes go to the store, then to the index, then are answered."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import structlog

from kb_index.ahead import EncodedAhead
from kb_index.article import Article, ArticleEdit, NewArticle
from kb_index.batching import BatchWorker
from kb_index.decision import Decider
from kb_index.encoder import Encoder
from kb_index.engine import Query, SearchEngine, SearchResult
from kb_index.errors import IndexUnusable
from kb_index.index import PassageIndex
from kb_index.keeper import IndexKeeper, bring_up, build_metadata
from kb_index.passages import passages_of
from kb_index.settings import Settings
from kb_index.store import ArticleStore, ImportCounts, Revision

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


def make_engine(
    settings: Settings, encoder: Encoder, index: PassageIndex, memory: Path | None = None
) -> SearchEngine:
    """The engine as it serves; whoever measures uses the same, without a `memory` of questions."""
    return SearchEngine(
        encoder,
        index,
        Decider(settings.target_precision),
        search_passages=settings.search_passages,
        embedding_cache=settings.embedding_cache,
        memory=memory,
    )


class KnowledgeService:
    """Store, engine and saved index, for one event loop."""

    def __init__(self, settings: Settings, store: ArticleStore, encoder: Encoder) -> None:
        self._store = store
        self._encoder = EncodedAhead(encoder)
        self._engine = open_engine(settings, store, self._encoder)
        self._worker: BatchWorker[Query, SearchResult] = BatchWorker(self._engine.search)
        self._keeper = IndexKeeper(
            self._engine, self._worker, store, self._encoder, settings.index_folder
        )

    @property
    def revision(self) -> int:
        """Number of the last change that a search sees."""
        return self._keeper.revision

    async def search(self, query: Query) -> SearchResult:
        """The articles nearest to a question, and whether to answer with the first."""
        return await self._worker.submit(query)

    def health(self) -> Health:
        """Counts of what can be found now."""
        return Health(
            "behind" if self._keeper.behind else "ok",
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

    async def history(self, article_id: str) -> Sequence[Revision]:
        """Every revision, oldest first; raises NotFound if there never was such an article."""
        return await asyncio.to_thread(self._store.history, article_id)

    async def at_revision(self, article_id: str, number: int) -> Revision:
        """Raises NotFound if there is no such article or revision."""
        return await asyncio.to_thread(self._store.at_revision, article_id, number)

    async def create(self, new: NewArticle, author: str = "") -> Article:
        """Raises Conflict if the id is taken."""
        return await self._write(partial(self._store.create, new, author))

    async def update(self, article_id: str, edit: ArticleEdit, author: str = "") -> Article:
        """Raises NotFound, or Conflict for a stale revision."""
        return await self._write(partial(self._store.update, article_id, edit, author))

    async def publish(self, article_id: str, author: str = "") -> Article:
        """Raises NotFound if there is no such article."""
        return await self._write(partial(self._store.set_status, article_id, "published", author))

    async def archive(self, article_id: str, author: str = "") -> Article:
        """Raises NotFound if there is no such article."""
        return await self._write(partial(self._store.set_status, article_id, "archived", author))

    async def restore(self, article_id: str, number: int, author: str = "") -> Article:
        """Raises NotFound if there is no such article or revision."""
        return await self._write(partial(self._store.restore, article_id, number, author))

    async def delete(self, article_id: str, author: str = "") -> Article:
        """Raises NotFound if there is no such article."""
        return await self._write(partial(self._store.delete, article_id, author), gone=True)

    async def import_articles(self, articles: Sequence[Article]) -> ImportCounts:
        """Take articles from a source as `ArticleStore.import_articles` does, and find them."""
        return await asyncio.shield(asyncio.ensure_future(self._import_through(articles)))

    async def close(self) -> None:
        """Finish the write in progress and save the index if it is behind."""
        async with self._keeper.writing:
            pass
        await self._keeper.close()
        self._worker.close()

    async def _write(self, change: Callable[[], Article], gone: bool = False) -> Article:
        # Shielded: a client that goes away must not part the store from the index.
        return await asyncio.shield(asyncio.ensure_future(self._write_through(change, gone)))

    async def _write_through(self, change: Callable[[], Article], gone: bool) -> Article:
        async with self._keeper.writing:
            article = await asyncio.to_thread(change)
            await self._follow([article], gone)
        log.info("article written", article=article.id, revision=article.revision)
        return article

    async def _import_through(self, articles: Sequence[Article]) -> ImportCounts:
        async with self._keeper.writing:
            counts = await asyncio.to_thread(self._store.import_articles, articles)
            if counts.changed:
                await self._follow(counts.changed)
        log.info("articles imported", **counts.as_dict())
        return counts

    async def _follow(self, changed: Sequence[Article], gone: bool = False) -> None:
        """Bring the index up to articles that were stored just now, or are `gone`."""
        self._keeper.edited()
        try:
            for article in changed:
                await self._index(article, gone)
            self._keeper.revision = await asyncio.to_thread(self._store.revision)
        except Exception:
            # The edit is stored and stands; the search follows as soon as it can.
            self._keeper.behind = True
            log.exception("index behind the store", article=article.id)

    async def _index(self, article: Article, gone: bool) -> None:
        if article.status == "published" and not gone:
            await self._put(article)
        else:
            await self._worker.run(partial(self._engine.drop, article.id))

    async def _put(self, article: Article) -> None:
        """Encode beside the searches, then let the worker put it in at once."""
        known = await self._worker.run(partial(self._engine.index.vectors_of, article.id))
        try:
            await asyncio.to_thread(_encode_ahead, self._encoder, article, set(known))
            await self._worker.run(partial(self._engine.put, [article]))
        finally:
            self._encoder.forget()


def _encode_ahead(encoder: EncodedAhead, article: Article, known: set[str]) -> None:
    texts = [passage.text for passage in passages_of(article)]
    encoder.prepare([text for text in texts if text not in known])


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
    engine = make_engine(settings, encoder, index, settings.asked_file if save else None)
    before = set(index.articles)
    keep = partial(_save, index, encoder, store.revision(), folder) if save else None
    behind = bring_up(engine, published, keep)
    if index.is_outgrown:
        index.rebuild()
    dropped = len(before - {article.id for article in published})
    if len(engine) <= FITTED_AT_ONCE:
        engine.settle()
    if save and (reason or behind or dropped):
        _save(index, encoder, store.revision(), folder)
        log.info(
            "index rebuilt" if reason else "index caught up",
            **({"because": reason} if reason else {}),
            encoded_articles=len(behind),
            dropped_articles=dropped,
            passages=len(index),
            seconds=round(time.perf_counter() - started, 2),
        )
    return engine


def _save(index: PassageIndex, encoder: Encoder, revision: int, folder: Path) -> None:
    try:
        index.snapshot(build_metadata(encoder, revision)).write(folder)
    except OSError as error:
        # It serves from memory; the next write or start tries again.
        log.error("index not saved", reason=error.strerror)
