"""The index over passages: add and remove by article, search, copy, and change its kind."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import faiss
import numpy as np

from kb_index import index_kinds
from kb_index.encoder import Vectors
from kb_index.index_files import SavedArticle, read_files, write_files
from kb_index.index_kinds import EXACT_LIMIT, Numbers
from kb_index.passages import Passage

#: Vectors looked at in one go while loading.
BLOCK = 20_000


@dataclass(frozen=True, slots=True)
class _Entry:
    """What the index holds of one article; replaced as a whole, never changed."""

    searchable_hash: str
    numbers: tuple[int, ...]
    passages: tuple[Passage, ...]


@dataclass(frozen=True)
class Snapshot:
    """A copy of an index at one moment: any thread may write it or build another kind from it."""

    vectors: Any
    entries: dict[str, _Entry]
    meta: dict[str, Any]
    exact_limit: int
    #: How many vectors the index was last built with.
    built: int

    def write(self, folder: Path) -> None:
        """Save it in place of what the folder has; a crash at any point leaves one of the two.

        Raises:
            OSError: the folder cannot be written.
        """
        articles = (
            SavedArticle(article, entry.searchable_hash, entry.numbers, entry.passages)
            for article, entry in self.entries.items()
        )
        meta = {**self.meta, "dim": self.vectors.d, "built": self.built}
        write_files(folder, self.vectors, meta, articles)

    def rebuilt(self) -> Rebuilt:
        """Its vectors, without those that are gone, in an index of the kind that fits them."""
        living = {number for entry in self.entries.values() for number in entry.numbers}
        numbers = np.array(sorted(living), np.int64)
        vectors = index_kinds.vectors_of(self.vectors, numbers)
        return Rebuilt(index_kinds.build(numbers, vectors, self.exact_limit), living, len(living))


@dataclass(frozen=True)
class Rebuilt:
    """Vectors that may take the place of those they were made from; for one thread at a time."""

    vectors: Any
    numbers: set[int]
    built: int

    def catch_up(self, numbers: Numbers, vectors: Vectors) -> None:
        """Take in what the index had to add meanwhile."""
        if len(numbers):
            self.vectors.add_with_ids(vectors, numbers)
            self.numbers.update(numbers.tolist())


class PassageIndex:
    """Inner-product search over passages: exact if they are few, else in a graph.

    A vector has a number, and stands for all passages that have it. Not thread-safe: one thread
    owns it. Beyond `exact_limit` vectors it asks to be rebuilt.
    """

    def __init__(self, dim: int, exact_limit: int = EXACT_LIMIT) -> None:
        self._vectors = index_kinds.empty(dim)
        self._entries: dict[str, _Entry] = {}
        #: The passages that each living number stands for.
        self._passages: dict[int, list[Passage]] = {}
        #: The number of each vector by its key; in a graph of those gone too, which may return.
        self._known: dict[bytes, int] = {}
        self._numbers = itertools.count()
        self._size = self._built = 0
        self._exact_limit = exact_limit
        self.dim = dim

    def __len__(self) -> int:
        """How many passages are in it."""
        return self._size

    @property
    def articles(self) -> dict[str, str]:
        """The `searchable_hash` that each article in the index had when it was put there."""
        return {article: entry.searchable_hash for article, entry in self._entries.items()}

    @property
    def is_exact(self) -> bool:
        """Whether a search compares every passage."""
        return index_kinds.is_exact(self._vectors)

    @property
    def is_outgrown(self) -> bool:
        """Whether it should be rebuilt, as there are many more or fewer passages than before."""
        living = len(self._passages)
        return index_kinds.is_outgrown(self._vectors, living, self._built, self._exact_limit)

    def vectors_of(self, article_id: str) -> dict[str, Vectors]:
        """The vectors an article has now, by text: what need not be encoded again."""
        entry = self._entries.get(article_id)
        if entry is None:
            return {}
        rows = index_kinds.vectors_of(self._vectors, np.array(entry.numbers, np.int64))
        return {passage.text: row for passage, row in zip(entry.passages, rows, strict=True)}

    def put(
        self, article_id: str, searchable_hash: str, passages: Sequence[Passage], vectors: Vectors
    ) -> None:
        """Add an article, or replace all it had.

        Raises:
            ValueError: not one vector of this index's width for each passage.
        """
        if len(passages) and vectors.shape != (len(passages), self.dim):
            raise ValueError(f"{vectors.shape} vectors for {len(passages)} passages x {self.dim}")
        former = self._entries.get(article_id)
        entry = _Entry(searchable_hash, self._numbered(vectors), tuple(passages))
        self._hold(article_id, entry)
        if former:
            self._release(former)

    def drop(self, article_id: str) -> None:
        """Remove an article; nothing happens if it is not there."""
        if entry := self._entries.pop(article_id, None):
            self._release(entry)

    def search(self, vectors: Vectors, count: int) -> list[list[tuple[Passage, float]]]:
        """For each row up to `count` of the nearest passages with their cosine, best first."""
        if not self._passages:
            return [[] for _ in vectors]
        wanted = min(count, len(self._passages))
        return [
            list(itertools.islice(self._standing_for(found), count))
            for found in index_kinds.nearest(self._vectors, vectors, wanted, self._passages)
        ]

    def snapshot(self, meta: dict[str, Any]) -> Snapshot:
        """A copy for other threads, to be saved with `meta`; ten thousand articles take 20 ms."""
        vectors = faiss.clone_index(self._vectors)
        return Snapshot(vectors, dict(self._entries), meta, self._exact_limit, self._built)

    def lacking(self, rebuilt: Rebuilt) -> tuple[Numbers, Vectors]:
        """What was put since the snapshot that `rebuilt` was made from, and it has not got."""
        new = [number for number in self._passages if number not in rebuilt.numbers]
        numbers = np.array(new, np.int64)
        return numbers, index_kinds.vectors_of(self._vectors, numbers)

    def adopt(self, rebuilt: Rebuilt) -> None:
        """Go on with the rebuilt vectors, after what was put and dropped since the snapshot."""
        rebuilt.catch_up(*self.lacking(rebuilt))
        self._vectors, self._built = rebuilt.vectors, rebuilt.built
        self._known = {
            key: number for key, number in self._known.items() if number in rebuilt.numbers
        }
        self._forget(rebuilt.numbers.difference(self._passages))

    def rebuild(self) -> None:
        """Change to the kind that fits, here and now."""
        self.adopt(self.snapshot({}).rebuilt())

    @classmethod
    def load(
        cls, folder: Path, expected: dict[str, Any], exact_limit: int = EXACT_LIMIT
    ) -> PassageIndex:
        """Read a saved index whose metadata has all of `expected`.

        Raises:
            IndexUnusable: missing, damaged, of another format, or not as expected.
        """
        vectors, articles, meta = read_files(folder, expected)
        index = cls(vectors.d, exact_limit)
        index._vectors, index._built = vectors, meta["built"]
        for saved in articles:
            entry = _Entry(saved.searchable_hash, saved.numbers, saved.passages)
            index._hold(saved.article_id, entry)
        index._know(index_kinds.numbers_of(vectors))
        return index

    def _know(self, numbers: Numbers) -> None:
        for start in range(0, len(numbers), BLOCK):
            some = numbers[start : start + BLOCK]
            keys = index_kinds.keys_of(index_kinds.vectors_of(self._vectors, some))
            self._known.update(zip(keys, some.tolist(), strict=True))
        self._numbers = itertools.count(int(max(numbers, default=-1)) + 1)

    def _numbered(self, vectors: Vectors) -> tuple[int, ...]:
        """The numbers of vectors, which are added where they are new."""
        keys, new, rows = index_kinds.keys_of(vectors), dict[bytes, int](), []
        for row, key in enumerate(keys):
            if key not in self._known and key not in new:
                new[key] = next(self._numbers)
                rows.append(row)
        if new:
            self._vectors.add_with_ids(vectors[rows], np.array([*new.values()], np.int64))
            self._known.update(new)  # not before: a vector that could not be added is not known
        return tuple(self._known[key] for key in keys)

    def _hold(self, article_id: str, entry: _Entry) -> None:
        self._entries[article_id] = entry
        self._size += len(entry.numbers)
        for number, passage in zip(entry.numbers, entry.passages, strict=True):
            self._passages.setdefault(number, []).append(passage)

    def _release(self, entry: _Entry) -> None:
        self._size -= len(entry.numbers)
        gone = set()
        for number, passage in zip(entry.numbers, entry.passages, strict=True):
            self._passages[number].remove(passage)
            if not self._passages[number]:
                del self._passages[number]
                gone.add(number)
        self._forget(gone)

    def _forget(self, numbers: set[int]) -> None:
        """Remove vectors that stand for nothing, where that is possible."""
        if numbers and self.is_exact:
            gone = np.array(sorted(numbers), np.int64)
            keys = index_kinds.keys_of(index_kinds.vectors_of(self._vectors, gone))
            for key, number in zip(keys, gone.tolist(), strict=True):
                if self._known.get(key) == number:  # else it came back by another meanwhile
                    del self._known[key]
            self._vectors.remove_ids(gone)

    def _standing_for(self, found: index_kinds.Found) -> Iterator[tuple[Passage, float]]:
        return ((passage, score) for number, score in found for passage in self._passages[number])
