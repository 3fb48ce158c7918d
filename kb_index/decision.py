"""Decides from the articles' probabilities: answer, ask which of a few is meant, or say no."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Decision = Literal["answer", "clarify", "none"]

#: The lowest with at most a fifth of the answers wrong on both live bots, left out of the fit.
TARGET_PRECISION = 0.6
MAX_CHOICES = 4
#: Choices are offered if one of them is at least this likely to be right.
CLARIFY_TARGET = 0.6
#: A choice is at least this likely against the first.
CHOICE_SHARE = 0.25


@dataclass(frozen=True)
class Verdict:
    """What to do, the probability that the first article is right, and the target it was held to.

    `choices`: how many of the first articles the customer should choose from, for `clarify` alone.
    """

    decision: Decision
    score: float
    target: float
    choices: int = 0


class Decider:
    """Answers when the first article is right with at least the target's probability."""

    def __init__(self, target: float = TARGET_PRECISION) -> None:
        self._target = target

    def decide(self, probabilities: Sequence[float]) -> Verdict:
        """Judge the articles' probabilities, best first; none at all means `none`."""
        if not probabilities:
            return Verdict("none", 0.0, self._target)
        best = probabilities[0]
        if best >= self._target:
            return Verdict("answer", best, self._target)
        close = [p for p in probabilities[:MAX_CHOICES] if p >= CHOICE_SHARE * best]
        if len(close) >= 2 and sum(close) >= min(CLARIFY_TARGET, self._target):
            return Verdict("clarify", best, self._target, len(close))
        return Verdict("none", best, self._target)
