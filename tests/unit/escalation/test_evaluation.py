import json
import math

import numpy as np
import pytest

from handoff.escalation.__main__ import main
from handoff.escalation.embedding import Embedding
from handoff.escalation.evaluation import tasks
from handoff.escalation.evaluation.metrics import decided, ranked, transfer_within_tolerance
from handoff.escalation.remembered import RememberedEmbeddings


def no_vectors(texts):
    return [Embedding("none", (), ()) for _ in texts]


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


def test_no_alarm_is_right_where_nothing_was_due():
    calm = {"turns": [{"role": "user", "text": "thank you, bye", "sat_main": 4}]}
    assert tasks.satisfaction([calm], no_vectors)["gt_ii"] == 1.0


def test_the_transfer_figures_set_the_recorded_bot_beside_the_policy():
    ask = {"role": "user", "text": "let me speak to a real person please"}
    calm = {"role": "user", "text": "thanks, that helped a lot"}
    rows = [
        {"turns": [ask], "should_transfer": True, "bot_transferred": False},
        {"turns": [calm], "should_transfer": False, "bot_transferred": True},
    ]
    figures = tasks.transfer(rows, no_vectors)
    assert (figures["n"], figures["positives"], figures["f1"]) == (2, 1, 1.0)
    assert figures["recorded_bot_f1"] == 0.0


def no_rows(texts):
    rows = np.zeros((len(texts), 0), np.float32)
    return rows, rows


@pytest.fixture
def two_files(tmp_path, monkeypatch):
    monkeypatch.setattr(
        "handoff.escalation.remembered.serving_encoder",
        lambda path: RememberedEmbeddings(no_rows, "none", path),
    )
    ask = {"text": "agent please", "label": 1, "source": "a"}
    (tmp_path / "requests.jsonl").write_text(json.dumps(ask) + "\n")
    turns = [{"role": "user", "text": "hello", "sat_main": 3}]
    (tmp_path / "sgd.jsonl").write_text(json.dumps({"turns": turns}) + "\n")
    (tmp_path / "ccpe.jsonl").write_text(json.dumps({"turns": turns}) + "\n")
    return tmp_path


def test_the_figures_of_one_file_stand_alone(two_files, capsys):
    assert main(["eval", "--json", "--requests", str(two_files / "requests.jsonl")]) == 0
    found = json.loads(capsys.readouterr().out)
    assert set(found) == {"by_source"}
    assert set(found["by_source"]["a"]) == {"n", "positives", "precision", "recall", "f1", "ap"}


def test_the_figures_of_one_set_of_dialogues_are_those_agreed_on(two_files, capsys):
    assert main(["eval", "--json", "--satisfaction", str(two_files / "sgd.jsonl")]) == 0
    assert set(json.loads(capsys.readouterr().out)) == {
        "n_turns", "positives", "ap", "auroc", "f1", "precision", "recall",
        "false_alarms_per_100_turns", "gt_ii",
    }  # fmt: skip


def test_the_figures_of_several_files_are_keyed(two_files, capsys):
    names = ["--requests", "requests.jsonl", "--satisfaction", "sgd.jsonl"]
    names += ["--satisfaction", "ccpe.jsonl"]
    paths = [each if each.startswith("--") else str(two_files / each) for each in names]
    assert main(["eval", "--json", *paths]) == 0
    found = json.loads(capsys.readouterr().out)
    assert set(found) == {"requests", "satisfaction"}
    assert set(found["satisfaction"]) == {"sgd", "ccpe"}


def test_without_a_file_nothing_is_measured(capsys):
    assert main(["eval", "--json"]) == 2
    assert "name at least one file" in capsys.readouterr().err


def test_a_conversation_without_turns_is_no_error():
    assert tasks.satisfaction([{"turns": []}], no_vectors)["n_turns"] == 0
