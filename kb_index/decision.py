"""Decides from the ranked articles whether to answer.

(figures to come)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Decision = Literal["answer", "none"]

ANSWER_THRESHOLD = 0.6
PASSAGE_WEIGHT = 0.9


@dataclass(frozen=True)
class Verdict:
    """What to do, the confidence in the first article (0..1), and the limit it was held to."""

    decision: Decision
    score: float
    threshold: float


class Decider:
    """Answers when the best article's weighted cosine reaches the threshold."""

    def __init__(self, threshold: float = ANSWER_THRESHOLD) -> None:
        self._threshold = threshold

    def decide(self, scores: Sequence[float]) -> Verdict:
        """Judge the articles' scores, best first; none at all means `none`."""
        score = min(1.0, max(0.0, scores[0])) if scores else 0.0
        answers = bool(scores) and score >= self._threshold
        return Verdict("answer" if answers else "none", score, self._threshold)
