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
    """Encodes each text once; with a path it remembers the vectors on disk.

    Vectors of another encoder, known by its fingerprint, are forgotten.
    """

    def __init__(self, encode: Encode, fingerprint: str, path: Path | None = None) -> None:
        self.fingerprint = fingerprint
        self._encode = encode
        self._path = path
        self._known: dict[str, Vectors] = {}
        if path is not None and path.exists():
            with np.load(path, allow_pickle=False) as stored:
                if str(stored["fingerprint"]) == fingerprint:
                    self._known = dict(zip(stored["texts"].tolist(), stored["rows"], strict=True))

    def __call__(self, texts: Sequence[str]) -> Vectors:
        """One row for each text, in order."""
        cut = [text[:MAX_CHARS].rstrip("\0") for text in texts]
        new = [text for text in dict.fromkeys(cut) if text not in self._known]
        if new:
            self._known.update(zip(new, self._encode(new), strict=True))
        return np.stack([self._known[text] for text in cut]).astype(np.float32)

    def store(self) -> None:
        """Write what is known to the path, if there is one."""
        if self._path is not None and self._known:
            rows = np.stack(list(self._known.values())).astype(np.float16)
            texts = np.array(list(self._known))
            np.savez(self._path, texts=texts, rows=rows, fingerprint=np.array(self.fingerprint))


def serving_encoder(path: Path | None = None) -> RememberedVectors:
    """The knowledge engine's own encoder, with its settings. Takes a second to open."""
    from kb_index.opening import open_encoder  # noqa: PLC0415 (slow, and only when measuring)
    from kb_index.settings import Settings  # noqa: PLC0415

    encoder = open_encoder(Settings())
    return RememberedVectors(encoder.encode, encoder.fingerprint, path)
