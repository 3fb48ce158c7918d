"""Fitting the weights of the ranking, to evidence made here."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from kb_index.ranking.entries import BaseStatistics
from kb_index.ranking.features import RANKING_FEATURES, Evidence
from kb_index.ranking.fitting import Evaluated, fit, fit_without
from kb_index.ranking.lexical import LexicalMatch

NEAREST = RANKING_FEATURES.index("nearest_single")
CANDIDATES, QUESTIONS = 4, 60


def evidence(rng: np.random.Generator, telling: float) -> Evidence:
    """Of a question whose first candidate is right, as the nearest text mostly says."""
    ranking = np.zeros((CANDIDATES, len(RANKING_FEATURES)))
    ranking[:, NEAREST] = rng.uniform(0, 0.6, CANDIDATES)
    ranking[0, NEAREST] += telling
    nothing = np.zeros(CANDIDATES)
    return Evidence(
        tuple("abcd"),
        ranking,
        ranking[:, NEAREST],
        nothing,
        (0,) * CANDIDATES,
        LexicalMatch(nothing, nothing, nothing, 0.0),
        5,
        BaseStatistics(np.zeros(3, np.float32), 1.0, 0.7, CANDIDATES),
    )


def evaluated(name: str, telling: float = 0.3) -> Evaluated:
    """Answerable and unanswerable questions; the latter look like any other."""
    rng = np.random.default_rng(0)
    answerable = np.arange(2 * QUESTIONS) < QUESTIONS
    return Evaluated(
        name,
        name,
        True,
        False,
        tuple(evidence(rng, telling if inside else 0.0) for inside in answerable),
        tuple(np.array([inside, False, False, False]) for inside in answerable),
        answerable,
    )


def test_evidence_that_tells_more_weighs_more() -> None:
    weak, strong = (fit([evaluated("shop", telling)]).ranking for telling in (0.1, 0.5))
    assert 0 < weak[NEAREST] < strong[NEAREST]
    assert weak[:NEAREST] == (0.0,) * NEAREST


def test_what_the_answers_tell_already_is_not_given_to_other_evidence() -> None:
    plain = evaluated("shop")
    told = tuple(replace(item, passage=3 * item.ranking[:, NEAREST]) for item in plain.evidence)
    difference = (
        fit([plain]).ranking[NEAREST] - fit([replace(plain, evidence=told)]).ranking[NEAREST]
    )
    assert 2 < difference < 4


def test_a_group_left_out_changes_nothing_in_the_fit() -> None:
    shop, bank = evaluated("shop"), evaluated("bank", 0.6)
    assert fit_without([shop, bank], "bank") == fit([shop])
    assert fit([shop, bank]) != fit([shop])
