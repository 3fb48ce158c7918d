"""Encodes an article beside the searches, so that a long one does not hold them up."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kb_index.encoder import Encoded, Encoder, Vectors, quick_of

#: Texts encoded in one go: a search that comes meanwhile shares the processor with no more.
SLICE = 16


class EncodedAhead:
    """An encoder that may have the vectors of some texts at hand.

    `prepare` may run in one thread while `encode` runs in another for other texts.
    """

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._ready: dict[str, Vectors] = {}

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

    @property
    def quick(self) -> Encoder | None:
        """See `HasQuick`."""
        return quick_of(self._encoder)

    def prepare(self, texts: Sequence[str]) -> None:
        """Encode texts for a later `encode`, until `forget`."""
        ready: dict[str, Vectors] = {}
        for start in range(0, len(texts), SLICE):
            some = texts[start : start + SLICE]
            ready.update(zip(some, self._encoder.encode(some), strict=True))
        self._ready = ready

    def forget(self) -> None:
        """Drop what was prepared."""
        self._ready = {}

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row for each text, in order."""
        ready = self._ready
        if not all(text in ready for text in texts) or not texts:
            return self._encoder.encode(texts)
        return np.stack([ready[text] for text in texts])

    def encode_with_tone(self, texts: Sequence[str]) -> Encoded:
        """See `Encoder`; nobody asks for the tone of an article, so nothing is at hand."""
        return self._encoder.encode_with_tone(texts)
