"""What the ranking knows of an article, and what is typical of a whole knowledge base.

An edit touches one entry only. `BaseStatistics` change slowly and are fitted in the background.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from kb_index.encoder import Vectors

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

#: Cohesion assumed where no entry has two questions: about that of the sets it was fitted on.
USUAL_COHESION = 0.7
#: Texts of one entry that statistics and head look at: more do not change what is typical.
TEXTS_LOOKED_AT = 50


@dataclass(frozen=True)
class Entry:
    """An article's texts with their unit vectors: its questions (title, variants), its passages."""

    entry_id: str
    questions: tuple[str, ...]
    question_vectors: Vectors
    passages: tuple[str, ...]
    passage_vectors: Vectors
    mean: Vectors = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "mean", self.question_vectors.mean(axis=0))


@dataclass(frozen=True)
class BaseStatistics:
    """What is typical of a base.

    mean: mean of the entries' mean vectors.
    texts_per_entry: mean number of questions an entry has.
    cohesion: with each question held out in turn, its mean cosine with the nearest other one of
        its entry; `USUAL_COHESION` where no entry has two.
    entries: how many it was worked out from.
    """

    mean: Vectors
    texts_per_entry: float
    cohesion: float
    entries: int

    @property
    def sparseness(self) -> float:
        """1 where entries have a title only, towards 0 with many variants."""
        return 1.0 / max(1.0, self.texts_per_entry)

    @property
    def smallness(self) -> float:
        """1 for a single entry, towards 0 with many: of few entries one is easily the nearest."""
        return 1.0 / math.sqrt(self.entries)


def unit(vectors: Vectors) -> Vectors:
    """Rows scaled to length one; a row of zeros stays zeros."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-9), np.float32)


def looked_at(vectors: Vectors) -> Vectors:
    """At most `TEXTS_LOOKED_AT` rows, spread evenly."""
    if len(vectors) <= TEXTS_LOOKED_AT:
        return vectors
    rows = np.linspace(0, len(vectors) - 1, TEXTS_LOOKED_AT).astype(int)
    return np.asarray(vectors[rows], np.float32)


def base_statistics(questions: Mapping[str, Vectors]) -> BaseStatistics:
    """Statistics over the question vectors of entries (by entry id); at least one entry."""
    blocks = list(questions.values())
    centre = np.stack([block.mean(axis=0) for block in blocks]).mean(axis=0)
    count = sum(len(block) for block in blocks)
    held_out = [_nearest_other(block) for block in blocks if len(block) > 1]
    cohesion = float(np.concatenate(held_out).mean()) if held_out else USUAL_COHESION
    return BaseStatistics(centre.astype(np.float32), count / len(blocks), cohesion, len(blocks))


def _nearest_other(block: Vectors) -> Vectors:
    """Each row's cosine with the nearest other row."""
    cosines = block @ block.T
    np.fill_diagonal(cosines, -1.0)
    return np.asarray(cosines.max(axis=1), np.float32)


def stack(blocks: Sequence[Vectors]) -> tuple[Vectors, npt.NDArray[np.intp]]:
    """All rows below each other, and where each block starts. No block may be empty."""
    starts = np.cumsum([0, *(len(block) for block in blocks[:-1])])
    return np.concatenate(blocks), starts.astype(np.intp)
