"""A long article is taken in beside the searches, and never holds up the event loop."""

from __future__ import annotations

import asyncio
import datetime as dt
import threading
import time
from collections.abc import AsyncIterator, Sequence
from typing import Any

import numpy as np
import pytest
from cheap_encoder import CheapEncoder

from kb_index.article import Article, NewArticle
from kb_index.batching import BatchWorker
from kb_index.encoder import Vectors
from kb_index.engine import Query, SearchResult
from kb_index.index import PassageIndex, Rebuilt, Snapshot
from kb_index.keeper import ADDED_AT_ONCE, IndexKeeper
from kb_index.passages import Passage
from kb_index.service import KnowledgeService, make_engine
from kb_index.settings import Settings
from kb_index.store import ArticleStore

LONG = NewArticle(
    id="long",
    title="Which words do you know?",
    variants=tuple(f"do you know word number {n}" for n in range(150)),
    text="Many.",
    status="published",
)


class SlowEncoder(CheapEncoder):
    """Takes a while for each text, as a model does, and remembers what it was asked."""

    seconds = 0.0

    def __init__(self) -> None:
        self.calls: list[list[str]] = []
        self.threads: set[str] = set()

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.calls.append(list(texts))
        self.threads.add(threading.current_thread().name)
        time.sleep(self.seconds * len(texts))
        return super().encode(texts)


@pytest.fixture
async def slow(settings: Settings, store: ArticleStore) -> AsyncIterator[SlowEncoder]:
    return SlowEncoder()


@pytest.fixture
async def service(
    settings: Settings, store: ArticleStore, slow: SlowEncoder
) -> AsyncIterator[KnowledgeService]:
    service = KnowledgeService(settings, store, slow)
    slow.calls.clear()
    slow.seconds = 0.01
    yield service
    slow.seconds = 0.0
    await service.close()


async def test_the_event_loop_and_the_searches_go_on_during_a_long_write(
    service: KnowledgeService,
) -> None:
    write = asyncio.ensure_future(service.create(LONG))
    beats = searches = 0
    while not write.done():
        await asyncio.sleep(0.001)
        beats += 1
        if beats % 20 == 0:
            await service.search(Query(f"opening times {beats}"))
            searches += 1
    assert beats > 50
    assert searches > 5
    result = await service.search(Query("do you know word number 149"))
    assert result.hits[0].article_id == "long"


async def test_searches_go_on_during_an_import_and_find_what_it_has_so_far(
    service: KnowledgeService,
) -> None:
    articles = [
        Article(
            id=f"part-{n}",
            title=f"Where is part{n}?",
            variants=tuple(f"find part{n} on shelf {m}" for m in range(15)),
            text="There.",
            status="published",
            updated=dt.date(2026, 1, 2),
        )
        for n in range(10)
    ]
    importing = asyncio.ensure_future(service.import_articles(articles))
    beats = searches = 0
    early = False
    while not importing.done():
        await asyncio.sleep(0.001)
        beats += 1
        if beats % 20 == 0:
            hits = (await service.search(Query(f"where is part0 {beats}"))).hits
            early |= hits[0].article_id == "part-0" and not importing.done()
            searches += 1
    assert beats > 50
    assert searches > 5
    assert early
    assert (await importing).created == 10
    result = await service.search(Query("where is part9"))
    assert result.hits[0].article_id == "part-9"


async def test_a_write_encodes_each_of_its_texts_once(
    service: KnowledgeService, slow: SlowEncoder
) -> None:
    await service.create(LONG)
    texts = [text for call in slow.calls for text in call if "number" in text]
    assert sorted(texts) == sorted(LONG.variants)


async def test_questions_that_wait_together_are_encoded_together_and_equal_ones_once(
    service: KnowledgeService, slow: SlowEncoder
) -> None:
    first = asyncio.ensure_future(service.search(Query("first")))
    await asyncio.sleep(0.005)
    texts = [f"question {n % 10}" for n in range(30)]
    await asyncio.gather(first, *(service.search(Query(text)) for text in texts))
    asked = [call for call in slow.calls if any(text.startswith("question") for text in call)]
    assert len(asked) <= 2
    assert sorted(text for call in asked for text in call) == sorted(set(texts))


class BusyIndex(PassageIndex):
    """Gets more vectors as soon as it was copied; remembers how many were left to adopt."""

    left: int | None = None

    def fill(self, name: str, count: int) -> None:
        vectors = np.random.default_rng(count).normal(size=(count, self.dim)).astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        texts = [Passage(name, "variant", f"{name} {n}") for n in range(count)]
        self.put(name, "h", texts, vectors)

    def snapshot(self, meta: dict[str, Any]) -> Snapshot:
        copy = super().snapshot(meta)
        if self.is_exact:
            self.fill("late", 180)
        return copy

    def adopt(self, rebuilt: Rebuilt) -> None:
        self.left = len(self.lacking(rebuilt)[0])
        super().adopt(rebuilt)


async def test_what_is_put_during_a_rebuild_is_added_to_it_before_it_takes_over(
    settings: Settings, store: ArticleStore
) -> None:
    encoder = CheapEncoder()
    index = BusyIndex(encoder.dim, exact_limit=100)
    index.fill("early", 150)
    engine = make_engine(settings, encoder, index)
    worker: BatchWorker[Query, SearchResult] = BatchWorker(engine.search)
    keeper = IndexKeeper(engine, worker, store, encoder, settings.index_folder)
    keeper.edited()
    async with asyncio.timeout(30):
        while index.is_exact:  # noqa: ASYNC110 (there is nothing to wait for)
            await asyncio.sleep(0.02)
    assert index.left is not None
    assert index.left <= ADDED_AT_ONCE < 180
    assert len(index) == 330
    await keeper.close()
    worker.close()
