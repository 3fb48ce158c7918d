"""The fitted models: weighted sums of a message's embedding and its cues, read from one file."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

ARTEFACT = "model.json"

Vector = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class LinearModel:
    """A logistic model; `threshold` is the shipped one, on the probability.

    `slope` and `shift` turn the weighted sum into a calibrated log-odds.
    """

    embedding: Vector
    cues: Mapping[str, float]
    bias: float
    slope: float
    shift: float
    threshold: float

    def logit(self, vector: Sequence[float] | Vector, cues: Mapping[str, float]) -> float:
        """The calibrated log-odds; `vector` is as wide as `embedding`."""
        shown = ((weight, cues[name]) for name, weight in self.cues.items())
        total = self.bias + sum(weight * value for weight, value in shown if value)
        if len(self.embedding):
            total += float(np.dot(self.embedding, np.asarray(vector, dtype=np.float32)))
        return self.slope * total + self.shift

    def strongest(self, cues: Mapping[str, float], count: int = 3) -> tuple[str, ...]:
        """The names of the cues that speak most for it, strongest first."""
        pulls = {name: weight * cues[name] for name, weight in self.cues.items()}
        return tuple(sorted((n for n in pulls if pulls[n] > 0.0), key=lambda n: -pulls[n])[:count])


def model_for(name: str, vector: Sequence[float] | Vector | None) -> LinearModel:
    """The model `request` or `unease`; without a fitting embedding the one on cues alone."""
    whole = model(name)
    fits = (
        vector is not None
        and len(vector) == len(whole.embedding)
        and math.isfinite(float(np.dot(vector, whole.embedding)))
    )
    return whole if fits else model(f"{name}_alone")


@cache
def model(name: str) -> LinearModel:
    """The fitted model of that name."""
    text = files(__package__).joinpath(ARTEFACT).read_text(encoding="utf-8")
    fitted = json.loads(text)["models"][name]
    return LinearModel(
        embedding=np.asarray(fitted["embedding"], dtype=np.float32),
        cues=fitted["cues"],
        bias=fitted["bias"],
        slope=fitted["slope"],
        shift=fitted["shift"],
        threshold=fitted["threshold"],
    )


def probability(logit: float) -> float:
    """The probability of a log-odds, 0..1."""
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, logit))))


def log_odds(chance: float) -> float:
    """The log-odds of a probability, within what `probability` tells apart: -30..30."""
    if not 0.0 < chance < 1.0:
        return 30.0 if chance >= 1.0 else -30.0
    return max(-30.0, min(30.0, math.log(chance / (1.0 - chance))))
