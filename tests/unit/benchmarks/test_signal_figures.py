"""How the figures of single signals come about."""

import json

from benchmarks.signal_sets import Cases, failing_star, leaving
from benchmarks.signals import figures
from handoff.escalation import Embedding, Reason, ReasonCode
from handoff.escalation.fitting.own_text import own

LEAVES = Reason(ReasonCode.CHURN, "The customer may leave.", 0.6)


def test_a_case_is_found_if_the_signal_speaks_whatever_else_was_read():
    cases = Cases(ReasonCode.CHURN, "a set")
    cases.add(True, (LEAVES,))
    cases.add(True, (Reason(ReasonCode.ANGER, "Angry.", 1.0),))
    cases.add(False, (LEAVES,))
    cases.add(False, ())
    found = figures(cases)
    assert (found["n"], found["positives"], found["fires"]) == (4, 2, 2)
    assert (found["precision"], found["recall"]) == (0.5, 0.5)


def test_cases_picked_because_the_signal_fired_say_nothing_of_recall():
    cases = Cases(ReasonCode.CHURN, "a set", [True, False], [0.6, 0.6], fired_only=True)
    found = figures(cases)
    assert found["precision"] == 0.5
    assert (found["recall"], found["f1"], found["ap"]) == (None, None, None)


def test_a_label_of_several_parts_is_leaving_only_where_the_account_is_closed(tmp_path):
    folder = tmp_path / "human_requests"
    folder.mkdir()
    rows = (
        ("close my account", "account+cancel_close_leave_freeze"),
        ("block the card of my account", "account+card+cancel_close_leave_freeze"),
        ("cancel the table", "cancel_close_leave_freeze+restaurant"),
    )
    lines = ({"source": "nlupp_banking", "text": t, "intent": i, "label": 0} for t, i in rows)
    (folder / "requests.jsonl").write_text("\n".join(map(json.dumps, lines)))
    cases = leaving(tmp_path, "nlupp_")
    assert cases.gold == [True, False, False]
    assert [score > 0 for score in cases.scores] == [True, False, False]


def test_two_failing_replies_are_due_and_one_is_not(tmp_path):
    turns = [
        {"role": "user", "text": "a flight to Rome"},
        {"role": "agent", "text": "Sorry, none.", "act": "plane_flight_unavailable"},
        {"role": "user", "text": "then to Oslo"},
        {"role": "agent", "text": "Sorry, I do not understand.", "act": "out_of_scope"},
        {"role": "user", "text": "to Oslo!"},
    ]
    (tmp_path / "conversations").mkdir()
    (tmp_path / "conversations" / "star.jsonl").write_text(json.dumps({"turns": turns}))
    cases = failing_star(tmp_path, lambda texts: [Embedding("none", (), ()) for _ in texts])
    assert cases.gold == [False, True]


def test_the_judged_messages_are_judged_once():
    names = [line.split("\t")[0] for line in own("annotations_complexity.tsv")]
    assert len(names) == len(set(names)) == 160
