"""From evidence to the probability that the first answer is right.

P(right) = P(the base can answer) * P(first is right | it can). The second factor is the softmax of
the ranking (a conditional logit, McFadden 1974, fitted by likelihood, so it is a probability). The
first is a logistic regression over a few features that mean the same in every base. Both come
from `combination.json`, fitted over several knowledge bases: no labelled question is needed.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

import numpy as np

from kb_index.ranking.entries import Floats
from kb_index.ranking.features import RANKING_FEATURES, SCOPE_FEATURES, Evidence, scope_features

#: On the demo shop more weight finds more answers (7: top-1 .67 instead of .63 over all numbers of
#: variants), but then follow-up questions are taken for new ones: its own pairs fail from 3 on.
PASSAGE_WEIGHT = 1.0
SHIPPED = Path(__file__).with_name("combination.json")


@dataclass(frozen=True)
class Combination:
    """The shipped weights, in the order of RANKING_FEATURES and SCOPE_FEATURES.

    sharpness: factors on the scores where texts are many, and where an entry has one.
    """

    ranking: tuple[float, ...]
    sharpness: tuple[float, float]
    scope: tuple[float, ...]
    scope_bias: float
    passage_weight: float = PASSAGE_WEIGHT

    @classmethod
    def load(cls, path: Path = SHIPPED) -> Self:
        """Read what `save` wrote.

        Raises:
            ValueError: the file was made for other features.
        """
        data = json.loads(path.read_text(encoding="utf-8"))
        if data.pop("ranking_features") != list(RANKING_FEATURES):
            raise ValueError(f"{path}: ranking features do not match")
        if data.pop("scope_features") != list(SCOPE_FEATURES):
            raise ValueError(f"{path}: scope features do not match")
        data.pop("attribution", None)
        return cls(**data | {key: tuple(data[key]) for key in ("ranking", "sharpness", "scope")})

    def save(self, path: Path, attribution: str) -> None:
        """Write the weights with the names of their features and of the sets behind them."""
        names = {"ranking_features": RANKING_FEATURES, "scope_features": SCOPE_FEATURES}
        data = asdict(self) | names | {"attribution": attribution}
        path.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")

    def scores(self, evidence: Evidence) -> Floats:
        """The candidates' scores; higher is better."""
        weighted = evidence.ranking @ np.array(self.ranking)
        return np.asarray(weighted + self.passage_weight * evidence.passage, np.float64)

    def shares(self, evidence: Evidence, scores: Floats) -> Floats:
        """P(each candidate is the right one | the base can answer)."""
        single, (many, one) = evidence.statistics.sparseness, self.sharpness
        sharp = (many * (1 - single) + one * single) * scores
        return np.asarray(np.exp(sharp - np.logaddexp.reduce(sharp)), np.float64)

    def scope_logit(self, evidence: Evidence, scores: Floats) -> float:
        """Log-odds that the base can answer."""
        logit = float(scope_features(evidence, scores) @ np.array(self.scope)) + self.scope_bias
        return float(np.clip(logit, -30, 30))


def sigmoid(logit: float) -> float:
    """Log-odds to a probability."""
    return float(1.0 / (1.0 + np.exp(-logit)))
