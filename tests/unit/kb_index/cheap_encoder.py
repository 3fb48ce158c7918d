"""An encoder without a model: texts with the same words get near vectors."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np

from kb_index.encoder import Encoded, Vectors


class CheapEncoder:
    """Each word is a direction."""

    name, fingerprint, dim = "cheap", "0" * 16, 64

    def encode(self, texts: Sequence[str]) -> Vectors:
        return (
            np.stack([self._encode(text) for text in texts]) if texts else np.empty((0, 64), "f4")
        )

    def encode_with_tone(self, texts: Sequence[str]) -> Encoded:
        rows = self.encode(texts)
        return Encoded(rows, -rows)

    def _encode(self, text: str) -> Vectors:
        seeds = [zlib.crc32(word.encode("utf-8", "surrogatepass")) for word in text.lower().split()]
        words = [np.random.default_rng(seed).normal(size=self.dim) for seed in seeds]
        row = np.sum([np.zeros(self.dim), *words], axis=0)
        vector: Vectors = (row / max(float(np.linalg.norm(row)), 1e-9)).astype(np.float32)
        return vector
