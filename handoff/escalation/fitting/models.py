"""Fits and calibrates one linear model on examples."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import precision_recall_curve

from handoff.escalation.embedding import Embedding, Vector
from handoff.escalation.fitting.corpus import JUDGED, Examples

_SOURCE_SCALE = 5.0
_FOLDS = 5
# Hardly any penalty: two numbers are fitted on hundreds of scores.
_CALIBRATION_STRENGTH = 1e3


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a model is fitted.

    Chosen across sources: fitted without STAR, DBDC3 or the own dialogues and measured on these,
    and on tau-airline, which is in no fit (`benchmarks/mood.py`).

    `part` of the embedding is weighed beside the cues, `scale` times as large; `strength` is the
    inverse of the penalty.
    `judged`: whether sets with habits of their own are among the examples; each of them gets an
    intercept that is dropped when serving, and the calibration is done on them alone.
    `threshold`: None for the one of the best F1.
    """

    part: Literal["vector", "tone"]
    scale: float
    strength: float
    judged: bool
    threshold: float | None


RECIPES: Mapping[str, Recipe] = {
    "request": Recipe("vector", scale=1.0, strength=1.0, judged=False, threshold=0.5),
    "unease": Recipe("tone", scale=5.0, strength=0.5, judged=True, threshold=None),
}


def rows_of(recipe: Recipe, embeddings: Sequence[Embedding]) -> Vector:
    """The part of each embedding that the recipe weighs, a row for each."""
    return np.stack([np.asarray(getattr(each, recipe.part), np.float32) for each in embeddings])


def fit(
    recipe: Recipe, examples: Examples, rows: Vector, cues: Sequence[Mapping[str, float]]
) -> dict[str, Any]:
    """The fitted model as it is stored; `rows` are that part of the embeddings, or of width 0."""
    names = list(cues[0])
    values = np.array([[found[name] for name in names] for found in cues], dtype=np.float32)
    served = np.hstack([rows * recipe.scale, values])
    inputs = np.hstack([served, _sources(recipe, examples)])
    labels, weights = np.array(examples.labels), np.array(examples.weights)
    slope, shift, threshold = _calibrate(recipe, inputs, served.shape[1], examples)
    fitted = _estimator(recipe).fit(inputs, labels, weights)
    weight = fitted.coef_[0]
    wide = rows.shape[1]
    return {
        "part": recipe.part,
        "dense": _stored(weight[:wide] * recipe.scale),
        "cues": dict(zip(names, _stored(weight[wide : served.shape[1]]), strict=True)),
        "bias": round(float(fitted.intercept_[0]), 4),
        "slope": round(slope, 4),
        "shift": round(shift, 4),
        "threshold": threshold,
    }


def _stored(weights: Vector) -> list[float]:
    rounded: list[float] = np.round(weights.astype(np.float64), 4).tolist()
    return rounded


def _calibrate(
    recipe: Recipe, inputs: Vector, width: int, examples: Examples
) -> tuple[float, float, float]:
    """Slope, shift and threshold from scores of messages that the fold did not see."""
    labels, weights = np.array(examples.labels), np.array(examples.weights)
    scores = np.zeros(len(labels))
    folds = np.array([_fold(text) for text in examples.texts])
    for fold in range(_FOLDS):
        seen = folds != fold
        fitted = _estimator(recipe).fit(inputs[seen], labels[seen], weights[seen])
        scores[~seen] = inputs[~seen][:, :width] @ fitted.coef_[0][:width] + fitted.intercept_[0]
    kept = np.array([not recipe.judged or source in JUDGED for source in examples.sources])
    scaled = LogisticRegression(C=_CALIBRATION_STRENGTH)
    counts = np.array(examples.calibration)
    scaled.fit(scores[kept][:, None], labels[kept], counts[kept])
    slope, shift = float(scaled.coef_[0][0]), float(scaled.intercept_[0])
    if recipe.threshold is not None:
        return slope, shift, recipe.threshold
    chance = 1.0 / (1.0 + np.exp(-(slope * scores[kept] + shift)))
    return slope, shift, _best_f1(labels[kept], chance, counts[kept])


def _best_f1(labels: Vector, chance: Vector, weights: Vector) -> float:
    precision, recall, cuts = precision_recall_curve(labels, chance, sample_weight=weights)
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-9)
    return round(float(cuts[int(np.argmax(f1[:-1]))]), 3)


def _fold(text: str) -> int:
    """By the text: a judged turn is there twice, once for each label, and must not be split."""
    return int(hashlib.sha256(text.encode()).hexdigest(), 16) % _FOLDS


def _estimator(recipe: Recipe) -> LogisticRegression:
    return LogisticRegression(C=recipe.strength, max_iter=2000)


def _sources(recipe: Recipe, examples: Examples) -> Vector:
    """One intercept for each judged set, dropped when serving: its habits are not the mood."""
    names = JUDGED if recipe.judged else ()
    columns = [[_SOURCE_SCALE * (s == n) for s in examples.sources] for n in names]
    return np.array(columns, dtype=np.float32).reshape(len(names), len(examples.texts)).T
