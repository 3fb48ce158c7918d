"""Fits the weights of `combination.json` to labelled bases; needs no text, only evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import logsumexp
from sklearn.linear_model import LogisticRegression

from kb_index.ranking.calibration import PASSAGE_WEIGHT, Combination
from kb_index.ranking.entries import Flags, Floats
from kb_index.ranking.features import (
    RANKING_FEATURES,
    SCOPE_FEATURES,
    Evidence,
    scope_features,
)
from kb_index.ranking.prior import USUAL

#: Of the ranking: chosen by leaving one base out.
RIDGE = 4e-4
SCOPE_PENALTY = 1.0
#: How much a made base counts in the scope fit, against one as it was collected.
MADE_WEIGHT = 0.1
QUESTIONS_OF_SET, QUESTIONS_OF_MADE, CANDIDATES = 300, 120, 15


@dataclass(frozen=True)
class Evaluated:
    """A base's questions: evidence on each, which candidates are right, which have one."""

    name: str
    group: str
    fittable: bool
    made: bool
    evidence: tuple[Evidence, ...]
    right: tuple[Flags, ...]
    answerable: Flags


def fit(bases: Sequence[Evaluated]) -> Combination:
    """Fit all weights to bases that may be fitted to."""
    ranking = _fit_ranking(bases)
    first = Combination(tuple(map(float, ranking)), (1.0, 1.0), (0.0,) * len(SCOPE_FEATURES), 0.0)
    sharpness = _fit_sharpness(bases, first)
    scope, bias = _fit_scope(bases, first)
    return Combination(first.ranking, sharpness, tuple(map(float, scope)), bias)


def fit_without(bases: Sequence[Evaluated], group: str) -> Combination:
    """Fit to all fittable bases but those of a group."""
    return fit([base for base in bases if base.fittable and base.group != group])


def _sample(base: Evaluated) -> list[int]:
    wanted = [row for row, flags in enumerate(base.right) if flags.any()]
    limit = QUESTIONS_OF_MADE if base.made else QUESTIONS_OF_SET
    order = np.random.default_rng(0).permutation(len(wanted))[:limit]
    return [wanted[i] for i in order]


@dataclass(frozen=True)
class _Padded:
    """Of sampled questions: features (question, candidate, feature), right ones, real ones.

    given: what a candidate scores besides, by its answer: that weight is not fitted.
    """

    features: Floats
    given: Floats
    right: Flags
    real: Flags

    def scores(self, weights: Floats) -> Floats:
        return np.where(self.real, self.features @ weights + self.given, -np.inf)


def _padded(base: Evaluated) -> _Padded:
    rows = _sample(base)
    features = np.zeros((len(rows), CANDIDATES, len(RANKING_FEATURES)))
    given = np.zeros((len(rows), CANDIDATES))
    right = np.zeros((len(rows), CANDIDATES), bool)
    real = np.zeros_like(right)
    for place, row in enumerate(rows):
        evidence, flags = base.evidence[row], base.right[row]
        best = np.argsort(-(evidence.ranking.sum(axis=1) + 100 * flags))[:CANDIDATES]
        taken = slice(len(best))
        features[place, taken], right[place, taken] = evidence.ranking[best], flags[best]
        given[place, taken] = PASSAGE_WEIGHT * evidence.passage[best]
        real[place, taken] = True
    return _Padded(features, given, right, real)


def _fit_ranking(bases: Sequence[Evaluated]) -> Floats:
    """Conditional logit with non-negative weights; every base counts the same."""
    data = [found for base in bases if len((found := _padded(base)).real)]

    def loss(weights: Floats) -> tuple[float, Floats]:
        total, gradient = RIDGE * float(weights @ weights), 2 * RIDGE * weights
        for base in data:
            scores = base.scores(weights)
            among_right = np.where(base.right, scores, -np.inf)
            every, good = logsumexp(scores, axis=1), logsumexp(among_right, axis=1)
            total += float((every - good).mean()) / len(data)
            pull = np.exp(scores - every[:, None]) - np.exp(among_right - good[:, None])
            gradient += np.einsum("qc,qcf->f", pull, base.features) / len(pull) / len(data)
        return total, gradient

    start = np.full(len(RANKING_FEATURES), 0.5)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[(0, None)] * len(start))
    return np.asarray(found.x, np.float64)


def _fit_sharpness(bases: Sequence[Evaluated], combination: Combination) -> tuple[float, float]:
    """Factors on the scores by likelihood: undo the ridge's flattening, which is not even.

    Weights of evidence that few bases have are flattened more: those of single texts.
    """
    data = [
        (found, base.evidence[0].statistics.sparseness, MADE_WEIGHT if base.made else 1.0)
        for base in bases
        if len((found := _padded(base)).real)
    ]
    weights = np.array(combination.ranking)

    def loss(sharpness: Floats) -> float:
        total = 0.0
        for base, single, counts in data:
            sharp = sharpness[0] * (1 - single) + sharpness[1] * single
            scores = sharp * base.scores(weights)
            good = logsumexp(np.where(base.right, scores, -np.inf), axis=1)
            total += counts * float((logsumexp(scores, axis=1) - good).mean())
        return total

    found = minimize(loss, np.ones(2), method="L-BFGS-B", bounds=[(0.3, 3.0)] * 2)
    return float(found.x[0]), float(found.x[1])


def _fit_scope(bases: Sequence[Evaluated], combination: Combination) -> tuple[Floats, float]:
    """Logistic regression on bases with unanswerable questions, each balanced to `USUAL`."""
    rows, labels, weights = [], [], []
    for base in bases:
        answerable = base.answerable
        if answerable.all() or not answerable.any():
            continue
        for evidence in base.evidence:
            rows.append(scope_features(evidence, combination.scores(evidence)))
        share = np.where(answerable, USUAL / answerable.sum(), 1.0)
        share[~answerable] = (1 - USUAL) / (~answerable).sum()
        labels.append(answerable)
        weights.append(share * QUESTIONS_OF_SET * (MADE_WEIGHT if base.made else 1.0))
    features = np.array(rows)
    centre, spread = features.mean(axis=0), features.std(axis=0) + 1e-9
    model = LogisticRegression(C=SCOPE_PENALTY, max_iter=500)
    model.fit((features - centre) / spread, np.concatenate(labels), np.concatenate(weights))
    scope = model.coef_[0] / spread
    return scope, float(model.intercept_[0] - scope @ centre)
