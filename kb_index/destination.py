"""Where imported articles go: into this process's own base, or to the service that holds it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Protocol

from kb_index import address, opening
from kb_index.article import Article
from kb_index.client import KnowledgeClient
from kb_index.errors import BaseInUse
from kb_index.settings import Settings
from kb_index.store import ArticleStore, ImportCounts

#: Articles stored in one transaction.
STORED_AT_ONCE = 200
#: Articles sent at once, and how many bytes of them unless one alone has more: so much is stored
#: and indexed in about a second, and an editor's change waits no longer.
SENT_AT_ONCE = 10
SENT_BYTES = 128 * 1024
#: Seconds for one batch: a long article on a busy machine takes some.
TIMEOUT_S = 120.0


class Destination(Protocol):
    """Takes articles from a source."""

    def batches(self, articles: Sequence[Article]) -> Iterator[Sequence[Article]]:
        """Parts, in order, each of a size to `take`."""

    def take(self, articles: Sequence[Article]) -> ImportCounts:
        """Store a batch; what was edited or deleted since is left alone.

        Raises:
            KnowledgeUnavailable, KnowledgeRefused: the service is gone, or will not take it.
        """

    def settle(self) -> tuple[int, int]:
        """Make what was taken findable; how many articles and passages can be found now."""


class OwnBase:
    """A base that nobody else holds."""

    def __init__(self, settings: Settings, store: ArticleStore) -> None:
        self._settings, self._store = settings, store

    def batches(self, articles: Sequence[Article]) -> Iterator[Sequence[Article]]:
        """See `Destination`."""
        for start in range(0, len(articles), STORED_AT_ONCE):
            yield articles[start : start + STORED_AT_ONCE]

    def take(self, articles: Sequence[Article]) -> ImportCounts:
        """See `Destination`."""
        return self._store.import_articles(articles)

    def settle(self) -> tuple[int, int]:
        """See `Destination`; the index is brought up to the store and saved."""
        from kb_index.service import open_engine  # noqa: PLC0415 (a service has its own)

        engine = open_engine(self._settings, self._store, opening.open_encoder(self._settings))
        return len(engine), len(engine.index)


class RunningService:
    """The service that holds the base: what it has taken is found by its next search."""

    def __init__(self, url: str) -> None:
        self._runner = asyncio.Runner()
        self._client = KnowledgeClient(url, TIMEOUT_S)

    def close(self) -> None:
        """Close the connections."""
        with self._runner:
            self._runner.run(self._client.close())

    def batches(self, articles: Sequence[Article]) -> Iterator[Sequence[Article]]:
        """See `Destination`."""
        batch: list[Article] = []
        size = 0
        for article in articles:
            more = len(article.model_dump_json().encode())
            if batch and (len(batch) == SENT_AT_ONCE or size + more > SENT_BYTES):
                yield batch
                batch, size = [], 0
            batch.append(article)
            size += more
        if batch:
            yield batch

    def take(self, articles: Sequence[Article]) -> ImportCounts:
        """See `Destination`."""
        rows = [article.model_dump(mode="json") for article in articles]
        return ImportCounts(**self._runner.run(self._client.import_articles(rows)))

    def settle(self) -> tuple[int, int]:
        """See `Destination`; the service does it by itself."""
        health = self._runner.run(self._client.health())
        return health["articles"], health["passages"]


@contextmanager
def open_destination(settings: Settings) -> Iterator[Destination]:
    """The service that holds the base; without one the base itself, which nobody else may hold.

    Raises:
        BaseInUse: another process holds it and does not serve it (yet).
        SourceUnreadable: the home folder or the database cannot be opened.
    """
    with ExitStack() as stack:
        yield _enter(settings, stack)


def _enter(settings: Settings, stack: ExitStack) -> Destination:
    try:
        return OwnBase(settings, stack.enter_context(opening.writing(settings)))
    except BaseInUse:
        url = address.announced(settings.home)
        if url is None:
            raise
    service = RunningService(url)
    stack.callback(service.close)
    return service
