import pytest

from actions.evidence import reasons_of, to_json
from actions.replies import handoff, message
from handoff.escalation import Decision, Reason, ReasonCode, Verdict

ANGER = Reason(ReasonCode.ANGER, "loud")


def test_evidence_survives_the_way_through_rasa():
    import json

    evidence = json.loads(json.dumps(to_json(Verdict(Decision.OFFER, (ANGER,), 6))))
    assert reasons_of(evidence) == (ANGER,)
    assert evidence["priority"] == 6


@pytest.mark.parametrize("value", [None, [], "x", {}, {"reasons": None}, {"reasons": [{}]}])
def test_evidence_with_holes_has_no_reasons(value):
    assert reasons_of(value) == ()


def test_a_message_keeps_its_markdown_and_names_its_sources():
    sent = message("one\n\ntwo", [("returns", "Returning an item")])["message"]
    assert sent["text"] == "one\n\ntwo"
    assert sent["sources"] == [{"id": "returns", "title": "Returning an item"}]


def test_a_handoff_carries_words_reasons_and_priority():
    sent = handoff("Coming.", [ANGER], 6, ["french"])
    assert sent["message"]["text"] == "Coming."
    assert sent["handoff"] == {
        "reasons": [{"code": "anger", "detail": "loud"}],
        "priority": 6,
        "skills": ["french"],
        "summary": None,
    }
