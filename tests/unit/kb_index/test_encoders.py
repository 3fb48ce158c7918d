from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from kb_index import model_files as model_files_module
from kb_index import onnx_encoder
from kb_index.encoder import CachedEncoder, Encoder, Vectors, quick_of
from kb_index.errors import ModelUnusable
from kb_index.model_files import ModelFiles, find_model
from kb_index.onnx_encoder import OnnxEncoder, open_quick
from kb_index.onnx_export import SAMPLES
from kb_index.settings import SHIPPED_MODEL
from kb_index.torch_encoder import SentenceTransformerEncoder

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


def test_vectors_are_float32_of_length_one(encoder: Encoder) -> None:
    rows = encoder.encode(TEXTS)
    assert rows.dtype == np.float32
    assert rows.shape == (len(TEXTS), encoder.dim)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)


def test_a_text_has_the_same_vector_in_any_company(encoder: Encoder) -> None:
    together = encoder.encode(TEXTS)
    alone = np.concatenate([encoder.encode([text]) for text in TEXTS])
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_no_texts_give_no_rows(encoder: Encoder) -> None:
    assert encoder.encode([]).shape == (0, encoder.dim)
    assert CachedEncoder(encoder, 4).encode([]).shape == (0, encoder.dim)


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
    assert (together * encoder.encode(TEXTS)).sum(axis=1).min() > 0.98
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
        self.calls.append(list(texts))
        return np.array([[len(text), 0] for text in texts], np.float32)


def test_equal_texts_of_a_call_are_encoded_once() -> None:
    counting = CountingEncoder()
    rows = CachedEncoder(counting, 0).encode(["a", "bb", "a"])
    assert counting.calls == [["a", "bb"]]
    assert rows[:, 0].tolist() == [1, 2, 1]


def test_recent_texts_are_remembered_and_old_ones_forgotten() -> None:
    counting = CountingEncoder()
    cached = CachedEncoder(counting, 2)
    for text in ("a", "bb", "a", "ccc", "bb"):
        assert cached.encode([text])[0, 0] == len(text)
    assert counting.calls == [["a"], ["bb"], ["ccc"], ["bb"]]
