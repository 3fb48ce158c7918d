"""Text to vectors: the protocol every encoder follows, and a cache in front of one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt
from cachetools import LRUCache

Vectors = npt.NDArray[np.float32]


class Encoder(Protocol):
    """Turns texts into float32 rows of length 1, `dim` wide."""

    @property
    def name(self) -> str:
        """The model's name, as set."""

    @property
    def fingerprint(self) -> str:
        """Hash of the model's weights: vectors of different fingerprints never mix."""

    @property
    def dim(self) -> int:
        """Width of a vector."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row for each text, in order."""


@runtime_checkable
class HasQuick(Protocol):
    """An encoder that may come with a faster one for questions."""

    @property
    def quick(self) -> Encoder | None:
        """Its vectors are near the exact ones (cosine about .999); None if there is none."""


def quick_of(encoder: Encoder) -> Encoder | None:
    """The faster encoder beside an exact one, if it has any."""
    return encoder.quick if isinstance(encoder, HasQuick) else None


class CachedEncoder:
    """Encodes equal texts of a call once, and remembers the last `size` texts.

    Not thread-safe: it belongs to the one thread that encodes questions.
    """

    def __init__(self, encoder: Encoder, size: int) -> None:
        self._encoder = encoder
        self._cache: LRUCache[str, Vectors] = LRUCache(size)

    @property
    def name(self) -> str:
        """See `Encoder`."""
        return self._encoder.name

    @property
    def fingerprint(self) -> str:
        """See `Encoder`."""
        return self._encoder.fingerprint

    @property
    def dim(self) -> int:
        """See `Encoder`."""
        return self._encoder.dim

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row for each text, in order."""
        rows = {text: self._cache[text] for text in texts if text in self._cache}
        new = [text for text in dict.fromkeys(texts) if text not in rows]
        if new:
            rows.update(zip(new, self._encoder.encode(new), strict=True))
            for text in new:
                if self._cache.maxsize:
                    self._cache[text] = rows[text]
        if not rows:
            return np.empty((0, self.dim), np.float32)
        return np.stack([rows[text] for text in texts])
