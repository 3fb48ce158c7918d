"""The FAISS index over passages: add and remove by article, search, save aside and swap."""

from __future__ import annotations

import hashlib
import itertools
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import faiss
import numpy as np

from kb_index.encoder import Vectors
from kb_index.errors import IndexUnusable
from kb_index.passages import SPLIT_VERSION, Passage

INDEX_FORMAT = 1
VECTORS_FILE, META_FILE = "passages.faiss", "index.json"


@dataclass
class _Entry:
    """What the index holds of one article."""

    searchable_hash: str
    passages: dict[int, Passage]


class PassageIndex:
    """Exact inner-product search over passages with ids. Not thread-safe: one thread owns it."""

    def __init__(self, dim: int) -> None:
        # Any: faiss's hints describe the C++ side, not what its Python wrapper takes.
        self._faiss: Any = faiss.IndexIDMap2(faiss.IndexFlatIP(dim))
        self._entries: dict[str, _Entry] = {}
        self._passages: dict[int, Passage] = {}
        self._ids = itertools.count()
        self.dim = dim

    def __len__(self) -> int:
        """How many passages are in it."""
        return len(self._passages)

    @property
    def articles(self) -> dict[str, str]:
        """The `searchable_hash` that each article in the index had when it was put there."""
        return {article: entry.searchable_hash for article, entry in self._entries.items()}

    def vectors_of(self, article_id: str) -> dict[str, Vectors]:
        """The vectors an article has now, by text: what need not be encoded again."""
        entry = self._entries.get(article_id)
        passages = entry.passages if entry else {}
        return {
            passage.text: self._faiss.reconstruct(number) for number, passage in passages.items()
        }

    def put(
        self, article_id: str, searchable_hash: str, passages: Sequence[Passage], vectors: Vectors
    ) -> None:
        """Add an article, or replace all it had."""
        self.drop(article_id)
        numbered = {next(self._ids): passage for passage in passages}
        if numbered:
            self._faiss.add_with_ids(vectors, np.fromiter(numbered, np.int64))
        self._passages.update(numbered)
        self._entries[article_id] = _Entry(searchable_hash, numbered)

    def drop(self, article_id: str) -> None:
        """Remove an article; nothing happens if it is not there."""
        entry = self._entries.pop(article_id, None)
        if entry and entry.passages:
            self._faiss.remove_ids(np.fromiter(entry.passages, np.int64))
            for number in entry.passages:
                del self._passages[number]

    def search(self, vectors: Vectors, count: int) -> list[list[tuple[Passage, float]]]:
        """For each row the `count` nearest passages with their cosine, best first."""
        if not self._passages:
            return [[] for _ in vectors]
        scores, numbers = self._faiss.search(vectors, min(count, len(self)))
        return [
            [(self._passages[number], score) for number, score in zip(*row, strict=True)]
            for row in zip(numbers.tolist(), scores.tolist(), strict=True)
        ]

    def snapshot(self, meta: dict[str, Any]) -> tuple[bytes, bytes]:
        """The vectors, and the JSON that belongs to them: `meta` and the passages."""
        vectors = faiss.serialize_index(self._faiss).tobytes()
        meta = {
            **meta,
            "format": [INDEX_FORMAT, SPLIT_VERSION],
            "dim": self.dim,
            "passages": len(self),
            "sha256": hashlib.sha256(vectors).hexdigest(),
            "articles": {
                article: [entry.searchable_hash]
                + [[number, item.kind, item.text] for number, item in entry.passages.items()]
                for article, entry in self._entries.items()
            },
        }
        return vectors, json.dumps(meta, ensure_ascii=False).encode()

    @classmethod
    def load(cls, folder: Path, expected: dict[str, Any]) -> PassageIndex:
        """Read a saved index whose metadata has all of `expected`.

        Raises:
            IndexUnusable: missing, damaged, of another format, or not as expected.
        """
        try:
            meta = json.loads((folder / META_FILE).read_bytes())
            vectors = (folder / VECTORS_FILE).read_bytes()
        except FileNotFoundError:
            raise IndexUnusable("there is none yet") from None
        except (OSError, ValueError, RecursionError) as error:
            raise IndexUnusable("its metadata is damaged") from error
        _check(meta, vectors, expected)
        try:
            return cls._restore(meta, vectors)
        except (KeyError, TypeError, ValueError, RuntimeError, AttributeError) as error:
            raise IndexUnusable("its contents are damaged") from error

    @classmethod
    def _restore(cls, meta: dict[str, Any], vectors: bytes) -> PassageIndex:
        index = cls(meta["dim"])
        index._faiss = faiss.deserialize_index(np.frombuffer(vectors, np.uint8))
        for article, (searchable_hash, *rows) in meta["articles"].items():
            passages = {number: Passage(article, kind, text) for number, kind, text in rows}
            index._entries[article] = _Entry(searchable_hash, passages)
            index._passages.update(passages)
        stored = set(faiss.vector_to_array(index._faiss.id_map).tolist())
        if stored != set(index._passages) or index._faiss.d != index.dim:
            raise ValueError("vectors and passages do not match")
        index._ids = itertools.count(max(stored, default=-1) + 1)
        return index


def write_snapshot(folder: Path, vectors: bytes, meta: bytes) -> None:
    """Write both files aside, then swap them in; a crash between is seen by the checksum."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in ((VECTORS_FILE, vectors), (META_FILE, meta)):
        draft = folder / f"{name}.new"
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(folder / name)


def _check(meta: Any, vectors: bytes, expected: dict[str, Any]) -> None:
    if not isinstance(meta, dict) or meta.get("format") != [INDEX_FORMAT, SPLIT_VERSION]:
        raise IndexUnusable("it is of another format")
    for name, value in expected.items():
        if meta.get(name) != value:
            raise IndexUnusable(f"it was made with {name} {meta.get(name)}, not {value}")
    if meta.get("sha256") != hashlib.sha256(vectors).hexdigest():
        raise IndexUnusable("its vectors are damaged")
