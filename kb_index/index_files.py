"""The saved index: a file of vectors, and one of JSON lines that names it and its passages.

`index.jsonl`: a line of metadata, a line for each article, and a line with the checksum of all
before it. Only this file is swapped. It names the vectors' file by their checksum, so that a
crash at any point leaves the former pair whole.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import faiss

from kb_index import index_kinds
from kb_index.errors import IndexUnusable
from kb_index.model_files import file_sha256
from kb_index.passages import SPLIT_VERSION, Passage

INDEX_FORMAT = 3
META_FILE, DRAFT_ENDING = "index.jsonl", ".new"
#: Articles written in one go; between two, other threads get their turn.
LINES = 100


@dataclass(frozen=True, slots=True)
class SavedArticle:
    """One article of a saved index, with the numbers of its passages' vectors."""

    article_id: str
    searchable_hash: str
    numbers: tuple[int, ...]
    passages: tuple[Passage, ...]


def write_files(
    folder: Path, vectors: Any, meta: dict[str, Any], articles: Iterable[SavedArticle]
) -> None:
    """Write both files aside, then swap them in.

    Raises:
        OSError: the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f"passages{DRAFT_ENDING}"
    _write_vectors(vectors, draft)
    checksum = file_sha256(draft)
    name = f"passages-{checksum[:16]}.faiss"
    draft.replace(folder / name)
    head = {**meta, "format": [INDEX_FORMAT, SPLIT_VERSION], "file": name, "sha256": checksum}
    draft = folder / f"{META_FILE}{DRAFT_ENDING}"
    _write_lines(draft, itertools.chain([head], map(_row, articles)))
    draft.replace(folder / META_FILE)
    _sync(folder)
    for other in folder.glob("passages*"):
        if other.name != name:
            other.unlink()


def read_files(
    folder: Path, expected: dict[str, Any]
) -> tuple[Any, list[SavedArticle], dict[str, Any]]:
    """Read a saved index whose metadata has all of `expected`: vectors, articles, metadata.

    Raises:
        IndexUnusable: missing, damaged, of another format, or not as expected.
    """
    try:
        head, rows = _read_lines(folder / META_FILE)
        _check(head, expected)
        vectors = _read_vectors(folder / head["file"], head["sha256"])
        articles = [_article(row) for row in rows]
        _check_contents(vectors, articles, head)
    except FileNotFoundError:
        raise IndexUnusable("there is none yet") from None
    except (OSError, ValueError, KeyError, TypeError, RuntimeError, RecursionError) as error:
        raise IndexUnusable("its contents are damaged") from error
    return vectors, articles, head


def _write_vectors(vectors: Any, path: Path) -> None:
    try:
        faiss.write_index(vectors, str(path))
    except RuntimeError as error:  # faiss has no error of its own for a full or read-only disk
        raise OSError(None, "vectors cannot be written", str(path)) from error
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _write_lines(path: Path, rows: Iterable[Any]) -> None:
    checksum = hashlib.sha256()
    lines = iter(rows)
    with path.open("wb") as file:
        while some := list(itertools.islice(lines, LINES)):
            block = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in some)
            checksum.update(block.encode())
            file.write(block.encode())
        file.write(json.dumps({"sha256": checksum.hexdigest()}).encode())
        file.flush()
        os.fsync(file.fileno())


def _read_lines(path: Path) -> tuple[dict[str, Any], Iterator[Any]]:
    content, _, last = path.read_bytes().rpartition(b"\n")
    if json.loads(last)["sha256"] != hashlib.sha256(content + b"\n").hexdigest():
        raise ValueError("the checksum is wrong")
    lines = content.split(b"\n")
    head = json.loads(lines[0])
    if not isinstance(head, dict):
        raise ValueError("the metadata is not an object")
    return head, map(json.loads, lines[1:])


def _read_vectors(path: Path, checksum: str) -> Any:
    if file_sha256(path) != checksum:
        raise ValueError("the vectors' checksum is wrong")
    return faiss.read_index(str(path))


def _row(article: SavedArticle) -> list[Any]:
    pairs = zip(article.numbers, article.passages, strict=True)
    return [article.article_id, article.searchable_hash] + [
        [number, passage.kind, passage.text] for number, passage in pairs
    ]


def _article(row: Sequence[Any]) -> SavedArticle:
    name, searchable_hash, *rows = row
    return SavedArticle(
        name,
        searchable_hash,
        tuple(number for number, _, _ in rows),
        tuple(Passage(name, kind, text) for _, kind, text in rows),
    )


def _check(head: dict[str, Any], expected: dict[str, Any]) -> None:
    if head.get("format") != [INDEX_FORMAT, SPLIT_VERSION]:
        raise IndexUnusable("it is of another format")
    for name, value in expected.items():
        if head.get(name) != value:
            raise IndexUnusable(f"it was made with {name} {head.get(name)}, not {value}")


def _check_contents(vectors: Any, articles: Sequence[SavedArticle], head: dict[str, Any]) -> None:
    named = {number for article in articles for number in article.numbers}
    stored = set(index_kinds.numbers_of(vectors).tolist())
    # A graph keeps vectors that no passage has any more.
    matching = named == stored if index_kinds.is_exact(vectors) else named <= stored
    if not matching or vectors.d != head["dim"] or not isinstance(head["built"], int):
        raise ValueError("vectors and passages do not match")


def _sync(folder: Path) -> None:
    """Make the swap last through a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
