from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from kb_index.adapter.lowrank import mean, merge, read_corrections, write_corrections
from kb_index.adapter.material import Base, Entry, read_bases, read_general
from kb_index.adapter.network import AdaptedNetwork
from kb_index.adapter.opposites import opposites
from kb_index.adapter.training import ALONE, Recipe, contrast, draw, train
from kb_index.encoder import Vectors
from kb_index.errors import ModelUnusable
from kb_index.model_files import ADAPTER, PLAIN_MODEL, ModelFiles, adapted, file_sha256, find_model
from kb_index.torch_encoder import SentenceTransformerEncoder

LAYER = "encoder.layer.0.attention.self.query"
TEXTS = ["where is my parcel?", "give me my money back"]
BASE = Base(
    "shop",
    1.0,
    (
        Entry("track a parcel", ("where is my parcel?", "has it been sent yet", "parcel late")),
        Entry("refund", ("give me my money back", "how do refunds work", "refund please")),
        Entry("open an account", ("sign me up", "how do i register", "new account")),
        Entry("opening hours", ("when are you open", "are you closed on sunday", "hours?")),
        Entry("leave", ("delete my account", "close it for good", "forget me")),
    ),
    ("what is the meaning of life",),
)


def ones(*shape: int) -> Vectors:
    return np.ones(shape, np.float32)


@pytest.fixture(scope="module")
def plain() -> ModelFiles:
    return find_model(PLAIN_MODEL)


def test_the_shipped_adapter_is_the_one_its_provenance_describes(model_files: ModelFiles) -> None:
    made = json.loads(ADAPTER.with_suffix(".json").read_text())
    assert model_files.adapter == ADAPTER
    assert made["adapter_sha256"] == file_sha256(ADAPTER)
    assert made["model"]["sha256"] == find_model(PLAIN_MODEL).fingerprint
    assert made["left_out"] is None
    assert ADAPTER.stat().st_size <= 1_000_000


def test_another_adapter_has_another_fingerprint(plain: ModelFiles, tmp_path: Path) -> None:
    places = [tmp_path / "one.npz", tmp_path / "two.npz"]
    for place, value in zip(places, (0.5, 1.0), strict=True):
        write_corrections(place, {LAYER: (value * ones(1, 384), ones(384, 1))})
    found = {plain.fingerprint, *(adapted(plain, place).fingerprint for place in places)}
    assert len(found) == 3


def test_only_the_shipped_model_is_adapted(plain: ModelFiles) -> None:
    assert plain.adapter is None
    assert find_model(str(plain.folder)).adapter is None


def test_merging_adds_the_product_of_the_factors_to_the_weights() -> None:
    layer = torch.nn.Linear(3, 2)
    before = layer.weight.detach().clone()
    down, up = np.array([[1, 2, 3]], np.float32), np.array([[1], [-1]], np.float32)
    merge(torch.nn.Sequential(layer), {"0": (down, up)})
    torch.testing.assert_close(
        layer.weight.detach() - before, torch.tensor([[1.0, 2, 3], [-1, -2, -3]])
    )


def test_the_mean_of_two_fits_moves_the_weights_by_the_mean_of_their_products() -> None:
    fits = [{LAYER: (value * ones(1, 6), value * ones(4, 1))} for value in (2.0, 4.0)]
    down, up = mean(fits)[LAYER]
    assert np.array_equal(up @ down, 10 * ones(4, 6))


@pytest.mark.parametrize(("layer", "inputs"), [("no.such.layer", 384), (LAYER, 5)])
def test_an_adapter_of_another_model_is_refused(
    plain: ModelFiles, tmp_path: Path, layer: str, inputs: int
) -> None:
    place = tmp_path / "other.npz"
    write_corrections(place, {layer: (ones(1, inputs), ones(384, 1))})
    with pytest.raises(ModelUnusable, match="not of this model"):
        SentenceTransformerEncoder(adapted(plain, place), 1)


def test_a_missing_or_damaged_adapter_is_refused(plain: ModelFiles, tmp_path: Path) -> None:
    with pytest.raises(ModelUnusable):
        adapted(plain, tmp_path / "missing.npz")
    for content in (b"", b"{}", ADAPTER.read_bytes()[:1000]):
        (tmp_path / "damaged.npz").write_bytes(content)
        with pytest.raises(ModelUnusable):
            read_corrections(tmp_path / "damaged.npz")


def test_training_draws_the_texts_of_an_entry_together(plain: ModelFiles, tmp_path: Path) -> None:
    torch.manual_seed(0)
    recipe = Recipe(steps=4, unanswerable=2, opposites=2, general=2, slips=0.0)
    network = AdaptedNetwork(plain, recipe.rank, recipe.layers)
    texts = [text for entry in BASE.entries for text in entry.texts]
    labels = [label for label, entry in enumerate(BASE.entries) for _ in entry.texts]
    before = contrast(torch.from_numpy(network.frozen(texts)), labels, 0.05)
    train(network, [BASE], ["good morning", "thanks"], recipe, lambda _step, _loss: None)
    trained = network.frozen(texts)
    assert contrast(torch.from_numpy(trained), labels, 0.05) < before
    place = tmp_path / "new.npz"
    write_corrections(place, network.corrections)
    merged = SentenceTransformerEncoder(adapted(plain, place), 1).encode(texts)
    assert (merged * trained).sum(axis=1).min() > 0.9999


