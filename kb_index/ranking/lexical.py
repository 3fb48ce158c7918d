"""Which words a question shares with an entry, weighted by how much each word tells.

A term is the first five letters of a word (truncation as a stemmer: McNamee & Mayfield 2004).
Its weight is idf * (1 - cos(word, centre of the base)): "insurance" in an insurer's base tells
nothing about which entry is meant, however few titles hold it. Rows are hashed, so a new entry
never changes another one's row; document frequencies are kept by adding and taking away.
"""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.utils import murmurhash3_32

from kb_index.ranking.entries import Floats

TERM_LETTERS = 5
TERMS = 1 << 18
#: Postings read for one question: its commonest terms are left out beyond, rarest come first.
POSTINGS_READ = 20_000
_NO_TERM = TERMS - 1  # of a text without a word; never matches
_WORD = re.compile(r"\w+")

Terms = npt.NDArray[np.int64]


@dataclass(frozen=True)
class LexicalMatch:
    """How each candidate entry's words compare with the question's, 0..1.

    cosine: best cosine with one of its texts. text_cover: best share of a text's weight that the
    question has. question_cover: share of the question's weight that the entry has.
    unknown: share of the question's weight that no entry of the base has.
    """

    cosine: Floats
    text_cover: Floats
    question_cover: Floats
    unknown: float


def words(text: str) -> list[str]:
    """Lower-case words."""
    return _WORD.findall(text.lower())


def terms_of(text: str) -> Terms:
    """The distinct terms of a text as sorted hashes."""
    stems = {word[:TERM_LETTERS] for word in words(text)}
    return np.array(sorted({_hash(stem) for stem in stems}), np.int64)


@dataclass(frozen=True)
class _EntryTerms:
    """All texts' terms below each other, how many each text has, the distinct ones, its number."""

    terms: Terms
    lengths: Terms
    union: Terms
    number: int


@dataclass(frozen=True)
class _Sums:
    """Sums of weights.

    By text: shared with the question, and of all its terms, plain and squared; by entry: shared
    by its distinct terms, and where its texts start.
    """

    hit: Floats
    hit_squared: Floats
    whole: Floats
    whole_squared: Floats
    shared: Floats
    entry_starts: npt.NDArray[np.intp]


