"""Change of kind by size, and both kinds against a naive model."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from kb_index import index_kinds
from kb_index.encoder import Vectors
from kb_index.index import PassageIndex, Rebuilt
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


def graph_of(count: int) -> PassageIndex:
    index = PassageIndex(DIM, exact_limit=100)
    fill(index, count)
    index.rebuild()
    assert not index.is_exact
    return index


def put_all(index: PassageIndex, name: str, vectors: Vectors) -> None:
    passages = [Passage(name, "variant", f"{name} {n}") for n in range(len(vectors))]
    index.put(name, "h", passages, vectors)


def share_found(index: PassageIndex, exact: PassageIndex, count: int) -> float:
    questions = near(99, 50)
    pairs = zip(index.search(questions, count), exact.search(questions, count), strict=True)
    shares = [len({p for p, _ in some} & {p for p, _ in every}) / count for some, every in pairs]
    return float(np.mean(shares))


def test_a_base_that_grows_changes_its_kind_and_back_when_it_shrinks() -> None:
    index = PassageIndex(DIM, exact_limit=100)
    fill(index, 100)
    assert not index.is_outgrown
    fill(index, 1, start=100)
    assert index.is_outgrown
    index.rebuild()
    assert not index.is_exact
    for name in range(25):
        index.drop(f"a{name}")
    assert not index.is_outgrown
    index.drop("a25")
    assert index.is_outgrown
    index.rebuild()
    assert index.is_exact
    assert not index.is_outgrown
    assert len(index) == 75


def test_a_graph_is_made_anew_when_a_quarter_was_added() -> None:
    index = PassageIndex(DIM, exact_limit=100)
    fill(index, 160)
    index.rebuild()
    fill(index, 40, start=160)
    assert not index.is_outgrown
    fill(index, 1, start=200)
    assert index.is_outgrown
    index.rebuild()
    assert not index.is_outgrown


def test_a_graph_made_anew_is_without_what_is_gone() -> None:
    index = graph_of(400)
    for name in range(150):
        index.drop(f"a{name}")
    index.rebuild()
    assert not index.is_exact
    assert not index.is_outgrown
    assert len(index.search(near(1, 1), 400)[0]) == 250


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


def test_a_rebuilt_index_catches_up_in_its_own_time() -> None:
    index = PassageIndex(DIM, exact_limit=100)
    fill(index, 200)
    rebuilt = index.snapshot({}).rebuilt()
    fill(index, 150, start=200)
    rebuilt.catch_up(*index.lacking(rebuilt))
    numbers, vectors = index.lacking(rebuilt)
    assert len(numbers) == len(vectors) == 0
    index.drop("a0")
    index.adopt(rebuilt)
    assert len(index.search(near(1, 1), 350)[0]) == 349


@pytest.mark.parametrize("limit", [0, 10, 100])
def test_an_article_that_goes_and_comes_back_during_a_rebuild_can_go_again(limit: int) -> None:
    index, vectors = PassageIndex(DIM, exact_limit=limit), near(11, 20)
    put_all(index, "a", vectors)
    rebuilt = index.snapshot({}).rebuilt()
    index.drop("a")
    put_all(index, "a", vectors)
    index.adopt(rebuilt)
    assert len(index.search(vectors[:1], 40)[0]) == 20
    index.drop("a")
    put_all(index, "b", vectors[:1])
    assert [passage.article_id for passage, _ in index.search(vectors[:1], 40)[0]] == ["b"]


def test_a_graph_finds_what_an_exact_index_does() -> None:
    index, exact = graph_of(3000), PassageIndex(DIM)
    fill(exact, 3000)
    assert share_found(index, exact, 10) > 0.99


def test_a_graph_finds_as_much_when_more_is_wanted_than_it_looks_at() -> None:
    vectors = np.random.default_rng(3).normal(size=(15_000, 32)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    index = index_kinds.build(np.arange(len(vectors)), vectors, exact_limit=0)
    wanted = 300
    assert index_kinds.looked_at(index) < wanted <= len(vectors) * index_kinds.LARGEST_SHARE
    question = vectors[:1]
    (found,) = index_kinds.nearest(index, question, wanted, range(len(vectors)))
    exact = np.argsort(-(vectors @ question[0]))[:wanted]
    assert len({number for number, _ in found} & set(exact.tolist())) > 0.98 * wanted


@pytest.mark.parametrize("wanted", [10, 40])
def test_the_others_are_found_after_all_that_was_near_is_gone(wanted: int) -> None:
    question = near(5, 1)
    index, exact = graph_of(4000), PassageIndex(DIM)
    fill(exact, 4000)
    close = question + np.random.default_rng(6).normal(0, 0.01, (1200, DIM)).astype(np.float32)
    put_all(index, "wide", close)
    assert {passage.article_id for passage, _ in index.search(question, wanted)[0]} == {"wide"}
    index.drop("wide")
    assert not index.is_outgrown
    (found,), (others,) = index.search(question, wanted), exact.search(question, wanted)
    assert len(found) == wanted
    assert len({p for p, _ in found} & {p for p, _ in others}) >= 0.9 * wanted


def test_a_text_that_very_many_articles_have_hides_no_other() -> None:
    index, exact = PassageIndex(DIM, exact_limit=100), PassageIndex(DIM)
    common = near(8, 3)
    for some in (index, exact):
        fill(some, 1500)
        for name in range(1500):
            put_all(some, f"more {name}", common[name % 3 : name % 3 + 1])
    index.rebuild()
    assert len(index) == 3000
    for name, own in zip(range(1500), near(0, 1500), strict=True):
        (best, *_) = index.search(own[None], 1)[0]
        assert best[1] == pytest.approx(1, abs=2e-3), name
    (found,) = index.search(common[:1], 600)
    assert [score for _, score in found[:500]] == pytest.approx([1] * 500, abs=2e-3)
    assert len({passage.article_id for passage, _ in found}) == 600


def test_equal_texts_are_told_apart_when_one_of_them_goes() -> None:
    index, shared = graph_of(200), near(9, 1)
    put_all(index, "one", shared)
    put_all(index, "other", shared)
    index.drop("one")
    assert index.search(shared, 1)[0][0][0].article_id == "other"
    index.drop("other")
    assert index.search(shared, 1)[0][0][0].article_id not in {"one", "other"}


def test_articles_that_go_and_come_back_do_not_wear_a_graph_out() -> None:
    index, vectors = graph_of(200), near(10, 40)
    for _ in range(50):
        put_all(index, "seasonal", vectors)
        index.drop("seasonal")
        assert not index.is_outgrown
    put_all(index, "seasonal", vectors)
    assert index.search(vectors[:1], 1)[0][0][0].article_id == "seasonal"


def test_vectors_equal_but_for_rounding_have_one_key_and_others_have_not() -> None:
    vectors = np.random.default_rng(1).normal(0, 0.05, (300, 384)).astype(np.float32)
    keys = index_kinds.keys_of(vectors)
    moved = index_kinds.keys_of(vectors * np.float32(1 + 1e-6))
    assert np.mean([one == other for one, other in zip(keys, moved, strict=True)]) > 0.9
    assert index_kinds.keys_of(vectors.astype(np.float16).astype(np.float32)) == keys
    assert len({*keys, *index_kinds.keys_of(vectors + np.float32(2e-3))}) == 600


class IndexAgainstModel(RuleBasedStateMachine):
    """Any order of writes, rebuilds and restarts; the model is a dictionary.

    Some begin with an article that is large enough for a graph to be walked.
    """

    names = st.sampled_from([f"a{n}" for n in range(6)])
    seeds = st.integers(0, 30)

    @initialize(limit=st.sampled_from([1000, 8, 0]), many=st.sampled_from([0, 500]))
    def start(self, limit: int, many: int) -> None:
        self.limit = limit
        self.index = PassageIndex(DIM, exact_limit=limit)
        self.model: dict[str, Vectors] = {}
        self.put("many", 77, many)
        self.rebuilt: Rebuilt | None = None

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
    def rebuild_beside(self) -> None:
        self.rebuilt = self.index.snapshot({}).rebuilt()

    @precondition(lambda self: self.rebuilt)
    @rule()
    def catch_up(self) -> None:
        assert self.rebuilt
        self.rebuilt.catch_up(*self.index.lacking(self.rebuilt))

    @precondition(lambda self: self.rebuilt)
    @rule()
    def adopt_what_was_rebuilt(self) -> None:
        assert self.rebuilt
        self.index.adopt(self.rebuilt)
        self.rebuilt = None

    @rule()
    def save_and_load(self) -> None:
        with TemporaryDirectory() as folder:
            self.index.snapshot({"model": "m"}).write(Path(folder))
            self.index = PassageIndex.load(Path(folder), {"model": "m"}, self.limit)
        self.rebuilt = None

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
        every = np.concatenate([np.empty((0, DIM)), *self.model.values()]) @ question[0]
        wanted = sorted(every, reverse=True)[:count]
        assert len(scores) == len(wanted)
        missed = np.abs(np.subtract(scores, wanted)) > 2e-3
        assert not missed.any() if self.index.is_exact else missed.mean() <= 0.1

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
        for name, every in getattr(self, "model", {}).items():
            vectors = every[:5]
            for (best, *_), vector in zip(self.index.search(vectors, 1), vectors, strict=True):
                assert best[1] == pytest.approx(float(vector @ vector), abs=2e-3), name


TestIndexAgainstModel = IndexAgainstModel.TestCase
TestIndexAgainstModel.settings = settings(max_examples=40, stateful_step_count=20, deadline=None)
