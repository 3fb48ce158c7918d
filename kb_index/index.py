"""The index over passages: add and remove by article, search, copy, and change its kind."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import faiss
import numpy as np

from kb_index import index_kinds
from kb_index.encoder import Vectors
from kb_index.index_files import SavedArticle, read_files, write_files
from kb_index.index_kinds import EXACT_LIMIT
from kb_index.passages import Passage


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

    def write(self, folder: Path) -> None:
        """Save it in place of what the folder has; a crash at any point leaves one of the two.

        Raises:
            OSError: the folder cannot be written.
        """
        articles = (
            SavedArticle(article, entry.searchable_hash, entry.numbers, entry.passages)
            for article, entry in self.entries.items()
        )
        meta = {**self.meta, "dim": self.vectors.d, "passages": self.vectors.ntotal}
        write_files(folder, self.vectors, meta, articles)

    def rebuilt(self) -> Snapshot:
        """The same, with the vectors in an index of the kind that fits their number."""
        numbers, vectors = index_kinds.contents(self.vectors)
        return replace(self, vectors=index_kinds.build(numbers, vectors, self.exact_limit))


class PassageIndex:
    """Inner-product search over passages: exact if they are few, else in the nearest cells.

    Not thread-safe: one thread owns it. Beyond `exact_limit` passages it asks to be rebuilt.
    """

    def __init__(self, dim: int, exact_limit: int = EXACT_LIMIT) -> None:
        self._vectors = index_kinds.empty(dim)
        self._entries: dict[str, _Entry] = {}
        self._passages: dict[int, Passage] = {}
        self._numbers = itertools.count()
        self._exact_limit = exact_limit
        self.dim = dim

    def __len__(self) -> int:
        """How many passages are in it."""
        return len(self._passages)

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
        return index_kinds.is_outgrown(self._vectors, self._exact_limit)

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
        self.drop(article_id)
        numbers = tuple(itertools.islice(self._numbers, len(passages)))
        if numbers:
            self._vectors.add_with_ids(vectors, np.array(numbers, np.int64))
        self._passages.update(zip(numbers, passages, strict=True))
        self._entries[article_id] = _Entry(searchable_hash, numbers, tuple(passages))

    def drop(self, article_id: str) -> None:
        """Remove an article; nothing happens if it is not there."""
        entry = self._entries.pop(article_id, None)
        if entry and entry.numbers:
            self._vectors.remove_ids(np.array(entry.numbers, np.int64))
            for number in entry.numbers:
                del self._passages[number]

    def search(self, vectors: Vectors, count: int) -> list[list[tuple[Passage, float]]]:
        """For each row up to `count` of the nearest passages with their cosine, best first."""
        if not self._passages:
            return [[] for _ in vectors]
        scores, numbers = self._vectors.search(vectors, min(count, len(self)))
        return [
            [
                (self._passages[number], score)
                for number, score in zip(*row, strict=True)
                if number >= 0  # fewer than asked for were in the cells looked into
            ]
            for row in zip(numbers.tolist(), scores.tolist(), strict=True)
        ]

    def snapshot(self, meta: dict[str, Any]) -> Snapshot:
        """A copy for other threads, to be saved with `meta`; ten thousand articles take 20 ms."""
        vectors = faiss.clone_index(self._vectors)
        return Snapshot(vectors, dict(self._entries), meta, self._exact_limit)

    def adopt(self, rebuilt: Snapshot) -> None:
        """Go on with the rebuilt vectors, after what was put and dropped since the snapshot."""
        vectors = rebuilt.vectors
        if gone := _numbers_of(rebuilt.entries, self._entries):
            vectors.remove_ids(np.array(gone, np.int64))
        if new := _numbers_of(self._entries, rebuilt.entries):
            numbers = np.array(new, np.int64)
            vectors.add_with_ids(index_kinds.vectors_of(self._vectors, numbers), numbers)
        self._vectors = vectors

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
        vectors, articles = read_files(folder, expected)
        index = cls(vectors.d, exact_limit)
        index._vectors = vectors
        index._take(articles)
        return index

    def _take(self, articles: Iterable[SavedArticle]) -> None:
        for saved in articles:
            entry = _Entry(saved.searchable_hash, saved.numbers, saved.passages)
            self._entries[saved.article_id] = entry
            self._passages.update(zip(entry.numbers, entry.passages, strict=True))
        self._numbers = itertools.count(max(self._passages, default=-1) + 1)


def _numbers_of(entries: dict[str, _Entry], others: dict[str, _Entry]) -> list[int]:
    """The numbers in `entries` that are not in `others`."""
    return [
        number
        for article, entry in entries.items()
        if others.get(article) is not entry
        for number in entry.numbers
    ]
