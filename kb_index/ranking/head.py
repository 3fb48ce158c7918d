"""A linear head over the entries, fitted in seconds from the questions of the base itself.

Multinomial logistic regression on the unit embeddings. An entry that came after the last fit gets
an imprinted row (Qi, Brown & Lowe 2018: the centroid, scaled like the fitted rows), so an edit
works at once and the next background fit replaces it. Large bases are imprinted throughout.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import LogisticRegression

from kb_index.encoder import Vectors
from kb_index.ranking.entries import Floats

INVERSE_PENALTY = 10.0
MAX_ITERATIONS = 100
#: Entries times questions beyond which no head is fitted (about 10 s on one core).
FIT_LIMIT = 2_000_000
IMPRINT_SCALE = 6.0


@dataclass(frozen=True)
class Head:
    """Rows (coefficients) and biases by entry id; `scale` is the rows' usual length."""

    rows: Mapping[str, Vectors]
    biases: Mapping[str, float]
    scale: float = IMPRINT_SCALE
    usual_bias: float = 0.0

    def logits(
        self,
        embedding: Vectors,
        entry_ids: Sequence[str],
        closeness: Floats,
        changed: AbstractSet[str],
    ) -> Floats:
        """The entries' logits.

        `closeness` is each centroid's product with the embedding; it stands for entries that were
        not in the fit, or `changed` since.
        """
        logits = closeness * self.scale + self.usual_bias
        for place, entry_id in enumerate(entry_ids):
            row = self.rows.get(entry_id)
            if row is not None and entry_id not in changed:
                logits[place] = row @ embedding + self.biases[entry_id]
        return logits


def fit_head(questions: Mapping[str, Vectors]) -> Head | None:
    """Fit the head; None where entries have too few texts to learn from (under two on average)."""
    ids = list(questions)
    count = sum(len(block) for block in questions.values())
    if len(ids) < 2 or count < 2 * len(ids):
        return None
    if len(ids) * count > FIT_LIMIT:
        return Head({}, {})
    features = np.concatenate([questions[entry] for entry in ids])
    labels = np.repeat(np.arange(len(ids)), [len(questions[entry]) for entry in ids])
    model = LogisticRegression(C=INVERSE_PENALTY, max_iter=MAX_ITERATIONS, tol=1e-3)
    model.fit(features, labels)
    rows, biases = np.asarray(model.coef_, np.float32), np.asarray(model.intercept_)
    if len(ids) == 2:  # scikit-learn keeps one row for two classes
        rows, biases = np.vstack([-rows / 2, rows / 2]), np.array([-biases[0], biases[0]]) / 2
    return Head(
        dict(zip(ids, rows, strict=True)),
        dict(zip(ids, map(float, biases), strict=True)),
        float(np.median(np.linalg.norm(rows, axis=1))),
        float(np.median(biases)),
    )
