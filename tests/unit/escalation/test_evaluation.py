import json
import math

import numpy as np
import pytest

from handoff.escalation.evaluation import tasks
from handoff.escalation.evaluation.metrics import decided, ranked, transfer_within_tolerance


def no_vectors(texts):
    return np.zeros((len(texts), 0), np.float32)


@pytest.mark.parametrize(
    ("predicted", "gold", "score"),
    [
        ([], [], 1.0),
        ([3], [], 0.0),
        ([], [3], 0.0),
        ([3], [3], 1.0),
        ([5], [3], math.exp(-4 / 8 / 0.5)),
        ([1], [3], math.exp(-4 / 8 / 1.5)),
        ([3, 5], [3], (1.0 + math.exp(-1.0)) / 2),
    ],
)
def test_transfer_within_tolerance_is_stricter_with_late_transfers(predicted, gold, score):
    assert transfer_within_tolerance(predicted, gold) == pytest.approx(score)


def test_decisions_and_rankings_are_scored():
    gold = [True, True, False, False]
    assert decided(gold, [True, False, True, False])["f1"] == 0.5
    assert ranked(gold, [0.9, 0.8, 0.2, 0.1]) == {"ap": 1.0, "auroc": 1.0}
    assert ranked([False, False], [0.1, 0.2])["ap"] is None


def test_ambiguous_requests_are_left_out():
    rows = [
        {"text": "agent please", "label": 1, "source": "a"},
        {"text": "call centre?", "label": -1, "source": "a"},
        {"text": "where is my order", "label": 0, "source": "a"},
    ]
    figures = tasks.requests(rows, no_vectors)["by_source"]["a"]
    assert figures["n"] == 2
    assert figures["f1"] == 1.0


def test_a_conversation_is_judged_by_its_first_bad_turn():
    turns = [
        {"role": "user", "text": "hello", "sat_main": 3},
        {"role": "system", "text": "Sorry, I don't understand."},
        {"role": "user", "text": "this is ridiculous, it still doesn't work!!", "sat_main": 1},
    ]
    figures = tasks.satisfaction([{"turns": turns}], no_vectors)
    assert figures["n_turns"] == 2
    assert figures["positives"] == 1
    assert figures["ap"] == 1.0
    assert json.dumps(figures)


def test_a_conversation_without_turns_is_no_error():
    assert tasks.satisfaction([{"turns": []}], no_vectors)["n_turns"] == 0
