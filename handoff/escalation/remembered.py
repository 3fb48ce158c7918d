"""Embeddings of many texts at once, for fitting and measuring; serving uses the turn's own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from handoff.escalation.embedding import Embedding, Vector

if TYPE_CHECKING:
    from kb_index.encoder import Encoded

Encode = Callable[[Sequence[str]], Sequence[Embedding]]

MAX_CHARS = 1000
# Raise it when the file, or what a tone is, changes.
_FORMAT = 2


class RememberedEmbeddings:
    """Encodes each text once; with a path it remembers the embeddings on disk.

    Embeddings of another encoder, known by its fingerprint, or of another format are forgotten.
    """

    def __init__(
        self,
        encode: Callable[[Sequence[str]], Encoded],
        fingerprint: str,
        path: Path | None = None,
    ) -> None:
        self.fingerprint = fingerprint
        self._kind = f"{fingerprint} {_FORMAT}"
        self._encode = encode
        self._path = path
        self._known: dict[str, Embedding] = {}
        if path is not None and path.exists():
            with np.load(path, allow_pickle=False) as stored:
                if "kind" in stored and str(stored["kind"]) == self._kind:
                    rows = stored["vectors"], stored["tones"]
                    self._learn(stored["texts"].tolist(), *rows)

    def __call__(self, texts: Sequence[str]) -> list[Embedding]:
        """One embedding for each text, in order."""
        cut = [text[:MAX_CHARS].rstrip("\0") for text in texts]
        new = [text for text in dict.fromkeys(cut) if text not in self._known]
        if new:
            self._learn(new, *self._encode(new))
        return [self._known[text] for text in cut]

    def _learn(self, texts: Sequence[str], vectors: Vector, tones: Vector) -> None:
        for text, *rows in zip(texts, vectors, tones, strict=True):
            self._known[text] = Embedding(self.fingerprint, *rows)

    def store(self) -> None:
        """Write what is known to the path, if there is one."""
        if self._path is not None and self._known:
            np.savez(
                self._path,
                texts=np.array(list(self._known)),
                vectors=np.stack([each.vector for each in self._known.values()]),
                tones=np.stack([each.tone for each in self._known.values()]),
                kind=np.array(self._kind),
            )


def serving_encoder(path: Path | None = None) -> RememberedEmbeddings:
    """The knowledge engine's own encoder, with its settings. Takes a second to open."""
    from kb_index.opening import open_encoder  # noqa: PLC0415 (slow, and only when measuring)
    from kb_index.settings import Settings  # noqa: PLC0415

    encoder = open_encoder(Settings())
    return RememberedEmbeddings(encoder.encode_with_tone, encoder.fingerprint, path)
