"""A message as numbers: what the knowledge engine's encoder says of it."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kb_index.client import EmbeddingData

Vector = npt.NDArray[np.float32]
Numbers = Sequence[float] | Vector


@dataclass(frozen=True, slots=True, eq=False)
class Embedding:
    """`vector` is what the message is about, `tone` how it is said: see `kb_index.encoder`.

    `encoder` is the fingerprint of what made them: numbers of two encoders never mix.
    """

    encoder: str
    vector: Numbers
    tone: Numbers


def embedding_of(found: EmbeddingData | None) -> Embedding | None:
    """The embedding as the knowledge service answers with it; None if there is none.

    None, too, of a service that says it in another way, as one of another version does for as long
    as an update takes: whatever reads embeddings does without.
    """
    if not isinstance(found, dict) or not found.keys() >= EmbeddingData.__required_keys__:
        return None
    return Embedding(found["encoder"], _numbers(found["vector"]), _numbers(found["tone"]))


def _numbers(encoded: str) -> Vector:
    return np.frombuffer(base64.b64decode(encoded), "<f2").astype(np.float32)
