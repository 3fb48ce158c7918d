"""Exports a sentence-transformers model to ONNX, once, and refuses an export that disagrees."""

from __future__ import annotations

import contextlib
import importlib.metadata
import io
import json
import logging
import multiprocessing
import shutil
import tempfile
import warnings
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from kb_index.errors import ModelUnusable
from kb_index.model_files import ModelFiles, file_sha256
from kb_index.torch_encoder import (
    SentenceTransformerEncoder,
    load_sentence_transformer,
    tones_of,
)

#: Raise it when the exported network changes: older exports are then made anew.
EXPORT_FORMAT = 3
OPSET = 17
MODEL_FILE, TOKENIZER_FILE, META_FILE = "model.onnx", "tokenizer.json", "encoder.json"
#: An export is refused below this cosine to the original, on any sample.
PARITY = 0.9999
SAMPLES = (
    "where is my order?",
    "refund",
    "Can I change the delivery address after the parcel has already left your warehouse?",
    "Ünïcode, emoji 🎉 and عربى 12345",
    "word " * 400,
)


def export_in_own_process(files: ModelFiles, folder: Path) -> None:
    """Export without leaving torch (500 MB) behind in this process.

    Raises:
        ModelUnusable: the model cannot be exported faithfully.
    """
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn) as pool:
        pool.submit(export, files, folder).result()


def export(files: ModelFiles, folder: Path) -> None:
    """Write network, tokenizer and metadata to `folder`, all at once or not at all.

    Raises:
        ModelUnusable: the model cannot be exported faithfully.
    """
    model = load_sentence_transformer(files)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix="export-") as scratch:
        draft = Path(scratch) / "draft"
        draft.mkdir()
        try:
            _write_network(model, draft / MODEL_FILE)
            model.tokenizer.backend_tokenizer.save(str(draft / TOKENIZER_FILE))
        except Exception as error:
            raise ModelUnusable(f"model {files.name}: cannot be exported to ONNX") from error
        _write_meta(model, files, draft)
        _check_parity(files, draft)
        shutil.rmtree(folder, ignore_errors=True)
        draft.rename(folder)


def _write_network(model: Any, path: Path) -> None:
    import torch  # noqa: PLC0415 (takes seconds: only when exporting)

    class Network(torch.nn.Module):
        """Token ids to vectors and tones: every stage of the sentence-transformers model."""

        def __init__(self) -> None:
            super().__init__()
            self.stages = model

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> Any:
            features = {"input_ids": input_ids, "attention_mask": attention_mask}
            found = self.stages(features)
            vectors = torch.nn.functional.normalize(found["sentence_embedding"], dim=1)
            return vectors, tones_of(found["all_layer_embeddings"], attention_mask)

    transformer = model.transformers_model
    transformer.set_attn_implementation("eager")  # the form that `_fuse` knows
    transformer.config.output_hidden_states = True  # else there are no `all_layer_embeddings`
    sample = model.tokenizer(["two short samples", "go"], padding=True, return_tensors="pt")
    dims = {0: "batch", 1: "tokens"}
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")  # torch warns about its own internals
        torch.onnx.export(
            Network().eval(),
            (sample["input_ids"], sample["attention_mask"]),
            path,
            input_names=["input_ids", "attention_mask"],
            output_names=["vectors", "tones"],
            dynamic_axes={
                "input_ids": dims,
                "attention_mask": dims,
                "vectors": {0: "batch"},
                "tones": {0: "batch"},
            },
            opset_version=OPSET,
            dynamo=False,  # measured: no attention of the newer exporter's graph can be fused
        )
    _fuse(path, transformer.config)


def _fuse(path: Path, config: Any) -> None:
    """Put one node in place of each attention, bias with GELU, and sum with normalisation.

    A short question then takes about a tenth less; a layer of an unknown form stays as it is.
    """
    from onnxruntime.transformers import optimizer  # noqa: PLC0415 (only when exporting)

    logging.getLogger("onnxruntime.transformers").setLevel(logging.ERROR)
    # Level 0: whatever depends on this machine's processor is left to the session.
    fused = optimizer.optimize_model(
        str(path),
        "bert",
        num_heads=config.num_attention_heads,
        hidden_size=config.hidden_size,
        opt_level=0,
    )
    fused.save_model_to_file(str(path))


def _write_meta(model: Any, files: ModelFiles, folder: Path) -> None:
    meta = {
        "format": EXPORT_FORMAT,
        "name": files.name,
        "fingerprint": files.fingerprint,
        "dim": int(model.get_embedding_dimension()),
        "tone_dim": int(model.transformers_model.config.hidden_size),
        "max_tokens": int(model.max_seq_length),
        "pad_id": int(model.tokenizer.pad_token_id),
        "onnx_sha256": file_sha256(folder / MODEL_FILE),
        "libraries": {
            name: importlib.metadata.version(name)
            for name in ("torch", "sentence-transformers", "onnxruntime")
        },
    }
    (folder / META_FILE).write_text(json.dumps(meta, indent=1))


def _check_parity(files: ModelFiles, folder: Path) -> None:
    from kb_index.onnx_encoder import OnnxEncoder, parity  # noqa: PLC0415 (it imports this module)

    cosine = parity(OnnxEncoder(folder, files, 1), SentenceTransformerEncoder(files, 1), SAMPLES)
    if not cosine >= PARITY:
        raise ModelUnusable(f"model {files.name}: its ONNX export agrees only to {cosine:.5f}")
