"""What the ranking sees of each candidate, and what the calibration sees of the first answer."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np

from kb_index.encoder import Vectors
from kb_index.ranking.entries import BaseStatistics, Entry, Floats, stack, unit
from kb_index.ranking.head import Head
from kb_index.ranking.lexical import LexicalMatch

#: Evidence whose weight depends on how many texts entries have, then evidence whose does not.
SHADED = ("nearest", "cosine", "text_cover", "question_cover")
PLAIN = ("centroid", "head")
#: Columns of the ranking: SHADED where texts are many, PLAIN, SHADED where an entry has one.
RANKING_FEATURES = (
    *(f"{name}_many" for name in SHADED),
    *PLAIN,
    *(f"{name}_single" for name in SHADED),
)
QUESTION_FEATURES = ("cosine", "score", "question_cover", "question_length", "unknown")
#: These are the same for all questions of a base.
BASE_FEATURES = ("cohesion", "sparseness", "smallness")
SCOPE_FEATURES = (*QUESTION_FEATURES, *BASE_FEATURES)

_HEAD_UNIT = 5.0  # log-probabilities in units of five, near the range of a cosine
_HEAD_FLOOR = -4.0


@dataclass(frozen=True)
class Evidence:
    """All that is known of one question's candidates.

    ranking: a row for each, in RANKING_FEATURES order. cosine: of each one's nearest question.
    passage: of the nearest piece of its answer (0 without one), centred. matched: place of the
    text that speaks for it, its questions first, then its passages.
    """

    candidates: tuple[str, ...]
    ranking: Floats
    cosine: Floats
    passage: Floats
    matched: tuple[int, ...]
    lexical: LexicalMatch
    word_count: int
    statistics: BaseStatistics


def gather(
    embedding: Vectors,
    entries: Sequence[Entry],
    *,
    word_count: int,
    lexical: LexicalMatch,
    statistics: BaseStatistics,
    head: Head | None,
    changed: AbstractSet[str],
) -> Evidence:
    """Evidence on every candidate for one question (a unit vector); at least one candidate.

    With c the centred question and m the base's mean, an entry's centred cosine is
    (v.c - m.c) / |v - m|: no centred copy of a vector is kept.
    """
    mean = statistics.mean
    centred = unit(embedding - mean)
    probes = np.stack([centred, mean, embedding], axis=1)
    texts, starts = stack([entry.question_vectors for entry in entries])
    against = texts @ probes
    nearest = np.maximum.reduceat(_centred(against, centred, mean), starts)
    means = np.stack([entry.mean for entry in entries])
    around = means @ probes
    lengths = _distance(around[:, 1], mean, np.einsum("ij,ij->i", means, means))
    centroid = (around[:, 0] - mean @ centred) / lengths
    shaded = np.column_stack(
        [nearest, lexical.cosine, lexical.text_cover, lexical.question_cover]
    ).astype(np.float64)
    to_centroid = ((around[:, 2] - mean @ embedding) / lengths).astype(np.float64)
    names = tuple(entry.entry_id for entry in entries)
    plain = np.column_stack([centroid, _head_feature(embedding, names, to_centroid, head, changed)])
    single = statistics.sparseness
    # With one text an entry's centroid is that text: the evidence would count twice.
    plain[:, 0] *= 1 - single
    passage, passage_cosine, passage_place = _passages(entries, probes, centred, mean)
    cosines = np.split(against[:, 2], starts[1:])
    return Evidence(
        names,
        np.hstack([shaded * (1 - single), plain, shaded * single]),
        np.array([float(block.max()) for block in cosines]),
        passage,
        tuple(
            len(block) + place if best > block.max() else int(block.argmax())
            for block, best, place in zip(cosines, passage_cosine, passage_place, strict=True)
        ),
        lexical,
        word_count,
        statistics,
    )


def scope_features(evidence: Evidence, scores: Floats) -> Floats:
    """What tells a question the base can answer from one it cannot, in `SCOPE_FEATURES` order."""
    first = int(np.argmax(scores))
    lexical, statistics = evidence.lexical, evidence.statistics
    question = [
        float(evidence.cosine[first]),
        float(np.clip(scores[first], -5, 15)),
        float(lexical.question_cover[first]),
        float(np.log1p(evidence.word_count)),
        lexical.unknown,
    ]
    return np.array([*question, statistics.cohesion, statistics.sparseness, statistics.smallness])


def _centred(against: Vectors, centred: Vectors, mean: Vectors) -> Vectors:
    """Cosines of unit vectors with the question, both less the base's mean."""
    return np.asarray((against[:, 0] - mean @ centred) / _distance(against[:, 1], mean, 1.0))


def _distance(products: Vectors, mean: Vectors, squares: Vectors | float) -> Vectors:
    """|v - m| from v.m and v.v."""
    return np.asarray(np.sqrt(np.maximum(squares - 2 * products + mean @ mean, 1e-9)), np.float32)


def _head_feature(
    embedding: Vectors,
    names: Sequence[str],
    to_centroid: Floats,
    head: Head | None,
    changed: AbstractSet[str],
) -> Floats:
    """Log-probability of the head among the candidates; zero without a head."""
    if head is None:
        return np.zeros(len(names))
    logits = head.logits(embedding, names, to_centroid, changed)
    log_probability = logits - np.logaddexp.reduce(logits)
    return np.asarray(np.maximum(log_probability / _HEAD_UNIT, _HEAD_FLOOR), np.float64)


def _passages(
    entries: Sequence[Entry], probes: Vectors, centred: Vectors, mean: Vectors
) -> tuple[Floats, list[float], list[int]]:
    """Of each entry's nearest passage: centred cosine (at least 0), plain cosine and place."""
    found, cosines, places = np.zeros(len(entries)), [], []
    for row, entry in enumerate(entries):
        if not len(entry.passages):
            cosines.append(-1.0)
            places.append(0)
            continue
        against = entry.passage_vectors @ probes
        found[row] = max(0.0, float(_centred(against, centred, mean).max()))
        cosines.append(float(against[:, 2].max()))
        places.append(int(against[:, 2].argmax()))
    return found, cosines, places
