"""The serving encoder: the exported network on onnxruntime, without torch."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import onnxruntime
import structlog
from tokenizers import Encoding, Tokenizer

from kb_index import onnx_export
from kb_index.encoder import Encoded, Encoder, Vectors
from kb_index.errors import ModelUnusable
from kb_index.model_files import ModelFiles, file_sha256

#: Texts whose lengths differ by at most this many tokens share one run of the network.
#: Measured on short questions, one thread: 5.9 ms each padded to the longest of 16, 4.2 ms so.
LENGTH_SLACK = 4
MAX_RUN = 32

#: Raise it when the 8-bit form changes: older ones are then made anew.
QUICK_FORMAT = 1
QUICK_FILE, QUICK_META = "quick.onnx", "quick.json"
#: The 8-bit form is not used below this cosine to the exact vectors, on any sample.
QUICK_PARITY = 0.98

Tokens: TypeAlias = npt.NDArray[np.int64]

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
        self.dim, self.tone_dim = int(meta["dim"]), int(meta["tone_dim"])
        self._pad_id = int(meta["pad_id"])
        self._tokenizer = _open_tokenizer(folder / onnx_export.TOKENIZER_FILE)
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(int(meta["max_tokens"]))
        self._session = _open_session(folder / onnx_export.MODEL_FILE, threads)
        #: See `HasQuick`.
        self.quick: QuickEncoder | None = None

    @property
    def tokenizer(self) -> Tokenizer:
        """Cuts at the model's length and pads nothing."""
        return self._tokenizer

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row for each text, in order."""
        return self.encode_with_tone(texts).vectors

    def encode_with_tone(self, texts: Sequence[str]) -> Encoded:
        """See `Encoder`."""
        rows = _rows(len(texts), self.dim, self.tone_dim)
        encodings = self._tokenizer.encode_batch(list(texts))
        for places in _by_length([len(encoding.ids) for encoding in encodings]):
            found = self._run([encodings[place] for place in places])
            rows.vectors[places], rows.tones[places] = found
        return rows

    def _run(self, encodings: Sequence[Encoding]) -> Encoded:
        shape = (len(encodings), max(len(encoding.ids) for encoding in encodings))
        ids = np.full(shape, self._pad_id, np.int64)
        mask = np.zeros(shape, np.int64)
        for row, encoding in enumerate(encodings):
            ids[row, : len(encoding.ids)] = encoding.ids
            mask[row, : len(encoding.ids)] = 1
        return _run(self._session, ids, mask)


class QuickEncoder:
    """Runs the 8-bit form of a network that is open, one text at a time."""

    def __init__(self, exact: OnnxEncoder, path: Path, threads: int) -> None:
        self.name, self.fingerprint, self.dim = exact.name, exact.fingerprint, exact.dim
        self._tone_dim, self._tokenizer = exact.tone_dim, exact.tokenizer
        self._session = _open_session(path, threads)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row for each text, in order; the same whatever it is encoded with."""
        return self.encode_with_tone(texts).vectors

    def encode_with_tone(self, texts: Sequence[str]) -> Encoded:
        """See `Encoder`."""
        rows = _rows(len(texts), self.dim, self._tone_dim)
        for row, encoding in enumerate(self._tokenizer.encode_batch(list(texts))):
            ids = np.array([encoding.ids], np.int64)
            found = _run(self._session, ids, np.ones_like(ids))
            rows.vectors[row], rows.tones[row] = found.vectors[0], found.tones[0]
        return rows


def open_or_export(folder: Path, files: ModelFiles, threads: int) -> OnnxEncoder:
    """Open the export of `files` under `folder`; export first if there is no sound one.

    Raises:
        ModelUnusable: the model cannot be exported faithfully.
    """
    place = folder / files.fingerprint[:16]
    try:
        encoder = OnnxEncoder(place, files, threads)
    except ModelUnusable as error:
        log.info("exporting the encoder", model=files.name, because=error.message)
        onnx_export.export_in_own_process(files, place)
        encoder = OnnxEncoder(place, files, threads)
    encoder.quick = open_quick(place, encoder, threads)
    return encoder


def open_quick(folder: Path, exact: OnnxEncoder, threads: int) -> QuickEncoder | None:
    """Open the 8-bit form beside an export; make it first if there is no sound one.

    Returns:
        None if it strays too far from the exact vectors: questions are then encoded exactly.
    """
    path, source = folder / QUICK_FILE, folder / onnx_export.MODEL_FILE
    wanted = {"format": QUICK_FORMAT, "of": file_sha256(source)}
    try:
        meta = json.loads((folder / QUICK_META).read_text())
        sound = meta["made"] == wanted and meta["sha256"] in {None, file_sha256(path)}
    except (OSError, ValueError, KeyError, TypeError):
        sound = False
    if not sound:
        try:
            meta = {"made": wanted, "sha256": _make_quick(source, path, exact)}
            (folder / QUICK_META).write_text(json.dumps(meta, indent=1))
        except Exception as error:  # a full disk, an unknown network: tried again at the next start
            log.warning("no quick form of the encoder", model=exact.name, reason=str(error))
            return None
    return _faithful(path, exact, threads) if meta["sha256"] else None


def _faithful(path: Path, exact: OnnxEncoder, threads: int) -> QuickEncoder | None:
    """The 8-bit form, if it keeps to the exact vectors on this processor too.

    Instructions for 8 bits differ: without VNNI sums may saturate.
    """
    try:
        quick = QuickEncoder(exact, path, threads)
    except ModelUnusable as error:
        log.warning("no quick form of the encoder", model=exact.name, reason=error.message)
        return None
    cosine = parity(quick, exact, onnx_export.SAMPLES)
    if cosine >= QUICK_PARITY:
        return quick
    log.warning("the quick form of the encoder strays here", model=exact.name, cosine=cosine)
    return None


def _make_quick(source: Path, path: Path, exact: OnnxEncoder) -> str | None:
    """Write the 8-bit form; its checksum, or None if it strays from the exact vectors."""
    from kb_index.onnx_quick import EXAMPLES, write_quick  # noqa: PLC0415 (only when making)

    with tempfile.TemporaryDirectory(dir=path.parent, prefix="quick-") as scratch:
        draft = Path(scratch) / path.name
        write_quick(source, draft, exact.tokenizer)
        texts = (*EXAMPLES, *onnx_export.SAMPLES)
        cosine = parity(QuickEncoder(exact, draft, 1), exact, texts)
        if cosine >= QUICK_PARITY:
            draft.replace(path)
            return file_sha256(path)
    log.warning("the quick form of the encoder strays", model=exact.name, cosine=cosine)
    return None


def parity(one: Encoder, other: Encoder, texts: Sequence[str]) -> float:
    """The lowest cosine between two encoders' vectors, or tones, of a text; NaN if one is."""
    pairs = zip(one.encode_with_tone(texts), other.encode_with_tone(texts), strict=True)
    return float(np.min([(mine * theirs).sum(axis=1) for mine, theirs in pairs]))


def _run(session: Any, ids: Tokens, mask: Tokens) -> Encoded:
    return Encoded(*session.run(None, {"input_ids": ids, "attention_mask": mask}))


def _rows(count: int, *widths: int) -> Encoded:
    """Room for `count` texts."""
    return Encoded(*(np.empty((count, width), np.float32) for width in widths))


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
