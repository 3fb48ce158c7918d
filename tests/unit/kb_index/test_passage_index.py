from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from index_forgery import forge, forge_head

from kb_index.errors import IndexUnusable
from kb_index.index import PassageIndex
from kb_index.index_files import META_FILE
from kb_index.passages import Passage

EXPECTED = {"model": "m", "fingerprint": "f", "dim": 4}
EAST, NORTH = np.eye(4, dtype=np.float32)[:2]


def put(index: PassageIndex, article_id: str, *vectors: Any) -> None:
    passages = [Passage(article_id, "variant", f"{article_id} {n}") for n in range(len(vectors))]
    index.put(article_id, f"hash of {article_id}", passages, np.array(vectors, np.float32))


@pytest.fixture(params=["exact", "graph"])
def index(request: pytest.FixtureRequest) -> PassageIndex:
    exact = request.param == "exact"
    index = PassageIndex(4, exact_limit=100 if exact else 1)
    put(index, "east", EAST)
    put(index, "north", NORTH, (EAST + NORTH) / np.sqrt(2, dtype=np.float32))
    index.rebuild()
    assert index.is_exact == exact
    return index


@pytest.fixture
def folder(index: PassageIndex, tmp_path: Path) -> Path:
    save(index, tmp_path)
    return tmp_path


def save(index: PassageIndex, folder: Path) -> None:
    index.snapshot({"model": "m", "fingerprint": "f"}).write(folder)


def vectors_file(folder: Path) -> Path:
    (path,) = folder.glob("*.faiss")
    return path


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


def test_saving_leaves_nothing_but_the_latest(index: PassageIndex, folder: Path) -> None:
    index.drop("east")
    save(index, folder)
    assert {path.name for path in folder.iterdir()} == {META_FILE, vectors_file(folder).name}
    assert found(PassageIndex.load(folder, EXPECTED), EAST) == found(index, EAST)


def test_a_snapshot_stays_as_it_was(index: PassageIndex, tmp_path: Path) -> None:
    snapshot = index.snapshot({"model": "m", "fingerprint": "f"})
    index.drop("north")
    put(index, "south", -NORTH)
    snapshot.write(tmp_path)
    assert set(PassageIndex.load(tmp_path, EXPECTED).articles) == {"east", "north"}


@pytest.mark.parametrize(
    "expected", [{"model": "other"}, {"fingerprint": "other weights"}, {"dim": 8}]
)
def test_an_index_of_another_model_is_refused(folder: Path, expected: dict[str, Any]) -> None:
    with pytest.raises(IndexUnusable, match="it was made with"):
        PassageIndex.load(folder, EXPECTED | expected)


def test_an_index_of_another_format_is_refused(folder: Path) -> None:
    forge_head(folder / META_FILE, {"format": [0, 0]})
    with pytest.raises(IndexUnusable, match="another format"):
        PassageIndex.load(folder, EXPECTED)


@pytest.mark.parametrize("vectors", [True, False])
@pytest.mark.parametrize("damage", ["missing", "cut", "garbage", "empty"])
def test_a_damaged_file_is_refused(folder: Path, vectors: bool, damage: str) -> None:
    path = vectors_file(folder) if vectors else folder / META_FILE
    content = path.read_bytes()
    if damage == "missing":
        path.unlink()
    else:
        damaged = {"cut": content[:-9], "garbage": b"\0\xff" * 99, "empty": b""}[damage]
        path.write_bytes(damaged)
    with pytest.raises(IndexUnusable):
        PassageIndex.load(folder, EXPECTED)


@pytest.mark.parametrize("vectors", [True, False])
def test_a_single_changed_byte_is_noticed(folder: Path, vectors: bool) -> None:
    path = vectors_file(folder) if vectors else folder / META_FILE
    content = bytearray(path.read_bytes())
    for place in range(0, len(content), max(1, len(content) // 40)):
        content[place] ^= 1
        path.write_bytes(content)
        with pytest.raises(IndexUnusable):
            PassageIndex.load(folder, EXPECTED)
        content[place] ^= 1
    path.write_bytes(content)
    PassageIndex.load(folder, EXPECTED)


@pytest.mark.parametrize(
    "rows",
    [
        ["[]"],
        ['"nonsense"'],
        ["7"],
        ['["east", "h", [77, "title", "x"]]'],
        ['["east", "h", ["0", "title", "x"]]'],
        ['["east", "h", [0, "title", "x"], [1, "t", "y"], [2, "t", "z"], [3, "t", "z"]]'],
    ],
)
def test_passages_that_do_not_match_the_vectors_are_refused(folder: Path, rows: list[str]) -> None:
    forge(folder / META_FILE, lambda lines: [lines[0], *rows])
    with pytest.raises(IndexUnusable, match="contents are damaged"):
        PassageIndex.load(folder, EXPECTED)


def test_vectors_that_no_passage_has_are_refused_but_in_a_graph(
    index: PassageIndex, folder: Path
) -> None:
    forge(folder / META_FILE, lambda lines: lines[:2])
    if index.is_exact:
        with pytest.raises(IndexUnusable, match="contents are damaged"):
            PassageIndex.load(folder, EXPECTED)
    else:
        assert found(PassageIndex.load(folder, EXPECTED), NORTH) == ["east 0"]


def test_an_index_that_does_not_say_what_it_was_built_with_is_refused(folder: Path) -> None:
    forge_head(folder / META_FILE, {"built": None})
    with pytest.raises(IndexUnusable, match="contents are damaged"):
        PassageIndex.load(folder, EXPECTED)


def test_an_article_that_was_dropped_before_saving_can_be_put_again(
    index: PassageIndex, tmp_path: Path
) -> None:
    index.drop("north")
    save(index, tmp_path)
    loaded = PassageIndex.load(tmp_path, EXPECTED)
    assert found(loaded, NORTH) == ["east 0"]
    put(loaded, "north", NORTH)
    put(loaded, "up", (NORTH - EAST) / np.sqrt(2, dtype=np.float32))
    assert found(loaded, NORTH) == ["north 0", "up 0", "east 0"]


@pytest.mark.parametrize("shape", [(1, 8), (2, 4), (0, 0), (4,)])
def test_vectors_of_another_shape_are_refused_and_nothing_changes(
    index: PassageIndex, shape: tuple[int, ...]
) -> None:
    with pytest.raises(ValueError, match="vectors for 1 passages x 4"):
        index.put("east", "h", [Passage("east", "title", "x")], np.zeros(shape, np.float32))
    assert found(index, EAST, 1) == ["east 0"]


def test_a_put_that_fails_changes_nothing_and_may_be_tried_again(
    index: PassageIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as failing:

        def refuse(*_: object) -> None:
            raise MemoryError

        failing.setattr(index._vectors, "add_with_ids", refuse)
        with pytest.raises(MemoryError):
            put(index, "west", -EAST)
    assert "west" not in index.articles
    put(index, "west", -EAST)
    assert index.search(-EAST[None], 1)[0][0][0].article_id == "west"
    index.rebuild()
    assert index.search(-EAST[None], 1)[0][0][0].article_id == "west"
