"""Search: one encoding, candidates by vectors and by words, a probability for each, a decision."""

from __future__ import annotations

import base64
import itertools
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from cachetools import LRUCache

from kb_index.article import Article
from kb_index.by_language import ByLanguage
from kb_index.decision import Decider, Decision
from kb_index.encoder import CachedEncoder, Encoded, Encoder, Vectors, quick_of
from kb_index.follow_up import readings
from kb_index.index import PassageIndex
from kb_index.passages import Kind, Passage, passages_of
from kb_index.ranking.calibration import Combination
from kb_index.ranking.entries import Entry
from kb_index.ranking.features import Evidence
from kb_index.ranking.prior import ScopePrior
from kb_index.ranking.ranker import Ranked, Ranker, Ranking
from kb_index.ranking.upkeep import Upkeep

#: Candidates wanted from the vectors; an article with very many variants may crowd others out.
CANDIDATES = 30
FEWEST_CANDIDATES = 10
#: Passages looked at when one article crowds the others out.
MOST_PASSAGES = 2000
#: A question is encoded again, exactly, if the second article is this likely beside the first.
#: Measured on 1,000 questions of five bases: 13 orders change, all from .84 on; 8% are this close.
CLOSE = 0.7
#: Articles whose vectors are kept at hand.
ENTRIES_KEPT = 4096


@dataclass(frozen=True)
class Query:
    """A question, and how many articles to return.

    `previous` is the customer's question before; `embedding`: whether its own is wanted.
    """

    text: str
    limit: int = 3
    previous: str | None = None
    embedding: bool = False


@dataclass(frozen=True)
class Hit:
    """An article that was found, how likely it is right, and the text that speaks for it."""

    article_id: str
    title: str
    score: float
    matched: str
    matched_kind: Kind
    text: str
    language: str | None = None


@dataclass(frozen=True)
class Embedding:
    """A question's vector and tone, as base64 of little-endian float16; see `Encoded`.

    `encoder` is the fingerprint of the one that made them.
    """

    encoder: str
    vector: str
    tone: str


@dataclass(frozen=True)
class SearchResult:
    """What a search found.

    score: how likely the first hit is right (0..1); target: what it was held to.
    answerable: how likely any article answers the question, whichever it is; of those in the
        language that was searched, where there are several.
    choices: ids of the close hits that the customer should choose from, for `clarify` alone.
    understood_as: the question that was answered, if it took `previous` to understand it.
    embedding: the question's own, if asked for.
    language: of the question, where it was detected.
    took_ms: time of the batch it was part of.
    """

    decision: Decision
    score: float
    target: float
    hits: tuple[Hit, ...]
    took_ms: float
    answerable: float = 0.0
    choices: tuple[str, ...] = ()
    understood_as: str | None = None
    embedding: Embedding | None = None
    language: str | None = None


@dataclass(frozen=True)
class _Asked:
    """A way to understand a question, and the question's language if it matters.

    `compared`: there are other ways.
    """

    text: str
    language: str | None
    compared: bool


@dataclass(frozen=True)
class _Reading:
    """A way to understand a question, its embedding, and what was found for it."""

    text: str
    language: str | None
    encoded: Encoded
    ranking: Ranking | None

    @property
    def confidence(self) -> float:
        return self.ranking.ranked[0].probability if self.ranking else 0.0

    @property
    def is_close(self) -> bool:
        """Whether a slightly different vector could have changed the order."""
        ranked = self.ranking.ranked if self.ranking else []
        return len(ranked) > 1 and ranked[1].probability > CLOSE * ranked[0].probability


