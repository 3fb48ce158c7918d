"""The serving encoder: the exported network on onnxruntime, without torch."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import structlog
from tokenizers import Encoding, Tokenizer

from kb_index import onnx_export
from kb_index.encoder import Vectors
from kb_index.errors import ModelUnusable
from kb_index.model_files import ModelFiles, file_sha256

#: Texts whose lengths differ by at most this many tokens share one run of the network.
#: Measured on short questions, one thread: 5.9 ms each padded to the longest of 16, 4.2 ms so.
LENGTH_SLACK = 4
MAX_RUN = 32

log = structlog.get_logger()


class OnnxEncoder:
    """Runs an exported model from `folder`.

    Raises:
        ModelUnusable: the export is missing, damaged, or not of these model files.
    """

    def __init__(self, folder: Path, files: ModelFiles, threads: int) -> None:
        meta = _read_meta(folder, files)
        self.name = files.name
        self.fingerprint = files.fingerprint
        self.dim = int(meta["dim"])
        self._pad_id = int(meta["pad_id"])
        self._tokenizer = _open_tokenizer(folder / onnx_export.TOKENIZER_FILE)
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(int(meta["max_tokens"]))
        self._session = _open_session(folder / onnx_export.MODEL_FILE, threads)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row for each text, in order."""
        rows = np.empty((len(texts), self.dim), np.float32)
        encodings = self._tokenizer.encode_batch(list(texts))
        for places in _by_length([len(encoding.ids) for encoding in encodings]):
            rows[places] = self._run([encodings[place] for place in places])
        return rows

    def _run(self, encodings: Sequence[Encoding]) -> Vectors:
        shape = (len(encodings), max(len(encoding.ids) for encoding in encodings))
        ids = np.full(shape, self._pad_id, np.int64)
        mask = np.zeros(shape, np.int64)
        for row, encoding in enumerate(encodings):
            ids[row, : len(encoding.ids)] = encoding.ids
            mask[row, : len(encoding.ids)] = 1
        vectors: Vectors = self._session.run(None, {"input_ids": ids, "attention_mask": mask})[0]
        return vectors


def open_or_export(folder: Path, files: ModelFiles, threads: int) -> OnnxEncoder:
    """Open the export of `files` under `folder`; export first if there is no sound one.

    Raises:
        ModelUnusable: the model cannot be exported faithfully.
    """
    place = folder / files.fingerprint[:16]
    try:
        return OnnxEncoder(place, files, threads)
    except ModelUnusable as error:
        log.info("exporting the encoder", model=files.name, because=error.message)
    onnx_export.export_in_own_process(files, place)
    return OnnxEncoder(place, files, threads)


def _by_length(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Positions grouped so that a run pads little."""
    group: list[int] = []
    for place in sorted(range(len(lengths)), key=lengths.__getitem__):
        if group and (lengths[place] > lengths[group[0]] + LENGTH_SLACK or len(group) == MAX_RUN):
            yield group
            group = []
        group.append(place)
    if group:
        yield group


def _open_tokenizer(path: Path) -> Tokenizer:
    try:
        return Tokenizer.from_file(str(path))
    except Exception as error:  # tokenizers raises nothing more specific
        raise ModelUnusable(f"{path.name} cannot be opened") from error


def _open_session(path: Path, threads: int) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # Spinning threads would take the processor from the other processes on a small machine.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's errors share no public base
        raise ModelUnusable(f"{path.name} cannot be opened") from error


def _read_meta(folder: Path, files: ModelFiles) -> dict[str, Any]:
    try:
        meta: dict[str, Any] = json.loads((folder / onnx_export.META_FILE).read_text())
        sound = (
            meta["format"] == onnx_export.EXPORT_FORMAT
            and meta["fingerprint"] == files.fingerprint
            and meta["onnx_sha256"] == file_sha256(folder / onnx_export.MODEL_FILE)
            and (folder / onnx_export.TOKENIZER_FILE).is_file()
        )
    except FileNotFoundError:
        raise ModelUnusable("there is no export yet") from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelUnusable("the export's metadata is damaged") from error
    if not sound:
        raise ModelUnusable("the export is damaged or of another model")
    return meta
