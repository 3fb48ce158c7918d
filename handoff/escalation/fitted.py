"""The fitted models of a message's numbers and its cues, read from one file."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import numpy as np

from handoff.escalation.embedding import Embedding, Numbers, Vector

ARTEFACT = "model.json"
# Vectors and tones are of length 1; more, or no number at all, is none of ours.
_LONGEST = 1.1


@dataclass(frozen=True, slots=True)
class FittedModel:
    """A model of the log-odds; `threshold` is the shipped one, on the probability.

    `dense` weighs `part` of the message's embedding. Beside the weighted sum there may be hidden
    units (m): `hidden` weighs embedding and cues for each (m by their number), `outputs` what is
    above 0 of them. `slope` and `shift` turn the sum of both into a calibrated log-odds.
    """

    part: Literal["vector", "tone"]
    dense: Vector
    cues: Mapping[str, float]
    bias: float
    hidden: Vector
    hidden_bias: Vector
    outputs: Vector
    slope: float
    shift: float
    threshold: float

    def logit(self, row: Numbers, cues: Mapping[str, float]) -> float:
        """The calibrated log-odds; `row` is as wide as `dense`."""
        shown = ((weight, cues[name]) for name, weight in self.cues.items())
        total = self.bias + sum(weight * value for weight, value in shown if value)
        numbers = np.asarray(row, dtype=np.float32)
        if len(self.dense):
            total += float(np.dot(self.dense, numbers))
        if len(self.outputs):
            values = np.array([cues[name] for name in self.cues], dtype=np.float32)
            units = self.hidden @ np.concatenate([numbers, values]) + self.hidden_bias
            total += float(np.dot(self.outputs, np.maximum(units, 0.0)))
        return self.slope * total + self.shift

    def strongest(self, cues: Mapping[str, float], count: int = 3) -> tuple[str, ...]:
        """Which of these cues speak most for it in the weighted sum, strongest first."""
        pulls = {name: weight * cues[name] for name, weight in self.cues.items() if name in cues}
        return tuple(sorted((n for n in pulls if pulls[n] > 0.0), key=lambda n: -pulls[n])[:count])


def model_for(name: str, embedding: Embedding | None) -> tuple[FittedModel, Numbers]:
    """The model `request` or `unease`, and the numbers of the embedding that it weighs.

    Without an embedding, or with one of another encoder than it was fitted on, of another width
    or not of numbers, that is the model on cues alone and no numbers.
    """
    whole = model(name)
    if embedding is not None and embedding.encoder == _artefact()["encoder"]:
        row: Numbers = getattr(embedding, whole.part)
        length = np.linalg.norm(np.asarray(row, dtype=np.float64))
        if len(row) == len(whole.dense) and length < _LONGEST:
            return whole, row
    return model(f"{name}_alone"), ()


@cache
def model(name: str) -> FittedModel:
    """The fitted model of that name."""
    return as_model(_artefact()["models"][name])


def as_model(stored: Mapping[str, Any]) -> FittedModel:
    """The model of which these are the stored numbers."""
    dense = np.asarray(stored["dense"], dtype=np.float32)
    outputs = _unpacked(stored["outputs"])
    units = {
        "hidden": _unpacked(stored["hidden"]).reshape(
            len(outputs), len(dense) + len(stored["cues"])
        ),
        "hidden_bias": _unpacked(stored["hidden_bias"]),
        "outputs": outputs,
    }
    return FittedModel(**{**stored, **units, "dense": dense})


def _unpacked(numbers: str) -> Vector:
    return np.frombuffer(base64.b64decode(numbers), "<f2").astype(np.float32)


@cache
def _artefact() -> dict[str, Any]:
    text = files(__package__).joinpath(ARTEFACT).read_text(encoding="utf-8")
    stored: dict[str, Any] = json.loads(text)
    return stored


def probability(logit: float) -> float:
    """The probability of a log-odds, 0..1."""
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, logit))))


def log_odds(chance: float) -> float:
    """The log-odds of a probability, within what `probability` tells apart: -30..30."""
    if not 0.0 < chance < 1.0:
        return 30.0 if chance >= 1.0 else -30.0
    return max(-30.0, min(30.0, math.log(chance / (1.0 - chance))))