class SearchEngine:
    """Published articles in memory and their index. Not thread-safe: one thread owns it."""

    def __init__(
        self,
        encoder: Encoder,
        index: PassageIndex,
        decider: Decider,
        *,
        search_passages: int,
        embedding_cache: int,
        combination: Combination | None = None,
        memory: Path | None = None,
    ) -> None:
        self.index = index
        self._encoder = encoder
        self._questions = CachedEncoder(encoder, embedding_cache)
        quick = quick_of(encoder)
        self._quickly = CachedEncoder(quick, embedding_cache) if quick else None
        self._decider = decider
        self._search_passages = search_passages
        self._articles: dict[str, Article] = {}
        self._languages = ByLanguage()
        self._entries: LRUCache[str, Entry] = LRUCache(ENTRIES_KEPT)
        self._prior = ScopePrior(memory)
        self._ranker = Ranker(combination or Combination.load(), self._prior)
        self._upkeep = Upkeep(
            self._ranker, encoder, lambda name: self._entry(name).question_vectors
        )

    def __len__(self) -> int:
        """How many articles can be found."""
        return len(self._articles)

    def search(self, queries: Sequence[Query]) -> list[SearchResult]:
        """Answer each query, in order."""
        started = time.perf_counter()
        asked = [self._ways(query) for query in queries]
        found = iter(self._read([way for ways in asked for way in ways]))
        best = [self._best(list(itertools.islice(found, len(group)))) for group in asked]
        took_ms = (time.perf_counter() - started) * 1000
        return [self._result(*pair, took_ms) for pair in zip(queries, best, strict=True)]

    def encode(self, texts: Sequence[str]) -> Vectors:
        """The exact vectors of questions; a search takes them where it matters."""
        return self._questions.encode(texts)

    def evidence(self, texts: Sequence[str], vectors: Vectors) -> list[Evidence | None]:
        """What speaks for each question's candidates; None where there are none."""
        found = zip(texts, vectors, self._candidates(texts, vectors), strict=True)
        return [self._ranker.evidence(*one) for one in found]

    def settle(self) -> None:
        """Fit the ranking to the articles as they are, here and now; else it follows in a while."""
        self._upkeep.settle()

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
            self._hold(article)

    def drop(self, article_id: str) -> None:
        """Make an article unfindable."""
        self.index.drop(article_id)
        self._articles.pop(article_id, None)
        self._entries.pop(article_id, None)
        self._ranker.drop(article_id)
        self._languages.drop(article_id)
        self._upkeep.edited()

    def adopt(self, published: Iterable[Article]) -> list[Article]:
        """Keep what the index already has of `published`, drop the rest of the index.

        Returns:
            The articles still to `put`: new ones, and changed ones, which are found by their
            former passages until then.
        """
        articles = {article.id: article for article in published}
        for article_id in (self._articles.keys() | self.index.articles.keys()) - articles.keys():
            self.drop(article_id)
        stored = self.index.articles
        behind = []
        for article in articles.values():
            if article.id in stored:
                self._hold(article)
            if stored.get(article.id) != article.searchable_hash:
                behind.append(article)
        return behind

    def _ways(self, query: Query) -> list[_Asked]:
        texts = (query.text, *readings(query.text, query.previous))
        language = self._languages.of_question(query.text)
        return [_Asked(text, language, len(texts) > 1) for text in texts]

    def _read(self, asked: Sequence[_Asked]) -> list[_Reading]:
        """What was found for each text: quickly, and once more exactly where it is close.

        Texts that are compared with each other, as readings of one question, are always exact.
        """
        if not self._quickly:
            return self._rank(asked, self._questions)
        found: dict[int, _Reading] = {}
        alone = [row for row, one in enumerate(asked) if not one.compared]
        quick = self._rank([asked[row] for row in alone], self._quickly)
        found.update(zip(alone, quick, strict=True))
        close = [row for row in range(len(asked)) if row not in found or found[row].is_close]
        exact = self._rank([asked[row] for row in close], self._questions)
        found.update(zip(close, exact, strict=True))
        return [found[row] for row in range(len(asked))]

    def _rank(self, asked: Sequence[_Asked], encoder: CachedEncoder) -> list[_Reading]:
        if not asked:
            return []
        texts = [one.text for one in asked]
        encoded = encoder.encode_with_tone(texts)
        rows, candidates = zip(*encoded, strict=True), self._candidates(texts, encoded.vectors)
        return [
            _Reading(one.text, one.language, Encoded(*row), self._ranking(one, row[0], entries))
            for one, row, entries in zip(asked, rows, candidates, strict=True)
        ]

    def _candidates(self, texts: Sequence[str], vectors: Vectors) -> list[list[Entry]]:
        """What may answer each text: near by its vector or by its words."""
        self._upkeep.tend()
        found = []
        for text, names in zip(texts, self._near(vectors), strict=True):
            known = dict.fromkeys([*names, *self._ranker.near(text)])
            found.append([self._entry(name) for name in known if name in self._articles])
        return found

    def _ranking(self, asked: _Asked, vector: Vectors, entries: Sequence[Entry]) -> Ranking | None:
        """What was found in one language: translations would share the probability to be right."""
        together = self._rank_some(asked.text, vector, entries)
        if asked.language is None or together is None:
            return together
        of = self._languages.of_article
        found = []
        for language in self._languages.order(asked.language, together.ranked):
            group = [entry for entry in entries if of(entry.entry_id) == language]
            ranking = self._rank_some(asked.text, vector, group)
            if ranking and self._answers(ranking):
                return ranking
            found.append(ranking)
        return found[0]

    def _rank_some(self, text: str, vector: Vectors, entries: Sequence[Entry]) -> Ranking | None:
        evidence = self._ranker.evidence(text, vector, entries)
        return self._ranker.rank(evidence) if evidence else None

    def _best(self, readings: Sequence[_Reading]) -> _Reading:
        """The reading of one question that an article answers best."""
        best = max(readings, key=lambda reading: reading.confidence)
        if best.ranking:
            self._prior.observe(best.text, best.ranking.scope_logit)
        return best

    def _hold(self, article: Article) -> None:
        self._articles[article.id] = article
        self._languages.put(article.id, article.language)
        self._entries.pop(article.id, None)
        self._ranker.put(article.id, self._entry(article.id).questions)
        self._upkeep.edited()

    def _near(self, vectors: Vectors) -> list[list[str]]:
        """The articles nearest to each row, best first."""
        count = self._search_passages
        found = [_articles_of(row) for row in self.index.search(vectors, count)]
        enough = min(FEWEST_CANDIDATES, len(self))
        while count < min(MOST_PASSAGES, len(self.index)):
            short = [row for row, names in enumerate(found) if len(names) < enough]
            if not short:
                break
            count = min(5 * count, MOST_PASSAGES)
            for row, passages in zip(short, self.index.search(vectors[short], count), strict=True):
                found[row] = _articles_of(passages)
        return [names[:CANDIDATES] for names in found]

    def _entry(self, article_id: str) -> Entry:
        entry = self._entries.get(article_id)
        if entry is None:
            vectors = self.index.vectors_of(article_id)
            article = self._articles[article_id]
            asked = dict.fromkeys((article.title, *article.variants))
            # An article that the index is behind with is found by what it had.
            questions = tuple(text for text in asked if text in vectors) or tuple(vectors)
            passages = tuple(text for text in vectors if text not in asked) if questions else ()
            entry = Entry(
                article_id,
                questions,
                _stack([vectors[text] for text in questions]),
                passages,
                _stack([vectors[text] for text in passages]),
            )
            self._entries[article_id] = entry
        return entry

    def _hit(self, ranked: Ranked) -> Hit:
        article, entry = self._articles[ranked.entry_id], self._entry(ranked.entry_id)
        text = (*entry.questions, *entry.passages)[ranked.matched]
        kind: Kind = "passage" if ranked.matched >= len(entry.questions) else "variant"
        if text == article.title:
            kind = "title"
        return Hit(
            article.id,
            article.title,
            ranked.probability,
            text,
            kind,
            article.text,
            article.language,
        )

    def _answers(self, ranking: Ranking) -> bool:
        found = [one.probability for one in ranking.ranked]
        return self._decider.decide(found).decision != "none"

    def _result(self, query: Query, read: _Reading, took_ms: float) -> SearchResult:
        ranked: Sequence[Ranked] = read.ranking.ranked if read.ranking else []
        verdict = self._decider.decide([item.probability for item in ranked])
        hits = tuple(self._hit(item) for item in ranked[: max(query.limit, verdict.choices)])
        return SearchResult(
            verdict.decision,
            verdict.score,
            verdict.target,
            hits,
            took_ms,
            answerable=read.ranking.answerable if read.ranking else 0.0,
            choices=tuple(hit.article_id for hit in hits[: verdict.choices]),
            language=read.language,
            understood_as=read.text if read.text != query.text else None,
            embedding=self._embedding(read.encoded) if query.embedding else None,
        )

    def _embedding(self, encoded: Encoded) -> Embedding:
        return Embedding(self._encoder.fingerprint, *map(_as_base64, encoded))


def _articles_of(passages: Sequence[tuple[Passage, float]]) -> list[str]:
    return list(dict.fromkeys(passage.article_id for passage, _ in passages))


def _as_base64(row: Vectors) -> str:
    return base64.b64encode(row.astype("<f2").tobytes()).decode()


def _stack(vectors: Sequence[Vectors]) -> Vectors:
    return np.stack(vectors) if vectors else np.empty((0, 0), np.float32)
