"""A message as numbers: what the knowledge engine's encoder says of it."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from handoff.escalation.linear import Vector
from kb_index.client import EmbeddingData

Numbers = Sequence[float] | Vector


@dataclass(frozen=True, slots=True)
class Embedding:
    """`vector` is what the message is about, `tone` how it is said: see `kb_index.encoder`."""

    vector: Numbers
    tone: Numbers


def embedding_of(found: EmbeddingData | None) -> Embedding | None:
    """The embedding as the knowledge service answers with it; None if there is none."""
    return found and Embedding(_numbers(found["vector"]), _numbers(found["tone"]))


def _numbers(encoded: str) -> Vector:
    return np.frombuffer(base64.b64decode(encoded), "<f2").astype(np.float32)
