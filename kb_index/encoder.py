"""Text to vectors and tones: what every encoder does, and a cache in front of one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt
from cachetools import LRUCache

Vectors = npt.NDArray[np.float32]


class Encoded(NamedTuple):
    """What one run of the network says of some texts: rows of length 1, one for each.

    vectors: what a text is about.
    tones: how it is said: the mean of its tokens half-way up the layers. The last layers are
        trained to tell subjects apart, and forget much of the mood.
    """

    vectors: Vectors
    tones: Vectors


class Encoder(Protocol):
    """Turns texts into float32 rows of length 1.

    Vectors are `dim` wide, tones as wide as the network's layers.
    """

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

    def encode_with_tone(self, texts: Sequence[str]) -> Encoded:
        """Vectors as from `encode`, and tones, from the same run of the network."""


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
        self._cache: LRUCache[str, Encoded] = LRUCache(size)

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
        return self.encode_with_tone(texts).vectors

    def encode_with_tone(self, texts: Sequence[str]) -> Encoded:
        """See `Encoder`."""
        rows = {text: self._cache[text] for text in texts if text in self._cache}
        new = [text for text in dict.fromkeys(texts) if text not in rows]
        if new:
            rows.update(zip(new, map(Encoded, *self._encoder.encode_with_tone(new)), strict=True))
            for text in new:
                if self._cache.maxsize:
                    self._cache[text] = rows[text]
        if not rows:
            return self._encoder.encode_with_tone([])
        return Encoded(
            np.stack([rows[text].vectors for text in texts]),
            np.stack([rows[text].tones for text in texts]),
        )
