"""The fitted models: weighted sums of a message's numbers and its cues, read from one file."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt

ARTEFACT = "model.json"

Vector = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class LinearModel:
    """A logistic model; `threshold` is the shipped one, on the probability.

    `dense` weighs the message's vector or tone. `slope` and `shift` turn the weighted sum into a
    calibrated log-odds.
    """

    dense: Vector
    cues: Mapping[str, float]
    bias: float
    slope: float
    shift: float
    threshold: float

    def logit(self, row: Sequence[float] | Vector, cues: Mapping[str, float]) -> float:
        """The calibrated log-odds; `row` is as wide as `dense`."""
        shown = ((weight, cues[name]) for name, weight in self.cues.items())
        total = self.bias + sum(weight * value for weight, value in shown if value)
        if len(self.dense):
            total += float(np.dot(self.dense, np.asarray(row, dtype=np.float32)))
        return self.slope * total + self.shift

    def strongest(self, cues: Mapping[str, float], count: int = 3) -> tuple[str, ...]:
        """The names of the cues that speak most for it, strongest first."""
        pulls = {name: weight * cues[name] for name, weight in self.cues.items()}
        return tuple(sorted((n for n in pulls if pulls[n] > 0.0), key=lambda n: -pulls[n])[:count])


def model_for(name: str, row: Sequence[float] | Vector) -> LinearModel:
    """The model `request` or `unease`; where `row` does not fit it, the one on cues alone."""
    whole = model(name)
    fits = len(row) == len(whole.dense) and math.isfinite(float(np.dot(row, whole.dense)))
    return whole if fits else model(f"{name}_alone")


@cache
def model(name: str) -> LinearModel:
    """The fitted model of that name."""
    text = files(__package__).joinpath(ARTEFACT).read_text(encoding="utf-8")
    return as_model(json.loads(text)["models"][name])


def as_model(stored: Mapping[str, Any]) -> LinearModel:
    """The model of which these are the stored numbers."""
    return LinearModel(**{**stored, "dense": np.asarray(stored["dense"], dtype=np.float32)})


def probability(logit: float) -> float:
    """The probability of a log-odds, 0..1."""
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, logit))))


def log_odds(chance: float) -> float:
    """The log-odds of a probability, within what `probability` tells apart: -30..30."""
    if not 0.0 < chance < 1.0:
        return 30.0 if chance >= 1.0 else -30.0
    return max(-30.0, min(30.0, math.log(chance / (1.0 - chance))))
