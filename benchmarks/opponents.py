"""What answers questions in this process: the engine that serves, and two that people use."""

from __future__ import annotations

import datetime as dt
import itertools
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import bm25s
import numpy as np

from kb_index.article import Article
from kb_index.encoder import Encoder, Vectors
from kb_index.engine import Query, SearchEngine
from kb_index.evaluate import DEPTH
from kb_index.index import PassageIndex
from kb_index.keeper import put_all
from kb_index.service import make_engine
from kb_index.settings import Settings

#: What the edits add: each asked for in its own words at once.
EDITS = tuple(
    Article.model_construct(
        id=f"added-{number}",
        title=f"Do you engrave {thing} with a name?",
        variants=(f"a name on my {thing}",),
        text="Yes.",
        tags=(),
        status="published",
        updated=dt.date.min,
        revision=1,
    )
    for number, thing in enumerate(("tankards", "goblets", "trophies", "rulers", "lockets"))
)


@dataclass(frozen=True)
class Reply:
    """Entries from the best down, a score that orders replies, and whether to answer."""

    ranked: tuple[str, ...]
    score: float
    answered: bool


class Opponent(Protocol):
    """An engine with a base in it.

    has_cut_off: whether it ever refuses to answer. build_s: seconds to build it.
    """

    name: str
    has_cut_off: bool
    build_s: float

    def start(self) -> None:
        """Get ready to answer."""

    def ask(self, text: str) -> Reply:
        """Answer one question."""

    def edit_s(self) -> list[float]:
        """Add entries, one by one: seconds of each until a search finds it first."""

    def close(self) -> None:
        """Let go of what was started."""


class Own:
    """The engine as it serves."""

    name = "this engine"
    has_cut_off = True

    def __init__(self, articles: Sequence[Article], settings: Settings, encoder: Encoder) -> None:
        started = time.perf_counter()
        self._engine: SearchEngine = make_engine(settings, encoder, PassageIndex(encoder.dim))
        put_all(self._engine, articles)
        self._engine.settle()
        self.build_s = time.perf_counter() - started

    def start(self) -> None:
        """Nothing to start."""

    def ask(self, text: str) -> Reply:
        """What a search says."""
        (found,) = self._engine.search([Query(text, DEPTH)])
        names = tuple(hit.article_id for hit in found.hits)
        return Reply(names, found.score, found.decision == "answer")

    def edit_s(self) -> list[float]:
        """See `Opponent`."""
        return _timed_edits(self, lambda article: self._engine.put([article]))

    def close(self) -> None:
        """Nothing to close."""


class Nearest:
    """An entry scores as its nearest title or variant, by vectors held in a matrix."""

    name = "nearest variant"
    has_cut_off = False

    def __init__(self, articles: Sequence[Article], encoder: Encoder) -> None:
        self._encoder = encoder
        started = time.perf_counter()
        self._entries = [article.id for article in articles for _ in wordings(article)]
        self._vectors = encoder.encode([text for one in articles for text in wordings(one)])
        self.build_s = time.perf_counter() - started

    def start(self) -> None:
        """Nothing to start."""

    def ask(self, text: str) -> Reply:
        """The entries by cosine."""
        return best_first(self._entries, self._vectors @ self._encoder.encode([text])[0])

    def edit_s(self) -> list[float]:
        """See `Opponent`."""
        return _timed_edits(self, self._add)

    def close(self) -> None:
        """Nothing to close."""

    def _add(self, article: Article) -> None:
        new = self._encoder.encode(wordings(article))
        self._entries += [article.id] * len(new)
        self._vectors = np.concatenate([self._vectors, new])


class Words:
    """BM25 over titles, variants and answers; an entry scores as the best of its texts."""

    name = "bm25s"
    has_cut_off = False

    def __init__(self, articles: Sequence[Article]) -> None:
        self._articles = list(articles)
        started = time.perf_counter()
        self._index()
        self.build_s = time.perf_counter() - started

    def start(self) -> None:
        """Nothing to start."""

    def ask(self, text: str) -> Reply:
        """The entries by the weight of shared words."""
        (words,) = bm25s.tokenize([text], return_ids=False, show_progress=False)
        if not words:
            return Reply((), 0.0, False)
        return best_first(self._entries, self._words.get_scores(words))

    def edit_s(self) -> list[float]:
        """See `Opponent`; the library indexes a collection as a whole."""
        return _timed_edits(self, self._add)

    def close(self) -> None:
        """Nothing to close."""

    def _add(self, article: Article) -> None:
        self._articles.append(article)
        self._index()

    def _index(self) -> None:
        texts = [[*wordings(one), *([one.text] if one.text else ())] for one in self._articles]
        self._entries = [
            one.id for one, own in zip(self._articles, texts, strict=True) for _ in own
        ]
        self._words = bm25s.BM25()
        flat = [text for own in texts for text in own]
        self._words.index(bm25s.tokenize(flat, show_progress=False), show_progress=False)


def wordings(article: Article) -> list[str]:
    """The title and the variants, each once."""
    return list(dict.fromkeys((article.title, *article.variants)))


def best_first(entries: Sequence[str], scores: Vectors) -> Reply:
    """Entries by their best text's score."""
    order = np.argsort(-scores, kind="stable")
    names = itertools.islice(dict.fromkeys(entries[row] for row in order), DEPTH)
    return Reply(tuple(names), float(scores[order[0]]), True)


def _timed_edits(opponent: Opponent, add: Callable[[Article], None]) -> list[float]:
    times = []
    for article in EDITS:
        started = time.perf_counter()
        add(article)
        while opponent.ask(article.title).ranked[:1] != (article.id,):
            pass
        times.append(time.perf_counter() - started)
    return times
