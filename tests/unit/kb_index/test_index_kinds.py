"""Change of kind by size, and both kinds against a naive model."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from kb_index import index_kinds
from kb_index.encoder import Vectors
from kb_index.index import PassageIndex
from kb_index.passages import Passage

DIM = 8


def near(seed: int, count: int) -> Vectors:
    """Vectors in eight clusters."""
    chance = np.random.default_rng(seed)
    rows = np.eye(DIM)[chance.integers(0, DIM, count)] + chance.normal(0, 0.2, (count, DIM))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def fill(index: PassageIndex, count: int, start: int = 0) -> None:
    for name, vector in zip(range(start, start + count), near(start, count), strict=True):
        index.put(f"a{name}", "h", [Passage(f"a{name}", "title", f"t{name}")], vector[None])


def test_a_base_that_grows_changes_its_kind_and_back_when_it_shrinks() -> None:
    index = PassageIndex(DIM, exact_limit=100)
    fill(index, 100)
    assert not index.is_outgrown
    fill(index, 1, start=100)
    assert index.is_outgrown
    index.rebuild()
    assert not index.is_exact
    for name in range(50):
        index.drop(f"a{name}")
    assert not index.is_outgrown
    for name in range(50, 60):
        index.drop(f"a{name}")
    assert index.is_outgrown
    index.rebuild()
    assert index.is_exact
    assert len(index) == 41


def test_cells_are_made_anew_when_there_are_twice_as_many_vectors() -> None:
    index = PassageIndex(DIM, exact_limit=100)
    fill(index, 150)
    index.rebuild()
    fill(index, 130, start=150)
    assert not index.is_outgrown
    fill(index, 30, start=280)
    assert index.is_outgrown
    index.rebuild()
    assert not index.is_outgrown


def test_what_changed_while_it_was_rebuilt_is_taken_over() -> None:
    index = PassageIndex(DIM, exact_limit=100)
    fill(index, 200)
    snapshot = index.snapshot({})
    index.drop("a0")
    moved, new = near(7, 2)
    index.put("a1", "h2", [Passage("a1", "title", "moved")], moved[None])
    index.put("new", "h", [Passage("new", "title", "new")], new[None])
    index.adopt(snapshot.rebuilt())
    assert not index.is_exact
    rows = index.search(np.stack([moved, new, near(0, 1)[0]]), 200)
    assert [row[0][0].text for row in rows[:2]] == ["moved", "new"]
    assert {passage.text for row in rows for passage, _ in row}.isdisjoint({"t0", "t1"})
    assert len(index) == 200


def test_nine_in_ten_of_the_nearest_are_found_in_cells() -> None:
    index, exact = PassageIndex(DIM, exact_limit=100), PassageIndex(DIM)
    fill(index, 3000)
    fill(exact, 3000)
    index.rebuild()
    questions = near(99, 50)
    pairs = zip(index.search(questions, 10), exact.search(questions, 10), strict=True)
    shares = [len({p for p, _ in some} & {p for p, _ in every}) / 10 for some, every in pairs]
    assert np.mean(shares) > 0.9


@pytest.mark.parametrize("count", [1, 2, 101])
def test_equal_vectors_can_be_put_into_cells(count: int) -> None:
    vectors = np.tile(near(1, 1), (count, 1))
    index = index_kinds.build(np.arange(count), vectors, exact_limit=0)
    scores, _ = index.search(vectors[:1], count)
    np.testing.assert_allclose(scores, 1, atol=1e-3)


class IndexAgainstModel(RuleBasedStateMachine):
    """Any order of writes, rebuilds and restarts; the model is a dictionary."""

    names = st.sampled_from([f"a{n}" for n in range(6)])
    seeds = st.integers(0, 30)

    @initialize(limit=st.sampled_from([1000, 8, 0]))
    def start(self, limit: int) -> None:
        self.limit = limit
        self.index = PassageIndex(DIM, exact_limit=limit)
        self.model: dict[str, Vectors] = {}
        self.snapshot = self.index.snapshot({})

    @rule(name=names, seed=seeds, count=st.integers(0, 5))
    def put(self, name: str, seed: int, count: int) -> None:
        vectors = near(seed, count)
        passages = [Passage(name, "variant", f"{name} {seed} {n}") for n in range(count)]
        self.index.put(name, f"{seed} {count}", passages, vectors)
        self.model[name] = vectors

    @rule(name=names)
    def drop(self, name: str) -> None:
        self.index.drop(name)
        self.model.pop(name, None)

    @rule()
    def take_a_snapshot(self) -> None:
        self.snapshot = self.index.snapshot({})

    @rule()
    def rebuild_from_the_snapshot(self) -> None:
        self.index.adopt(self.snapshot.rebuilt())
        self.snapshot = self.index.snapshot({})

    @rule()
    def save_and_load(self) -> None:
        with TemporaryDirectory() as folder:
            self.index.snapshot({"model": "m"}).write(Path(folder))
            self.index = PassageIndex.load(Path(folder), {"model": "m"}, self.limit)
        self.snapshot = self.index.snapshot({})

    @rule(seed=seeds, count=st.integers(1, 40))
    def search(self, seed: int, count: int) -> None:
        question = near(seed, 1)
        (hits,) = self.index.search(question, count)
        scores = [score for _, score in hits]
        assert scores == sorted(scores, reverse=True)
        assert len({id(passage) for passage, _ in hits}) == len(hits) <= count
        for passage, score in hits:
            stored = self.index.vectors_of(passage.article_id)[passage.text]
            assert score == pytest.approx(float(question[0] @ stored), abs=2e-3)
        if self.index.is_exact:
            every = np.concatenate([np.empty((0, DIM)), *self.model.values()]) @ question[0]
            np.testing.assert_allclose(scores, sorted(every, reverse=True)[:count], atol=2e-3)

    @invariant()
    def holds_what_the_model_holds(self) -> None:
        if not hasattr(self, "model"):
            return
        assert set(self.index.articles) == set(self.model)
        assert len(self.index) == sum(len(vectors) for vectors in self.model.values())
        for name, vectors in self.model.items():
            stored = list(self.index.vectors_of(name).values())
            np.testing.assert_allclose(np.reshape(stored, (-1, DIM)), vectors, atol=2e-3)

    @invariant()
    def each_passage_is_found_by_its_own_vector(self) -> None:
        for name, vectors in getattr(self, "model", {}).items():
            for (best, *_), vector in zip(self.index.search(vectors, 1), vectors, strict=True):
                assert best[1] == pytest.approx(float(vector @ vector), abs=2e-3), name


TestIndexAgainstModel = IndexAgainstModel.TestCase
TestIndexAgainstModel.settings = settings(max_examples=40, stateful_step_count=20, deadline=None)