def test_the_loss_asks_for_same_entry_near_and_others_far() -> None:
    near, far = [1.0, 0.0], [0.0, 1.0]
    good = contrast(torch.tensor([near, near, far, far]), [0, 0, 1, 1], 0.05)
    bad = contrast(torch.tensor([near, far, near, far]), [0, 0, 1, 1], 0.05)
    crowded = contrast(torch.tensor([near, near, far, far, near]), [0, 0, 1, 1, ALONE], 0.05)
    assert good < crowded < bad


def test_a_draw_is_the_same_for_the_same_seed_and_of_one_base() -> None:
    recipe = Recipe(steps=1, entries=3, unanswerable=4, opposites=0, slips=0.0)
    one, two = (draw(BASE, recipe, random.Random(7)) for _ in range(2))
    assert one == two
    assert BASE.unanswerable[0] in one.texts
    assert one.labels.count(ALONE) == 4
    own = {text: label for text, label in zip(one.texts, one.labels, strict=True) if label >= 0}
    owners = {
        label: {n for n, entry in enumerate(BASE.entries) if text in (entry.title, *entry.texts)}
        for text, label in own.items()
    }
    assert all(len(found) == 1 for found in owners.values())


def test_an_opposite_says_that_what_an_entry_is_about_failed() -> None:
    join = Entry("join", ("how do I join a contest?",))
    wallet = Entry("wallet", ("my wallet", "all there is to know about it"))
    found = {
        text
        for seed in range(60)
        for text in opposites(Base("game", 1.0, (join, wallet)), 2, random.Random(seed))
    }
    assert {"unable to join a contest", "my wallet not working"} <= found
    assert not any("all there is" in text for text in found)


def test_an_entry_that_speaks_of_failures_lends_no_opposites() -> None:
    failed = Entry("withdrawal", ("withdraw money", "why was my withdrawal rejected"))
    named = Entry("card not working", ("activate my card",))
    for entry in (failed, named):
        assert opposites(Base("bank", 1.0, (entry,)), 5, random.Random(1)) == []


def write_rows(path: Path, *rows: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    kb = {"id": "a", "question": "pay a bill", "variants": ["pay bill now", "settle an invoice"]}
    asked = {"text": "How to pay?", "kb_id": "a"}
    refused = {"text": "Sing a song", "kb_id": None}
    again = {"text": "pay it", "kb_ids": ["a"]}
    for name in ("curekart", "powerplay11"):
        write_rows(tmp_path / "faq_hint3" / name / "kb.jsonl", kb)
        own = {"text": f"only {name}", "kb_id": "a"}
        write_rows(tmp_path / "faq_hint3" / name / "queries.jsonl", asked, refused, own)
    for name in ("faq_banking77", "oos_banking77", "oos_clinc150"):
        write_rows(tmp_path / name / "kb.jsonl", kb)
        for file in ("queries", "queries_in_scope", "train_full"):
            write_rows(tmp_path / name / f"{file}.jsonl", asked, again)
        write_rows(tmp_path / name / "queries_oos.jsonl", refused)
    for name in ("banking", "insurance"):
        write_rows(tmp_path / "intent_natcs" / name / "kb.jsonl", kb)
        write_rows(tmp_path / "intent_natcs" / name / "queries.jsonl", again, asked)
    request = {"text": "cancel it", "source": "bitext", "intent": "cancel_order"}
    write_rows(tmp_path / "human_requests" / "requests.jsonl", request)
    turns = {"turns": [{"role": "user", "text": "Only curekart "}, {"role": "user", "text": "hi"}]}
    for name in ("star", "tau_airline", "ibm_twitter"):
        write_rows(tmp_path / "conversations" / f"{name}.jsonl", turns)
    return tmp_path


def test_nothing_a_left_out_base_holds_is_trained_on(data: Path) -> None:
    held = {"how to pay?", "pay bill now", "settle an invoice", "sing a song", "only curekart"}
    assert "only curekart" in next(b for b in read_bases(data) if b.group == "curekart").every_text
    for base in read_bases(data, without="curekart"):
        assert base.group != "curekart"
        assert not base.every_text & held
    assert read_general(data, held) == ["hi"]


def test_our_own_bases_are_read_only_where_they_are_asked_for(data: Path) -> None:
    public, both = read_bases(data, without="curekart"), read_bases(data, "curekart", own=True)
    assert both[: len(public)] == public
    assert {base.group for base in public}.isdisjoint({"own"})
    assert {base.group for base in both[len(public) :]} == {"own"}


def test_a_group_that_is_not_there_cannot_be_left_out(data: Path) -> None:
    with pytest.raises(ValueError, match="no group"):
        read_bases(data, without="curecart")


def test_a_question_of_several_entries_and_a_refused_one_belong_to_none(data: Path) -> None:
    either: dict[str, Any] = {"text": "either", "kb_ids": ["a", "b"]}
    neither: dict[str, Any] = {"text": "no", "kb_id": None}
    write_rows(data / "intent_natcs" / "banking" / "queries.jsonl", either, neither)
    bases = {base.group: base for base in read_bases(data)}
    assert bases["natcs-banking"].every_text == frozenset()
    assert bases["curekart"].unanswerable == ("Sing a song",)
