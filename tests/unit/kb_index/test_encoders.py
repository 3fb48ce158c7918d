from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
from cheap_encoder import CheapEncoder

from kb_index import model_files as model_files_module
from kb_index import onnx_encoder
from kb_index.encoder import CachedEncoder, Encoded, Encoder, Vectors, quick_of
from kb_index.errors import ModelUnusable
from kb_index.model_files import ModelFiles, find_model
from kb_index.onnx_encoder import OnnxEncoder, open_quick, parity
from kb_index.onnx_export import SAMPLES
from kb_index.settings import SHIPPED_MODEL
from kb_index.torch_encoder import (
    SentenceTransformerEncoder,
    load_sentence_transformer,
    tones_of,
)

TEXTS = [*SAMPLES, "", "?", "a\nb", "order " * 30, "HELLO", "hello", "日本語", "<b>x</b>"]


@pytest.fixture
def export(encoder: Encoder, model_files: ModelFiles, request: pytest.FixtureRequest) -> Path:
    return request.config.cache.mkdir("encoder") / model_files.fingerprint[:16]


def test_the_export_agrees_with_sentence_transformers(
    encoder: Encoder, model_files: ModelFiles
) -> None:
    reference = SentenceTransformerEncoder(model_files, 1)
    assert reference.dim == encoder.dim
    cosines = (reference.encode(TEXTS) * encoder.encode(TEXTS)).sum(axis=1)
    assert cosines.min() > 0.9999
    both = zip(reference.encode_with_tone(TEXTS), encoder.encode_with_tone(TEXTS), strict=True)
    assert all((one * other).sum(axis=1).min() > 0.9999 for one, other in both)


def test_the_tone_is_the_mean_token_half_way_up_the_layers(
    encoder: Encoder, model_files: ModelFiles
) -> None:
    model = load_sentence_transformer(model_files)
    tokens = model.tokenizer("no, that is not what I asked", return_tensors="pt")
    layers = model.transformers_model(**tokens, output_hidden_states=True).hidden_states
    mean = layers[3][0].mean(dim=0).detach().numpy()
    tone = encoder.encode_with_tone(["no, that is not what I asked"]).tones[0]
    np.testing.assert_allclose(tone, mean / np.linalg.norm(mean), atol=1e-4)


def test_the_tone_is_of_the_middle_whatever_the_depth_and_counts_no_padding() -> None:
    layers = [torch.full((1, 3, 2), float(n)) * torch.tensor([1.0, n]) for n in range(13)]
    layers[6][0, 2] = 1000.0
    mean = np.array([6.0, 36.0]) / np.linalg.norm([6.0, 36.0])
    found = tones_of(layers, torch.tensor([[1, 1, 0]]))
    np.testing.assert_allclose(found[0].numpy(), mean, rtol=1e-5)


def test_vectors_and_tones_are_float32_of_length_one(encoder: Encoder) -> None:
    for rows in encoder.encode_with_tone(TEXTS):
        assert rows.dtype == np.float32
        assert rows.shape == (len(TEXTS), encoder.dim)
        np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)


def test_a_text_has_the_same_vector_and_tone_in_any_company(encoder: Encoder) -> None:
    together = np.hstack(encoder.encode_with_tone(TEXTS))
    alone = np.concatenate([np.hstack(encoder.encode_with_tone([text])) for text in TEXTS])
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_no_texts_give_no_rows(encoder: Encoder) -> None:
    assert encoder.encode([]).shape == (0, encoder.dim)
    for rows in CachedEncoder(encoder, 4).encode_with_tone([]):
        assert rows.shape == (0, encoder.dim)


def test_weights_that_are_not_the_published_ones_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(model_files_module, "SHIPPED_SHA256", "0" * 64)
    with pytest.raises(ModelUnusable, match="sha256"):
        find_model(SHIPPED_MODEL)


def test_a_folder_without_weights_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelUnusable):
        find_model(str(tmp_path))


