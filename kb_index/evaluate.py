"""Measures the engine on labelled questions.

Every question has a first article and a score from the engine. An answer is *right* if the
question is in scope and the first article is (one of) its own; out of scope nothing is right.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt
from sklearn.metrics import matthews_corrcoef, roc_auc_score

from kb_index.datasets import LabelledQuestion
from kb_index.engine import Query, SearchEngine

#: Articles asked for: a right one beyond this place counts as not found.
DEPTH = 20
TARGET_PRECISION = 0.9
ECE_BINS = 10

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Outcome:
    """What the engine said to one question.

    answerable: its probability that any article answers; None if it knows no more than the score.
    """

    gold: tuple[str, ...]
    ranked: tuple[str, ...]
    score: float
    answered: bool
    took_ms: float
    choices: tuple[str, ...] = ()
    answerable: float | None = None

    @property
    def in_scope(self) -> bool:
        """Whether any article answers the question."""
        return bool(self.gold)

    @property
    def right(self) -> bool:
        """Whether the first article does."""
        return bool(self.ranked) and self.ranked[0] in self.gold


@dataclass(frozen=True)
class Report:
    """The figures of one evaluation; shares are 0..1, None where a figure has no meaning.

    top1: share of in-scope questions whose first article is right.
    mrr: mean over in-scope questions of 1 / place of the first right article (0 if not found).
    auroc: chance that an in-scope question is held for more answerable than an out-of-scope one:
        by the probability for just that, where the engine has one, else by the score.
    aurc: mean, over all cut-offs, of the share of wrong ones among the questions above it.
    coverage_at_precision_90: share of in-scope questions answered rightly at the lowest
        cut-off where 90% of all answers given are right.
    answered: share of all questions answered at the shipped operating point.
    wrong_among_answered: share of those that are wrong or out of scope.
    task_accuracy: share of all questions answered rightly in scope or refused out of scope.
    mcc: Matthews correlation (multi-class) of the article given, or none, with the right one.
    ece: mean gap, over ten score bins weighted by size, between score and share of right ones.
    p50_ms, p95_ms: time of one search, one at a time. build_s: time to encode and index the base.
    """

    n_in_scope: int
    n_out_of_scope: int
    top1: float | None
    mrr: float | None
    auroc: float | None
    aurc: float | None
    coverage_at_precision_90: float | None
    answered: float | None
    wrong_among_answered: float | None
    task_accuracy: float | None
    mcc: float | None
    ece: float | None
    p50_ms: float | None
    p95_ms: float | None
    build_s: float


def ask_all(engine: SearchEngine, questions: Sequence[LabelledQuestion]) -> list[Outcome]:
    """Put the questions to the engine that serves, one at a time."""
    outcomes = []
    for question in questions:
        started = time.perf_counter()
        (result,) = engine.search([Query(question.text, DEPTH)])
        took_ms = (time.perf_counter() - started) * 1000
        ranked = tuple(hit.article_id for hit in result.hits)
        answered = result.decision == "answer"
        outcomes.append(
            Outcome(
                question.gold,
                ranked,
                result.score,
                answered,
                took_ms,
                result.choices,
                result.answerable,
            )
        )
    return outcomes


def report(outcomes: Sequence[Outcome], build_s: float = 0.0) -> Report:
    """Work out all figures."""
    inside = [item for item in outcomes if item.in_scope]
    answered = [item for item in outcomes if item.answered]
    right = np.array([item.right for item in outcomes], bool)
    scores = np.array([item.score for item in outcomes], float)
    done_well = [item.right if item.answered else not item.in_scope for item in outcomes]
    times = [item.took_ms for item in outcomes]
    return Report(
        n_in_scope=len(inside),
        n_out_of_scope=len(outcomes) - len(inside),
        top1=_mean([item.right for item in inside]),
        mrr=_mean([_reciprocal_rank(item) for item in inside]),
        auroc=auroc(outcomes, _scope),
        aurc=area_under_risk_coverage(right, scores),
        coverage_at_precision_90=coverage_at_precision(right, scores, len(inside)),
        answered=_mean([item.answered for item in outcomes]),
        wrong_among_answered=_mean([not item.right for item in answered]),
        task_accuracy=_mean(done_well),
        mcc=_mcc(outcomes),
        ece=expected_calibration_error(right, scores),
        p50_ms=float(np.percentile(times, 50)) if times else None,
        p95_ms=float(np.percentile(times, 95)) if times else None,
        build_s=build_s,
    )


def as_rounded_dict(figures: Report) -> dict[str, float | int | None]:
    """The report for print: four decimals."""
    return {
        name: round(value, 4) if isinstance(value, float) else value
        for name, value in asdict(figures).items()
    }


def coverage_at_precision(
    right: Flags, scores: Floats, n_in_scope: int, target: float = TARGET_PRECISION
) -> float | None:
    """Right answers as a share of `n_in_scope`, at the lowest cut-off with that precision."""
    if not n_in_scope:
        return None
    hits, given = _above_each_cut(right, scores)
    good = np.flatnonzero(hits >= target * given - 1e-9)
    return float(hits[good[-1]] / n_in_scope) if len(good) else 0.0


def area_under_risk_coverage(right: Flags, scores: Floats) -> float | None:
    """Mean share of wrong answers over all coverages; equal scores are cut together."""
    if not len(right):
        return None
    hits, given = _above_each_cut(right, scores)
    steps = np.diff(given, prepend=0)
    return float(np.sum((1 - hits / given) * steps) / len(right))


def expected_calibration_error(right: Flags, scores: Floats, bins: int = ECE_BINS) -> float | None:
    """Gap between score and accuracy, over bins of equal width, weighted by their size."""
    if not len(right):
        return None
    places = np.minimum((scores * bins).astype(int), bins - 1)
    gaps = [abs(float((right[places == b] - scores[places == b]).sum())) for b in set(places)]
    return sum(gaps) / len(right)


def auroc(outcomes: Sequence[Outcome], of: Callable[[Outcome], float]) -> float | None:
    """Chance that `of` is higher for an in-scope question than for an out-of-scope one."""
    in_scope = [item.in_scope for item in outcomes]
    if len(set(in_scope)) < 2:
        return None
    return float(roc_auc_score(in_scope, [of(item) for item in outcomes]))


def _scope(item: Outcome) -> float:
    return item.score if item.answerable is None else item.answerable


def _above_each_cut(right: Flags, scores: Floats) -> tuple[Floats, Floats]:
    """Right answers and answers given at each distinct cut-off, from the highest down."""
    order = np.argsort(-scores, kind="stable")
    hits = np.cumsum(right[order]).astype(float)
    ends = np.flatnonzero(np.diff(scores[order], append=-np.inf))  # last of equal scores
    return hits[ends], (ends + 1).astype(float)


def _reciprocal_rank(item: Outcome) -> float:
    return next(
        (1 / place for place, found in enumerate(item.ranked, 1) if found in item.gold), 0.0
    )


def _mcc(outcomes: Sequence[Outcome]) -> float | None:
    if not outcomes:
        return None
    # Where several articles count as right, the one given stands for them.
    gold = [item.ranked[0] if item.right else (*item.gold, "")[0] for item in outcomes]
    given = [item.ranked[0] if item.answered else "" for item in outcomes]
    return float(matthews_corrcoef(gold, given))


def _mean(values: Sequence[float]) -> float | None:
    return float(np.mean(values)) if len(values) else None
