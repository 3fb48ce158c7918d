"""The figures of the evaluation."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TypedDict

from sklearn.metrics import (
    average_precision_score,
    precision_recall_fscore_support,
    roc_auc_score,
)

TOLERANCE = 2.0


class Decided(TypedDict):
    """How good yes-or-no decisions are."""

    precision: float
    recall: float
    f1: float


class Ranked(TypedDict):
    """How good a ranking by score is; None where all cases are of one kind."""

    ap: float | None
    auroc: float | None


def decided(gold: Sequence[bool], said: Sequence[bool]) -> Decided:
    """Precision, recall and F1; 0 where nothing was said or nothing was due."""
    if not gold:
        return {"precision": 0.0, "recall": 0.0, "f1": 0.0}
    precision, recall, f1, _ = precision_recall_fscore_support(
        list(gold), list(said), average="binary", pos_label=True, zero_division=0
    )
    return {"precision": _short(precision), "recall": _short(recall), "f1": _short(f1)}


def ranked(gold: Sequence[bool], scores: Sequence[float]) -> Ranked:
    """Average precision and the area under the ROC curve."""
    if len(set(gold)) < 2:
        return {"ap": None, "auroc": None}
    truth, values = list(gold), list(scores)
    return {
        "ap": _short(average_precision_score(truth, values)),
        "auroc": _short(roc_auc_score(truth, values)),
    }


def transfer_within_tolerance(predicted: Sequence[int], gold: Sequence[int]) -> float:
    """GT-II of one dialogue: how near the predicted transfers are to the due ones, in turns."""
    if not gold:
        return 0.0 if predicted else 1.0
    if not predicted:
        return 0.0
    return sum(max(_nearness(p, q) for q in gold) for p in predicted) / len(predicted)


def mean(values: Iterable[float]) -> float:
    """The mean, 0 of nothing."""
    known = list(values)
    return _short(sum(known) / len(known)) if known else 0.0


def _nearness(predicted: int, due: int) -> float:
    off = predicted - due
    late = (off > 0) - (off < 0)
    return math.exp(-(off**2) / (2.0 * TOLERANCE**2) / (1.0 - 0.5 * late))


def _short(value: float) -> float:
    return round(float(value), 4)
