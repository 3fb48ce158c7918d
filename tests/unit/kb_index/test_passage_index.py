from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kb_index.errors import IndexUnusable
from kb_index.index import META_FILE, VECTORS_FILE, PassageIndex, write_snapshot
from kb_index.passages import Passage

EXPECTED = {"model": "m", "fingerprint": "f", "dim": 4}
EAST, NORTH = np.eye(4, dtype=np.float32)[:2]


def put(index: PassageIndex, article_id: str, *vectors: Any) -> None:
    passages = [Passage(article_id, "variant", f"{article_id} {n}") for n in range(len(vectors))]
    index.put(article_id, f"hash of {article_id}", passages, np.array(vectors, np.float32))


@pytest.fixture
def index() -> PassageIndex:
    index = PassageIndex(4)
    put(index, "east", EAST)
    put(index, "north", NORTH, (EAST + NORTH) / np.sqrt(2, dtype=np.float32))
    return index


@pytest.fixture
def folder(index: PassageIndex, tmp_path: Path) -> Path:
    write_snapshot(tmp_path, *index.snapshot({"model": "m", "fingerprint": "f"}))
    return tmp_path


def found(index: PassageIndex, vector: Any, count: int = 10) -> list[str]:
    (hits,) = index.search(np.array([vector], np.float32), count)
    return [passage.text for passage, _ in hits]


def test_the_nearest_passage_comes_first(index: PassageIndex) -> None:
    assert found(index, EAST) == ["east 0", "north 1", "north 0"]
    assert found(index, EAST, 1) == ["east 0"]


def test_putting_an_article_again_replaces_it(index: PassageIndex) -> None:
    put(index, "north", EAST)
    assert len(index) == 2
    assert sorted(found(index, EAST)) == ["east 0", "north 0"]


def test_a_dropped_article_is_gone_and_dropping_twice_is_harmless(index: PassageIndex) -> None:
    index.drop("north")
    index.drop("north")
    assert found(index, NORTH) == ["east 0"]


def test_an_empty_index_finds_nothing() -> None:
    assert found(PassageIndex(4), EAST) == []


def test_a_saved_index_comes_back_the_same_and_goes_on(index: PassageIndex, folder: Path) -> None:
    loaded = PassageIndex.load(folder, EXPECTED)
    assert found(loaded, EAST) == found(index, EAST)
    assert loaded.articles == index.articles
    put(loaded, "south", -NORTH)
    assert found(loaded, -NORTH)[0] == "south 0"
    assert len(loaded) == 4


def test_saving_leaves_no_draft_behind(folder: Path) -> None:
    assert {path.name for path in folder.iterdir()} == {META_FILE, VECTORS_FILE}


@pytest.mark.parametrize(
    "expected", [{"model": "other"}, {"fingerprint": "other weights"}, {"dim": 8}]
)
def test_an_index_of_another_model_is_refused(folder: Path, expected: dict[str, Any]) -> None:
    with pytest.raises(IndexUnusable):
        PassageIndex.load(folder, EXPECTED | expected)


def test_an_index_of_another_format_is_refused(folder: Path) -> None:
    meta = json.loads((folder / META_FILE).read_text())
    (folder / META_FILE).write_text(json.dumps(meta | {"format": [0, 0]}))
    with pytest.raises(IndexUnusable):
        PassageIndex.load(folder, EXPECTED)


@pytest.mark.parametrize("name", [META_FILE, VECTORS_FILE])
@pytest.mark.parametrize("damage", ["missing", "cut", "garbage", "empty"])
def test_a_damaged_file_is_refused(folder: Path, name: str, damage: str) -> None:
    path = folder / name
    content = path.read_bytes()
    if damage == "missing":
        path.unlink()
    else:
        damaged = {"cut": content[:-9], "garbage": b"\0\xff" * 99, "empty": b""}[damage]
        path.write_bytes(damaged)
    with pytest.raises(IndexUnusable):
        PassageIndex.load(folder, EXPECTED)


def test_a_single_changed_byte_of_a_vector_is_noticed(folder: Path) -> None:
    path = folder / VECTORS_FILE
    content = bytearray(path.read_bytes())
    content[content.index(EAST.tobytes())] ^= 1
    path.write_bytes(content)
    with pytest.raises(IndexUnusable, match="vectors are damaged"):
        PassageIndex.load(folder, EXPECTED)


@pytest.mark.parametrize(
    "articles", [{}, {"east": "nonsense"}, {"east": ["h", [77, "title", "x"]]}, []]
)
def test_passages_that_do_not_match_the_vectors_are_refused(folder: Path, articles: Any) -> None:
    meta = json.loads((folder / META_FILE).read_text())
    (folder / META_FILE).write_text(json.dumps(meta | {"articles": articles}))
    with pytest.raises(IndexUnusable):
        PassageIndex.load(folder, EXPECTED)
