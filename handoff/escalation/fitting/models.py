"""Fits and calibrates one model on examples."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import precision_recall_curve

from handoff.escalation.embedding import Embedding, Vector
from handoff.escalation.fitting import network
from handoff.escalation.fitting.corpus import JUDGED, Examples

_SOURCE_SCALE = 5.0
_FOLDS = 5
# Hardly any penalty: two numbers are fitted on hundreds of scores.
_CALIBRATION_STRENGTH = 1e3
# F1 is flat about its best: of thresholds whose F1 differs by less than its noise (its standard
# deviation over resampled turns is .009), the one with the fewest false alarms.
_F1_NOISE = 0.01


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a model is fitted.

    Chosen on recorded sets: fitted on own text alone and measured on STAR, DBDC3 and tau-airline
    (`benchmarks/mood.py`).

    `part` of the embedding is weighed beside the cues, `scale` times as large; `strength` is the
    inverse of the penalty of a weighted sum alone.
    `judged`: whether sets with habits of their own are among the examples; each of them gets an
    intercept that is dropped when serving, and the calibration is done on them alone, by the
    weights that examples have for it.
    `units`: hidden units of each of the networks that are fitted, 0 for a weighted sum alone.
    `threshold`: None for the highest whose F1 is near the best.
    """

    part: Literal["vector", "tone"]
    scale: float
    strength: float
    judged: bool
    units: int
    threshold: float | None


RECIPES: Mapping[str, Recipe] = {
    "request": Recipe("vector", scale=1.0, strength=1.0, judged=False, units=0, threshold=0.5),
    "unease": Recipe("tone", scale=5.0, strength=0.5, judged=True, units=128, threshold=None),
}


def rows_of(recipe: Recipe, embeddings: Sequence[Embedding]) -> Vector:
    """The part of each embedding that the recipe weighs, a row for each."""
    return np.stack([np.asarray(getattr(each, recipe.part), np.float32) for each in embeddings])


def fit(
    recipe: Recipe, examples: Examples, rows: Vector, cues: Sequence[Mapping[str, float]]
) -> dict[str, Any]:
    """The fitted model as it is stored; `rows` are that part of the embeddings, or of width 0."""
    found = weights(recipe, examples, rows, cues)
    slope, shift, threshold = _calibrate(recipe, examples, rows, cues)
    return stored(recipe, found, rows.shape[1], list(cues[0])) | {
        "slope": round(slope, 4),
        "shift": round(shift, 4),
        "threshold": threshold,
    }


def weights(
    recipe: Recipe, examples: Examples, rows: Vector, cues: Sequence[Mapping[str, float]]
) -> network.Weights:
    """What is fitted, before it is calibrated; without embeddings a weighted sum of cues."""
    inputs, sources = _inputs(recipe, rows, cues), _sources(recipe, examples)
    labels = np.array(examples.labels, dtype=np.float32)
    counts = np.array(examples.weights, dtype=np.float32)
    if recipe.units and rows.shape[1]:
        return network.fit(inputs, sources, labels, counts, recipe.units)
    estimator = LogisticRegression(C=recipe.strength, max_iter=2000)
    fitted = estimator.fit(np.hstack([inputs, _SOURCE_SCALE * sources]), labels, counts)
    width = inputs.shape[1]
    none = np.zeros(0, np.float32)
    hidden = np.zeros((0, width), np.float32)
    weight = fitted.coef_[0][:width]
    return network.Weights(weight, float(fitted.intercept_[0]), hidden, none, none)


def stored(
    recipe: Recipe, found: network.Weights, wide: int, names: Sequence[str]
) -> dict[str, Any]:
    """The weights as they are stored, uncalibrated; `wide` is the width of the embeddings."""
    hidden = found.hidden.copy()
    hidden[:, :wide] *= recipe.scale
    return {
        "part": recipe.part,
        "dense": _rounded(found.linear[:wide] * recipe.scale),
        "cues": dict(zip(names, _rounded(found.linear[wide:]), strict=True)),
        "bias": round(found.bias, 4),
        "hidden": _packed(hidden),
        "hidden_bias": _packed(found.hidden_bias),
        "outputs": _packed(found.outputs),
        "slope": 1.0,
        "shift": 0.0,
        "threshold": 0.5,
    }


def _inputs(recipe: Recipe, rows: Vector, cues: Sequence[Mapping[str, float]]) -> Vector:
    names = list(cues[0])
    values = np.array([[found[name] for name in names] for found in cues], dtype=np.float32)
    return np.hstack([rows * recipe.scale, values])


def _rounded(values: Vector) -> list[float]:
    rounded: list[float] = np.round(values.astype(np.float64), 4).tolist()
    return rounded


def _packed(values: Vector) -> str:
    return base64.b64encode(values.astype("<f2").tobytes()).decode()


def _calibrate(
    recipe: Recipe, examples: Examples, rows: Vector, cues: Sequence[Mapping[str, float]]
) -> tuple[float, float, float]:
    """Slope, shift and threshold from scores of messages that the fold did not see."""
    inputs = _inputs(recipe, rows, cues)
    scores = np.zeros(len(examples.labels))
    folds = np.array([_fold(text) for text in examples.texts])
    for fold in range(_FOLDS):
        seen = [at for at, its in enumerate(folds) if its != fold]
        part = weights(recipe, examples.at(seen), rows[seen], [cues[at] for at in seen])
        scores[folds == fold] = part.scores(inputs[folds == fold])
    kept = np.array([not recipe.judged or source in JUDGED for source in examples.sources])
    labels, counts = np.array(examples.labels), np.array(examples.calibration)
    scaled = LogisticRegression(C=_CALIBRATION_STRENGTH)
    scaled.fit(scores[kept][:, None], labels[kept], counts[kept])
    slope, shift = float(scaled.coef_[0][0]), float(scaled.intercept_[0])
    if recipe.threshold is not None:
        return slope, shift, recipe.threshold
    chance = 1.0 / (1.0 + np.exp(-(slope * scores[kept] + shift)))
    return slope, shift, threshold_of(labels[kept], chance, counts[kept])


def threshold_of(labels: Vector, chance: Vector, counts: Vector) -> float:
    """The highest threshold at which F1 is as good as anywhere, but for its noise.

    Labels 0 or 1, chances 0..1 and how much each counts, all of one length.
    """
    precision, recall, cuts = precision_recall_curve(labels, chance, sample_weight=counts)
    f1 = (2 * precision * recall / np.maximum(precision + recall, 1e-9))[:-1]
    return round(float(cuts[f1 >= f1.max() - _F1_NOISE].max()), 3)


def _fold(text: str) -> int:
    """By the text: a judged turn is there twice, once for each label, and must not be split."""
    return int(hashlib.sha256(text.encode()).hexdigest(), 16) % _FOLDS


def _sources(recipe: Recipe, examples: Examples) -> Vector:
    """One intercept for each judged set, dropped when serving: its habits are not the mood."""
    names = JUDGED if recipe.judged else ()
    columns = [[float(s == n) for s in examples.sources] for n in names]
    return np.array(columns, dtype=np.float32).reshape(len(names), len(examples.texts)).T
