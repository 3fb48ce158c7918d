"""What share of the questions a base is asked it can answer, learnt from the questions alone.

A base's customers ask more or less beyond it: on the development sets between a third and all of
their questions can be answered. The probabilities are fitted for `USUAL`; here they are moved to
the base's own share by expectation maximisation without labels (Saerens, Latinne & Decaestecker
2002), over the latest distinct questions, from past ones only. `STRENGTH` imagined questions of the
usual share and the bounds keep a flood of nonsense, or a weak scope model, from leading it far.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections import OrderedDict
from pathlib import Path
from typing import Any

import numpy as np
import structlog

log = structlog.get_logger()

#: Share of answerable questions that the scope model is fitted for.
USUAL = 0.7
STRENGTH = 30.0
LOWEST, HIGHEST = 0.5, 0.9
#: Latest distinct questions looked at.
WINDOW = 500
#: Steps of the expectation maximisation for each question; each starts where the last ended.
STEPS = 2
#: Questions between two writes of the file.
SAVE_EVERY = 20


class ScopePrior:
    """Follows the share of answerable questions of one base. Not thread-safe.

    `file` keeps log-odds and hashes of questions, never their words; without one it is forgotten.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._logits: OrderedDict[str, float] = OrderedDict()
        self._unsaved = 0
        self.share = USUAL
        if file:
            self._logits.update(_read(file))
            self._step(20)

    @property
    def shift(self) -> float:
        """What to add to log-odds that were fitted for the usual share."""
        return _logit(self.share) - _logit(USUAL)

    def observe(self, question: str, logit: float) -> None:
        """Learn from an unlabelled question and its log-odds (unmoved) of being answerable."""
        key = hashlib.sha256(" ".join(question.lower().split()).encode()).hexdigest()[:16]
        self._logits[key] = logit
        self._logits.move_to_end(key)
        if len(self._logits) > WINDOW:
            self._logits.popitem(last=False)
        self._step(STEPS)
        self._unsaved += 1
        if self._file and self._unsaved >= SAVE_EVERY:
            self.save()

    def save(self) -> None:
        """Write the file aside and swap it in; it may be lost without harm."""
        if self._file and self._unsaved:
            draft = self._file.with_suffix(".new")
            rounded = {key: round(logit, 3) for key, logit in self._logits.items()}
            self._unsaved = 0
            try:
                draft.write_text(json.dumps(rounded), encoding="utf-8")
                draft.replace(self._file)
            except OSError as error:  # a full disk must not stop the answers
                log.warning("latest questions not saved", reason=error.strerror)

    def _step(self, steps: int) -> None:
        if not self._logits:
            return
        logits = np.fromiter(self._logits.values(), float)
        for _ in range(steps):
            answerable = float(np.sum(1 / (1 + np.exp(-(logits + self.shift)))))
            share = (STRENGTH * USUAL + answerable) / (STRENGTH + len(logits))
            self.share = min(max(share, LOWEST), HIGHEST)


def _logit(share: float) -> float:
    return math.log(share / (1 - share))


def _read(file: Path) -> dict[str, float]:
    """What was saved, as far as it can be read."""
    try:
        found: Any = json.loads(file.read_bytes())
        rows = [(str(k), float(v)) for k, v in found.items() if math.isfinite(float(v))]
    except (OSError, ValueError, TypeError, AttributeError, RecursionError):
        return {}
    return {key: min(max(logit, -30.0), 30.0) for key, logit in rows[-WINDOW:]}
