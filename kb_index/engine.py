"""Search: one encoding, the nearest passages, the best score for each article, a decision."""

from __future__ import annotations

import base64
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from kb_index.article import Article
from kb_index.decision import Decider, Decision
from kb_index.encoder import CachedEncoder, Encoder, Vectors
from kb_index.index import PassageIndex
from kb_index.passages import Kind, Passage, passages_of


@dataclass(frozen=True)
class Query:
    """A question, and how many articles to return.

    `previous` is the customer's question before; `embedding`: whether the vector is wanted.
    """

    text: str
    limit: int = 3
    previous: str | None = None
    embedding: bool = False


@dataclass(frozen=True)
class Hit:
    """An article that was found, and the passage that speaks for it."""

    article_id: str
    title: str
    score: float
    matched: str
    matched_kind: Kind
    text: str


@dataclass(frozen=True)
class SearchResult:
    """What a search found.

    score: how likely the first hit is right (0..1); target: what it was held to.
    choices: ids of the close hits that the customer should choose from, for `clarify` alone.
    understood_as: the question that was answered, if it took `previous` to understand it.
    embedding: the question's vector as base64 of little-endian float16, if asked for.
    language: of the question, where it was detected.
    took_ms: time of the batch it was part of.
    """

    decision: Decision
    score: float
    target: float
    hits: tuple[Hit, ...]
    took_ms: float
    choices: tuple[str, ...] = ()
    understood_as: str | None = None
    embedding: str | None = None
    language: str | None = None


class SearchEngine:
    """Published articles in memory and their index. Not thread-safe: one thread owns it."""

    def __init__(
        self,
        encoder: Encoder,
        index: PassageIndex,
        decider: Decider,
        *,
        passage_weight: float,
        search_passages: int,
        embedding_cache: int,
    ) -> None:
        self.index = index
        self._encoder = encoder
        self._questions = CachedEncoder(encoder, embedding_cache)
        self._decider = decider
        self._passage_weight = passage_weight
        self._search_passages = search_passages
        self._articles: dict[str, Article] = {}

    def __len__(self) -> int:
        """How many articles can be found."""
        return len(self._articles)

    def search(self, queries: Sequence[Query]) -> list[SearchResult]:
        """Answer each query, in order."""
        started = time.perf_counter()
        vectors = self._questions.encode([query.text for query in queries])
        found = self.index.search(vectors, self._search_passages)
        pairs = zip(queries, found, strict=True)
        ranked = [(query, self._rank(passages)) for query, passages in pairs]
        took_ms = (time.perf_counter() - started) * 1000
        return [
            self._result(query, vector, hits, took_ms)
            for vector, (query, hits) in zip(vectors, ranked, strict=True)
        ]

    def put(self, articles: Sequence[Article]) -> None:
        """Make articles findable as they are now; only passages with a new text are encoded."""
        passages = {article.id: passages_of(article) for article in articles}
        known = {article.id: self.index.vectors_of(article.id) for article in articles}
        missing = [
            passage
            for article in articles
            for passage in passages[article.id]
            if passage.text not in known[article.id]
        ]
        encoded = self._encoder.encode([passage.text for passage in missing])
        for passage, vector in zip(missing, encoded, strict=True):
            known[passage.article_id][passage.text] = vector
        for article in articles:
            vectors = [known[article.id][item.text] for item in passages[article.id]]
            self.index.put(
                article.id, article.searchable_hash, passages[article.id], _stack(vectors)
            )
            self._articles[article.id] = article

    def drop(self, article_id: str) -> None:
        """Make an article unfindable."""
        self.index.drop(article_id)
        self._articles.pop(article_id, None)

    def adopt(self, published: Iterable[Article]) -> list[Article]:
        """Keep what the index already has of `published`, drop the rest of the index.

        Returns:
            The articles still to `put`: new ones, and changed ones, which are found by their
            former passages until then.
        """
        self._articles = {article.id: article for article in published}
        stored = self.index.articles
        for article_id in stored.keys() - self._articles.keys():
            self.index.drop(article_id)
        articles = self._articles.values()
        return [
            article for article in articles if stored.get(article.id) != article.searchable_hash
        ]

    def _rank(self, found: Sequence[tuple[Passage, float]]) -> list[Hit]:
        """One hit for each article: its best passage after weighting, best first."""
        best: dict[str, tuple[float, Passage]] = {}
        for passage, cosine in found:
            weight = self._passage_weight if passage.kind == "passage" else 1.0
            if cosine * weight > best.get(passage.article_id, (-2.0, passage))[0]:
                best[passage.article_id] = (cosine * weight, passage)
        ranked = sorted(best.values(), key=lambda pair: -pair[0])
        return [self._hit(passage, score) for score, passage in ranked]

    def _hit(self, passage: Passage, score: float) -> Hit:
        article = self._articles[passage.article_id]
        score = min(1.0, max(0.0, score))
        return Hit(article.id, article.title, score, passage.text, passage.kind, article.text)

    def _result(
        self, query: Query, vector: Vectors, hits: Sequence[Hit], took_ms: float
    ) -> SearchResult:
        verdict = self._decider.decide([hit.score for hit in hits])
        return SearchResult(
            verdict.decision,
            verdict.score,
            verdict.target,
            tuple(hits[: max(query.limit, verdict.choices)]),
            took_ms,
            choices=tuple(hit.article_id for hit in hits[: verdict.choices]),
            embedding=_as_base64(vector) if query.embedding else None,
        )


def _as_base64(vector: Vectors) -> str:
    return base64.b64encode(vector.astype("<f2").tobytes()).decode()


def _stack(vectors: Sequence[Vectors]) -> Vectors:
    return np.stack(vectors) if vectors else np.empty((0, 0), np.float32)
