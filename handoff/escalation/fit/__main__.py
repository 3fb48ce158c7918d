"""`python -m handoff.escalation.fit --data FOLDER --nlu FOLDER`: rebuilds `model.json`."""

from __future__ import annotations

import argparse
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import precision_recall_curve

from handoff.escalation import cues, request_cues
from handoff.escalation.fit import corpus
from handoff.escalation.linear import ARTEFACT, Vector
from handoff.escalation.vectors import Encode, RememberedVectors, shipped_encoder

# Chosen across sources: fitted on one, measured on another, among those that may be fitted on.
_EMBEDDING_SCALE = {"request": 1.0, "unease": 4.0}
_STRENGTH = {"request": 1.0, "unease": 0.5}
_SOURCE_SCALE = 5.0
_FOLDS = 5


def fit(name: str, examples: corpus.Examples, rows: Vector, cue_rows: Vector,
        names: Sequence[str]) -> dict[str, Any]:  # fmt: skip
    """The fitted model of that name, as it is stored."""
    inputs = np.hstack([rows * _EMBEDDING_SCALE[name], cue_rows, _sources(name, examples)])
    labels, weights = np.array(examples.labels), np.array(examples.weights)
    width = rows.shape[1] + cue_rows.shape[1]
    slope, shift, threshold = _calibrate(name, inputs, width, examples)
    fitted = _estimator(name).fit(inputs, labels, weights)
    weight = fitted.coef_[0]
    return {
        "embedding": np.round(weight[: rows.shape[1]] * _EMBEDDING_SCALE[name], 4).tolist(),
        "cues": dict(zip(names, np.round(weight[rows.shape[1] : width], 4).tolist(), strict=True)),
        "bias": round(float(fitted.intercept_[0]), 4),
        "slope": slope,
        "shift": shift,
        "threshold": threshold,
    }


def _calibrate(name: str, inputs: Vector, width: int,
               examples: corpus.Examples) -> tuple[float, float, float]:  # fmt: skip
    """Slope, shift and best threshold from scores of messages that the fold did not see."""
    labels, weights = np.array(examples.labels), np.array(examples.weights)
    scores = np.zeros(len(labels))
    # A judged turn is there twice, once for each label: both must fall into the same fold.
    keys = np.array([int(hashlib.sha256(t.encode()).hexdigest(), 16) % _FOLDS
                     for t in examples.texts])  # fmt: skip
    for fold in range(_FOLDS):
        seen = keys != fold
        fitted = _estimator(name).fit(inputs[seen], labels[seen], weights[seen])
        served = inputs[~seen][:, :width] @ fitted.coef_[0][:width]
        scores[~seen] = served + fitted.intercept_[0]
    # The mood is calibrated on judged turns, whose weights restore how often each kind occurs.
    kept = np.array([name == "request" or s in {"star", "dbdc3"} for s in examples.sources])
    scaled = LogisticRegression(C=1e3).fit(scores[kept][:, None], labels[kept], weights[kept])
    slope, shift = float(scaled.coef_[0][0]), float(scaled.intercept_[0])
    if name == "request":
        return slope, shift, 0.5
    chance = 1.0 / (1.0 + np.exp(-(slope * scores[kept] + shift)))
    precision, recall, cuts = precision_recall_curve(
        labels[kept], chance, sample_weight=weights[kept]
    )
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-9)
    return slope, shift, round(float(cuts[int(np.argmax(f1[:-1]))]), 3)


def _estimator(name: str) -> LogisticRegression:
    return LogisticRegression(C=_STRENGTH[name], max_iter=1000)


def _sources(name: str, examples: corpus.Examples) -> Vector:
    """One intercept for each judged set, dropped when serving: its habits are not the mood."""
    names = ("star", "dbdc3") if name == "unease" else ()
    columns = [[_SOURCE_SCALE * (s == n) for s in examples.sources] for n in names]
    return np.array(columns, dtype=np.float32).reshape(len(names), len(examples.texts)).T


def _matrix(found: Sequence[Mapping[str, float]], names: Sequence[str]) -> Vector:
    return np.array([[values[name] for name in names] for values in found], dtype=np.float32)


def build(data: Path, nlu: Path, encode: Encode) -> dict[str, Any]:
    """The artefact: both models and where they come from."""
    asked = corpus.requests(data, nlu)
    felt = corpus.unease(data)
    request_values = [request_cues.request_cues(text) for text in asked.texts]
    mood_values = [cues.cues(t, e) for t, e in zip(felt.texts, felt.earlier, strict=True)]
    models = {}
    for name, examples, values, names in (
        ("request", asked, request_values, request_cues.NAMES),
        ("unease", felt, mood_values, cues.NAMES),
    ):
        rows, cue_rows = encode(examples.texts), _matrix(values, names)
        models[name] = fit(name, examples, rows, cue_rows, names)
        models[f"{name}_alone"] = fit(name, examples, rows[:, :0], cue_rows, names)
    sources = {"request": Counter(asked.sources), "unease": Counter(felt.sources)}
    return {"encoder": "all-MiniLM-L6-v2", "sources": sources, "models": models}


def main() -> None:
    """Fit and write `model.json` beside the code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--nlu", type=Path, required=True)
    parser.add_argument("--vectors", type=Path, help="remember embeddings in this .npz file")
    options = parser.parse_args()
    load: Callable[[], Encode] = shipped_encoder
    artefact = build(options.data, options.nlu, RememberedVectors(load(), options.vectors))
    target = Path(__file__).parent.parent / ARTEFACT
    target.write_text(json.dumps(artefact, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