class LexicalIndex:
    """Terms of every entry's questions. Not thread-safe: one thread owns it."""

    def __init__(self) -> None:
        self._entries: dict[str, _EntryTerms] = {}
        self._frequency = np.zeros(TERMS, np.int32)
        self._domain = np.zeros(TERMS, np.float32)
        self._postings: dict[int, array[int]] = {}
        self._names: list[str | None] = []  # by number; None: dropped since

    def put(self, entry_id: str, questions: Sequence[str]) -> None:
        """Add an entry or replace it."""
        self.drop(entry_id)
        number = len(self._names)
        entry = _entry_terms(questions, number)
        self._entries[entry_id] = entry
        self._names.append(entry_id)
        self._frequency[entry.union] += 1
        for term in entry.union.tolist():
            self._postings.setdefault(term, array("i")).append(number)

    def drop(self, entry_id: str) -> None:
        """Forget an entry."""
        entry = self._entries.pop(entry_id, None)
        if entry is None:
            return
        self._frequency[entry.union] -= 1
        self._names[entry.number] = None
        if len(self._names) > 2 * len(self._entries) + 1000:
            self._renumber()

    def set_domain(self, closeness: Mapping[str, float]) -> None:
        """Say how close words are to what the whole base is about (cosine, by word)."""
        self._domain[:] = 0
        for word, cosine in closeness.items():
            term = _hash(word[:TERM_LETTERS])
            self._domain[term] = max(self._domain[term], min(cosine, 0.98))

    def nearest(self, text: str, limit: int) -> list[str]:
        """Entries sharing the most weight with the question, best first."""
        found = [term for term in terms_of(text).tolist() if term in self._postings]
        found.sort(key=lambda term: len(self._postings[term]))
        read = 0
        shared = np.zeros(len(self._names))
        for term in found:
            posting = np.frombuffer(self._postings[term], np.int32)
            read += len(posting)
            if read > POSTINGS_READ and read > len(posting):
                break
            shared[posting] += self._weights(np.array([term]))[0]
        some = np.argpartition(-shared, limit)[: 4 * limit] if len(shared) > 4 * limit else ...
        rows = np.arange(len(shared))[some]
        names = [
            (shared[row], self._names[row])
            for row in rows[np.argsort(-shared[rows], kind="stable")]
        ]
        return [name for weight, name in names if name is not None and weight > 0][:limit]

    def match(self, text: str, candidates: Sequence[str]) -> LexicalMatch:
        """Compare a question with each candidate."""
        terms = terms_of(text)
        weights = self._weights(terms)
        total = float(weights.sum()) + 1e-9
        length = float(np.linalg.norm(weights)) + 1e-9
        found = self._sums(candidates, terms)
        cosine = np.sqrt(found.whole_squared) * length + 1e-9
        best = np.maximum.reduceat(
            np.column_stack([found.hit_squared / cosine, found.hit / (found.whole + 1e-9)]),
            found.entry_starts,
        )
        unknown = float(weights[self._frequency[terms] == 0].sum()) / total
        return LexicalMatch(best[:, 0], best[:, 1], found.shared / total, unknown)

    def _sums(self, candidates: Sequence[str], terms: Terms) -> _Sums:
        entries = [self._entries[name] for name in candidates]
        flat = np.concatenate([entry.terms for entry in entries])
        lengths = np.concatenate([entry.lengths for entry in entries])
        starts = np.cumsum(lengths) - lengths
        weight = self._weights(flat)
        hit = weight * _among(flat, terms)
        sums = np.add.reduceat(np.column_stack([hit, hit**2, weight, weight**2]), starts)
        unions = np.concatenate([entry.union for entry in entries])
        sizes = np.array([len(entry.union) for entry in entries])
        shared = self._weights(unions) * _among(unions, terms)
        texts = np.array([len(entry.lengths) for entry in entries])
        hits, squares, wholes, whole_squares = sums.T
        return _Sums(
            hits,
            squares,
            wholes,
            whole_squares,
            np.add.reduceat(shared, np.cumsum(sizes) - sizes),
            np.cumsum(texts) - texts,
        )

    def _weights(self, terms: Terms) -> Floats:
        idf = np.log((len(self._entries) + 1) / (self._frequency[terms] + 0.5))
        return np.asarray(np.maximum(idf, 0.05) * (1.0 - self._domain[terms]), np.float64)

    def _renumber(self) -> None:
        """Leave out the numbers of dropped entries; their share of all is bounded, so is this."""
        entries, self._entries = self._entries, {}
        self._postings, self._names = {}, []
        for entry_id, entry in entries.items():
            number = len(self._names)
            self._entries[entry_id] = _EntryTerms(entry.terms, entry.lengths, entry.union, number)
            self._names.append(entry_id)
            for term in entry.union.tolist():
                self._postings.setdefault(term, array("i")).append(number)


def commonest_words(texts: Iterable[str], limit: int) -> list[str]:
    """The words that occur most, sorted: what `set_domain` needs the closeness of."""
    counts = Counter(word for text in texts for word in set(words(text)))
    return sorted(word for word, _ in counts.most_common(limit))


def _hash(stem: str) -> int:
    return int(murmurhash3_32(stem, positive=True)) % _NO_TERM


def _among(terms: Terms, known: Terms) -> npt.NDArray[np.bool_]:
    """Which of `terms` are in the sorted `known`."""
    if not len(known):
        return np.zeros(len(terms), bool)
    places = np.minimum(np.searchsorted(known, terms), len(known) - 1)
    return np.asarray(known[places] == terms, np.bool_)


def _entry_terms(questions: Sequence[str], number: int) -> _EntryTerms:
    wordless = np.array([_NO_TERM], np.int64)
    texts = [terms if len(terms := terms_of(text)) else wordless for text in questions]
    lengths = np.array([len(text) for text in texts], np.int64)
    flat = np.concatenate(texts)
    return _EntryTerms(flat, lengths, np.unique(flat), number)