@pytest.mark.parametrize("name", ["model.onnx", "encoder.json", "tokenizer.json"])
def test_a_damaged_export_is_refused(
    export: Path, model_files: ModelFiles, tmp_path: Path, name: str
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(export, copy)
    (copy / name).write_bytes(b"{}")
    with pytest.raises(ModelUnusable):
        OnnxEncoder(copy, model_files, 1)


def test_an_export_of_other_weights_is_refused(export: Path, model_files: ModelFiles) -> None:
    other = ModelFiles("other", model_files.folder, "0" * 64)
    with pytest.raises(ModelUnusable):
        OnnxEncoder(export, other, 1)


def test_the_quick_form_is_near_the_exact_one_in_any_company(encoder: Encoder) -> None:
    quick = quick_of(encoder)
    assert quick is not None
    together = quick.encode(TEXTS)
    alone = np.concatenate([quick.encode([text]) for text in TEXTS])
    np.testing.assert_array_equal(together, alone)
    both = zip(quick.encode_with_tone(TEXTS), encoder.encode_with_tone(TEXTS), strict=True)
    assert all((one * other).sum(axis=1).min() > 0.98 for one, other in both)
    assert quick.fingerprint == encoder.fingerprint


@pytest.fixture
def copied(export: Path, model_files: ModelFiles, tmp_path: Path) -> OnnxEncoder:
    """An export of its own, with its quick form."""
    shutil.copytree(export, tmp_path / "copy")
    return OnnxEncoder(tmp_path / "copy", model_files, 1)


@pytest.mark.parametrize("name", [onnx_encoder.QUICK_FILE, onnx_encoder.QUICK_META])
def test_a_damaged_quick_form_is_made_anew(copied: OnnxEncoder, tmp_path: Path, name: str) -> None:
    (tmp_path / "copy" / name).write_bytes(b"{}")
    quick = open_quick(tmp_path / "copy", copied, 1)
    assert quick is not None
    assert (quick.encode(["refund"]) * copied.encode(["refund"])).sum() > 0.99


class Toneless(CheapEncoder):
    """Has the vectors of the other, and its tones `factor` times."""

    def __init__(self, factor: float) -> None:
        self._factor = factor

    def encode_with_tone(self, texts: Sequence[str]) -> Encoded:
        vectors, tones = super().encode_with_tone(texts)
        return Encoded(vectors, np.float32(self._factor) * tones)


def test_encoders_agree_only_if_their_tones_do() -> None:
    assert parity(CheapEncoder(), CheapEncoder(), ["where is it", "no"]) == pytest.approx(1)
    assert parity(CheapEncoder(), Toneless(-1), ["where is it", "no"]) == pytest.approx(-1)
    assert not parity(CheapEncoder(), Toneless(np.nan), ["where is it", "no"]) > 0


def test_a_quick_form_that_strays_is_not_used(
    copied: OnnxEncoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(onnx_encoder, "QUICK_PARITY", 1.1)
    (tmp_path / "copy" / onnx_encoder.QUICK_META).unlink()
    assert open_quick(tmp_path / "copy", copied, 1) is None
    assert open_quick(tmp_path / "copy", copied, 1) is None  # nor tried again


def test_a_quick_form_that_strays_on_this_processor_is_not_used(
    copied: OnnxEncoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert open_quick(tmp_path / "copy", copied, 1) is not None
    monkeypatch.setattr(onnx_encoder, "QUICK_PARITY", 1.1)
    assert open_quick(tmp_path / "copy", copied, 1) is None


def test_a_quick_form_that_could_not_be_made_is_tried_again(
    copied: OnnxEncoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError("no space left")

    (tmp_path / "copy" / onnx_encoder.QUICK_META).unlink()
    with monkeypatch.context() as patched:
        patched.setattr("kb_index.onnx_quick.write_quick", full)
        assert open_quick(tmp_path / "copy", copied, 1) is None
    assert open_quick(tmp_path / "copy", copied, 1) is not None


class CountingEncoder:
    """Remembers what it was asked to encode."""

    name, fingerprint, dim = "counting", "0", 2

    def __init__(self) -> None:
        self.calls: list[list[str]] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        return self.encode_with_tone(texts).vectors

    def encode_with_tone(self, texts: Sequence[str]) -> Encoded:
        self.calls.append(list(texts))
        rows = np.array([[len(text), 0] for text in texts], np.float32)
        return Encoded(rows, rows + 1)


def test_equal_texts_of_a_call_are_encoded_once() -> None:
    counting = CountingEncoder()
    rows = CachedEncoder(counting, 0).encode(["a", "bb", "a"])
    assert counting.calls == [["a", "bb"]]
    assert rows[:, 0].tolist() == [1, 2, 1]


def test_recent_texts_are_remembered_and_old_ones_forgotten() -> None:
    counting = CountingEncoder()
    cached = CachedEncoder(counting, 2)
    for text in ("a", "bb", "a", "ccc", "bb"):
        vectors, tones = cached.encode_with_tone([text])
        assert (vectors[0, 0], tones[0, 0]) == (len(text), len(text) + 1)
    assert counting.calls == [["a"], ["bb"], ["ccc"], ["bb"]]
