"""Hand-computed examples: five questions, three in scope, scores .9 .8 .7 .6 .5."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from kb_index.datasets import LabelledQuestion, read_base, read_questions
from kb_index.encoder import Encoder
from kb_index.errors import SourceUnreadable
from kb_index.evaluate import (
    Outcome,
    area_under_risk_coverage,
    as_rounded_dict,
    ask_all,
    auroc,
    coverage_at_precision,
    expected_calibration_error,
    report,
)
from kb_index.index import PassageIndex
from kb_index.keeper import put_all
from kb_index.service import make_engine
from kb_index.settings import Settings

FIVE = [
    Outcome(("a",), ("a", "b"), 0.9, True, 1.0),
    Outcome(("b",), ("b",), 0.8, True, 2.0),
    Outcome((), ("a",), 0.7, True, 3.0),
    Outcome(("c", "d"), ("a", "d"), 0.6, False, 4.0),
    Outcome((), ("b",), 0.5, False, 5.0),
]


def test_the_figures_are_those_worked_out_by_hand() -> None:
    figures = report(FIVE, 7.0)
    assert (figures.n_in_scope, figures.n_out_of_scope) == (3, 2)
    assert figures.top1 == pytest.approx(2 / 3)
    assert figures.mrr == pytest.approx((1 + 1 + 1 / 2) / 3)
    assert figures.auroc == pytest.approx(5 / 6)
    assert figures.aurc == pytest.approx((0 + 0 + 1 / 3 + 2 / 4 + 3 / 5) / 5)
    assert figures.coverage_at_precision_90 == pytest.approx(2 / 3)
    assert figures.answered == pytest.approx(3 / 5)
    assert figures.wrong_among_answered == pytest.approx(1 / 3)
    assert figures.task_accuracy == pytest.approx(3 / 5)
    # Bins .9: gap .1, .8: gap .2, .7: .7, .6: .6, .5: .5, one question each.
    assert figures.ece == pytest.approx((0.1 + 0.2 + 0.7 + 0.6 + 0.5) / 5)
    assert (figures.p50_ms, figures.build_s) == (3.0, 7.0)
    assert figures.p95_ms == pytest.approx(4.8)


def test_mcc_is_one_for_a_perfect_bot_and_zero_for_one_that_never_answers() -> None:
    perfect = [Outcome(("a",), ("a",), 0.9, True, 1), Outcome((), ("a",), 0.1, False, 1)]
    silent = [Outcome(("a",), ("a",), 0.1, False, 1), Outcome((), ("a",), 0.1, False, 1)]
    assert report(perfect).mcc == pytest.approx(1)
    assert report(silent).mcc == pytest.approx(0)


def test_equal_scores_are_cut_together() -> None:
    right = np.array([True, False, True])
    scores = np.array([0.5, 0.5, 0.5])
    assert coverage_at_precision(right, scores, 2) == 0
    assert area_under_risk_coverage(right, scores) == pytest.approx(1 / 3)


def test_coverage_takes_the_lowest_cut_off_that_is_precise_enough() -> None:
    right = np.array([False] + [True] * 9)
    scores = np.linspace(1, 0.1, 10)
    assert coverage_at_precision(right, scores, 10) == pytest.approx(0.9)


def test_a_score_of_one_belongs_to_the_last_bin() -> None:
    assert expected_calibration_error(np.array([True]), np.array([1.0])) == 0


def test_no_questions_give_no_figures() -> None:
    figures = as_rounded_dict(report([]))
    assert figures["n_in_scope"] == 0
    assert figures["top1"] is None
    assert json.dumps(figures)


def test_scope_is_judged_by_the_probability_for_it_where_the_engine_has_one() -> None:
    unsure_which = Outcome(("a",), ("b",), 0.2, False, 1.0, answerable=0.9)
    foreign = Outcome((), ("b",), 0.3, False, 1.0, answerable=0.3)
    assert report([unsure_which, foreign]).auroc == 1
    assert auroc([unsure_which, foreign], lambda item: item.score) == 0


def test_figures_without_out_of_scope_questions_leave_auroc_out() -> None:
    assert report(FIVE[:2]).auroc is None


def test_the_engine_is_measured_as_it_serves(
    tmp_path: Path, encoder: Encoder, settings: Settings
) -> None:
    kb = tmp_path / "kb.jsonl"
    rows = [
        {"id": "Hours_1", "question": "opening times", "variants_5": ["when are you open"]},
        {"id": "pay", "question": "payment", "answer": "By card.", "variants_5": []},
    ]
    kb.write_text("\n".join(json.dumps(row) for row in rows))
    queries = tmp_path / "queries.jsonl"
    queries.write_text(
        '{"text": "when are you open", "kb_id": "Hours_1"}\n'
        '{"text": "by card?", "kb_ids": ["pay", "x"]}\n\n'
        '{"text": "who painted the Mona Lisa", "kb_id": null}\n'
    )
    engine = make_engine(settings, encoder, PassageIndex(encoder.dim))
    put_all(engine, read_base(kb, "variants_5"))
    outcomes = ask_all(engine, read_questions(queries))
    assert [outcome.ranked[0] for outcome in outcomes[:2]] == ["Hours_1", "pay"]
    assert report(outcomes).top1 == 1
    assert not outcomes[2].answered


@pytest.mark.parametrize(
    "line", ["not json", "[]", '{"question": "no id"}', '{"id": "x", "question": "q", "v": "x"}']
)
def test_a_broken_base_is_refused_with_its_line(tmp_path: Path, line: str) -> None:
    path = tmp_path / "kb.jsonl"
    path.write_text('{"id": "a", "question": "b"}\n' + line)
    with pytest.raises(SourceUnreadable, match=r"kb\.jsonl:2"):
        read_base(path, "v")


def test_questions_name_their_articles_in_either_form(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text('{"text": "a", "kb_id": null}\n{"text": "b", "kb_ids": ["x", "y"]}')
    assert read_questions(path) == [LabelledQuestion("a", ()), LabelledQuestion("b", ("x", "y"))]
