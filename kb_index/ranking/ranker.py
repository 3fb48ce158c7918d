"""Ranks candidate entries for a question and says how likely each is right.

An edit counts in the very next search: words and vectors of the entry are taken as they are, the
head imprints a row. What depends on the whole base (centre, domain words, head) is fitted in the
background (`upkeep`), from a `Snapshot` taken by the thread that owns the ranker, and adopted by
that thread.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kb_index.encoder import Vectors
from kb_index.ranking.calibration import Combination, sigmoid
from kb_index.ranking.entries import BaseStatistics, Entry, base_statistics, looked_at
from kb_index.ranking.features import Evidence, gather
from kb_index.ranking.head import Head, fit_head
from kb_index.ranking.lexical import LexicalIndex, commonest_words, words
from kb_index.ranking.prior import ScopePrior

LEXICAL_CANDIDATES = 10
#: Entries that stand for a larger base in a fit.
SAMPLE = 2000
#: Words whose closeness to the base's centre is looked up: encoding them takes seconds.
DOMAIN_WORDS = 4000

Encode = Callable[[Sequence[str]], Vectors]


@dataclass(frozen=True)
class Ranked:
    """A candidate, the probability that it is right, and the place of its best text."""

    entry_id: str
    probability: float
    matched: int


@dataclass(frozen=True)
class Ranking:
    """Log-odds that the base can answer, as fitted; and the candidates, best first.

    answerable: that probability, moved to the share that this base can answer of its questions.
    The first candidate's probability is that the answer is right.
    """

    scope_logit: float
    answerable: float
    ranked: list[Ranked]


@dataclass(frozen=True)
class Snapshot:
    """What a fit looks at: the questions of some entries (all, if `whole`) and their vectors.

    `edits`: how many there had been.
    """

    questions: Mapping[str, tuple[str, ...]]
    vectors: Mapping[str, Vectors]
    whole: bool
    edits: int


@dataclass(frozen=True)
class Fitted:
    """Everything that depends on the whole base, as it was after `edits`."""

    statistics: BaseStatistics
    head: Head | None
    closeness: Mapping[str, float]
    edits: int


class Ranker:
    """Words of all entries and what was fitted to them. Not thread-safe: one thread owns it."""

    def __init__(self, combination: Combination, prior: ScopePrior) -> None:
        self.combination = combination
        self.prior = prior
        self._lexical = LexicalIndex()
        self._questions: dict[str, tuple[str, ...]] = {}
        self._statistics: BaseStatistics | None = None
        self._fitted_entries = 0
        self._head: Head | None = None
        self._edits = 0
        self._edited: dict[str, int] = {}  # since the adopted fit: number of an entry's last edit

    def __len__(self) -> int:
        """How many entries it has."""
        return len(self._questions)

    @property
    def stale(self) -> bool:
        """Whether the base has outgrown its statistics, or has none."""
        return self._statistics is None or len(self) > 2 * self._fitted_entries

    def put(self, entry_id: str, questions: tuple[str, ...]) -> None:
        """Add an entry, or replace it."""
        self._questions[entry_id] = questions
        self._lexical.put(entry_id, questions)
        self._note(entry_id)

    def drop(self, entry_id: str) -> None:
        """Forget an entry."""
        if self._questions.pop(entry_id, None) is not None:
            self._lexical.drop(entry_id)
            self._note(entry_id)

    def snapshot(self, vectors_of: Callable[[str], Vectors]) -> Snapshot:
        """Take what a fit needs; at least one entry."""
        names = list(self._questions)
        whole = len(names) <= SAMPLE
        if not whole:
            rows = np.random.default_rng(0).permutation(len(names))[:SAMPLE]
            names = [names[row] for row in rows]
        return Snapshot(
            {name: self._questions[name] for name in names},
            {name: looked_at(vectors_of(name)) for name in names},
            whole,
            self._edits,
        )

    def adopt_statistics(self, statistics: BaseStatistics) -> None:
        """Use new statistics until the next fit is there."""
        self._statistics, self._fitted_entries = statistics, len(self)

    def adopt(self, fitted: Fitted) -> None:
        """Use a fit; entries changed since its snapshot keep an imprinted head row."""
        self.adopt_statistics(fitted.statistics)
        self._head = fitted.head
        self._lexical.set_domain(fitted.closeness)
        self._edited = {name: edit for name, edit in self._edited.items() if edit > fitted.edits}

    def near(self, text: str) -> list[str]:
        """Entries that share the most telling words with a question."""
        return self._lexical.nearest(text, LEXICAL_CANDIDATES)

    def evidence(self, text: str, embedding: Vectors, entries: Sequence[Entry]) -> Evidence | None:
        """What speaks for each of the entries; None without any."""
        if self._statistics is None or not entries:
            return None
        match = self._lexical.match(text, [entry.entry_id for entry in entries])
        return gather(
            embedding,
            entries,
            word_count=len(words(text)),
            lexical=match,
            statistics=self._statistics,
            head=self._head,
            changed=self._edited.keys(),
        )

    def rank(self, evidence: Evidence) -> Ranking:
        """Judge the candidates."""
        scores = self.combination.scores(evidence)
        shares = self.combination.shares(evidence, scores)
        logit = self.combination.scope_logit(evidence, scores)
        scope = sigmoid(logit + self.prior.shift)
        ranked = [
            Ranked(evidence.candidates[row], scope * float(shares[row]), evidence.matched[row])
            for row in np.argsort(-scores, kind="stable")
        ]
        return Ranking(logit, scope, ranked)

    def _note(self, entry_id: str) -> None:
        self._edits += 1
        self._edited[entry_id] = self._edits


def fit_base(snapshot: Snapshot, encode: Encode) -> Fitted:
    """Fit to a snapshot: seconds; `encode` is asked for single words."""
    statistics = base_statistics(snapshot.vectors)
    found = commonest_words(
        (text for texts in snapshot.questions.values() for text in texts), DOMAIN_WORDS
    )
    length = float(np.linalg.norm(statistics.mean)) + 1e-9
    closeness = (encode(found) @ statistics.mean) / length if found else np.empty(0)
    head = fit_head(snapshot.vectors) if snapshot.whole else Head({}, {})
    by_word = dict(zip(found, map(float, closeness), strict=True))
    return Fitted(statistics, head, by_word, snapshot.edits)
