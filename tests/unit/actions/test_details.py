from pathlib import Path
from typing import Any

import pytest

from actions.details import carried_on, found, may_be_asked, missing, skips, withdraws
from actions.evidence import EvidenceJson, to_json
from actions.turn_builder import said_so_far
from handoff.escalation import Decision, Message, Reason, ReasonCode, Verdict
from handoff.facts import FactRules, Facts, read_rules
from handoff.summary import Said, Summary, summarise

RULES = read_rules(Path("data/facts.yml"))
ACCEPTED = Reason(ReasonCode.ACCEPTED_OFFER, "yes")
WEAK = Reason(ReasonCode.WEAK_KNOWLEDGE, "none")
# Reasons that a calm customer has to talk to a person.
CALM = {
    *(ReasonCode.ACCEPTED_OFFER, ReasonCode.WEAK_KNOWLEDGE, ReasonCode.COMPLEXITY),
    *(ReasonCode.REPETITION, ReasonCode.BOT_FAILING, ReasonCode.REPEATED_MISUNDERSTANDING),
    ReasonCode.ATTRIBUTE,
}


def asked_for(*messages: str, slots: dict[str, Any] | None = None) -> str | None:
    said = [Said(text, Decision.OFFER) for text in messages]
    summary = summarise([*said, Said("Yes, please", Decision.ESCALATE)], RULES)
    return missing(summary, slots or {}, RULES)


@pytest.mark.parametrize("code", list(ReasonCode))
def test_only_who_is_calm_and_did_not_ask_for_a_person_is_asked(code):
    verdict = Verdict(Decision.ESCALATE, (ACCEPTED, Reason(code, "")))
    assert may_be_asked(verdict) == (code in CALM)


def test_anger_that_did_not_decide_still_keeps_the_form_away():
    readings = (Reason(ReasonCode.ANGER, "loud", 0.3),)
    assert not may_be_asked(Verdict(Decision.ESCALATE, (ACCEPTED,), readings=readings))


@pytest.mark.parametrize("decision", set(Decision) - {Decision.ESCALATE})
def test_nothing_is_asked_without_a_handoff(decision):
    assert not may_be_asked(Verdict(decision, (ACCEPTED,)))


@pytest.mark.parametrize(
    ("question", "slot"),
    [
        ("can you paint my order green?", "order_number"),
        ("what happened to My Parcels", "order_number"),
        ("why can't I log in any more", "email"),
        ("can you paint my garden fence?", None),
        ("how do orders work?", None),
    ],
)
def test_the_subject_says_what_is_needed(question, slot):
    assert asked_for(question) == slot


def test_what_is_known_is_not_asked_for():
    assert asked_for("I have FF-20311", "where is my order?") is None
    assert asked_for("where is my order?", slots={"order_number": "FF-20311"}) is None
    assert asked_for("I am a@b.example", "where is my order?") == "order_number"


def test_the_open_question_decides_and_not_an_earlier_subject():
    said = [Said("where is my order?", Decision.ANSWER), Said("and the fence?", Decision.OFFER)]
    assert missing(summarise(said, RULES), {}, RULES) is None


def test_a_shop_without_rules_asks_for_nothing():
    assert missing(Summary(question="where is my order?"), {}, FactRules()) is None


def test_the_first_facts_fill_the_slots():
    facts = Facts(order_numbers=("FF-1", "FF-2"), emails=("a@b.example",))
    assert found(facts) == {"order_number": "FF-1", "email": "a@b.example"}
    assert found(Facts()) == {}


@pytest.mark.parametrize(
    "text",
    [
        *("Skip", "skip it", "no", "No, thanks", "I don\u2019t have it at hand", "can't find it"),
        *("I lost it", "no idea", "I have no order number", "don't know"),
    ],
)
def test_a_question_can_be_skipped_in_many_words(text):
    assert skips(text)


@pytest.mark.parametrize("text", ["12345", "it's 88213", "what is that for?", "", "🙂"])
def test_other_words_skip_nothing(text):
    assert not skips(text)


def test_no_person_any_more_is_not_the_same_as_no_order_number():
    assert withdraws(Message("forget it, I don't need an agent any more", "cancel_handoff", 0.9))
    assert not withdraws(Message("I don't have it", "cancel_handoff", 0.9))
    assert not withdraws(Message("forget it", "cancel_handoff", 0.3))


def before() -> EvidenceJson:
    verdict = Verdict(Decision.ESCALATE, (ACCEPTED, WEAK), 7, skills=("baking",))
    return to_json(verdict, question="how?")


def test_an_answer_to_the_form_keeps_what_led_to_the_handoff():
    answer = {"article_id": "a", "title": "A", "text": "a", "score": 0.9}
    later = to_json(Verdict(Decision.ANSWER, probability=0.2), answer)
    evidence = carried_on(later, before())
    assert [reason["code"] for reason in evidence["reasons"]] == [
        "accepted_offer",
        "weak_knowledge",
    ]
    assert (evidence["priority"], evidence["skills"]) == (7, ["baking"])
    assert (evidence["answer"], evidence["question"]) == (None, "how?")
    assert evidence["probability"] == 0.2


def test_what_is_urgent_comes_first_and_with_the_higher_priority():
    danger = Reason(ReasonCode.DANGER_TO_LIFE, "help", 1.0)
    later = to_json(Verdict(Decision.ESCALATE, (danger,), 9, skills=("crisis",), text="Call 112."))
    evidence = carried_on(later, before())
    assert evidence["reasons"][0]["code"] == "danger_to_life"
    assert (evidence["priority"], evidence["skills"]) == (9, ["crisis", "baking"])
    assert evidence["text"] == "Call 112."


@pytest.mark.parametrize("broken", [None, [], "x", {}, {"reasons": [7], "priority": "high"}])
def test_evidence_with_holes_can_be_carried_on(broken):
    assert carried_on(to_json(Verdict(Decision.REPHRASE)), broken)["reasons"] == []


def test_an_answer_to_the_form_is_told_as_no_attempt():
    def user(text: str) -> dict[str, Any]:
        return {"event": "user", "text": text, "parse_data": {"text": text}}

    asks = {"event": "slot", "name": "verdict", "value": "ask_details"}
    events = [user("yes"), asks, user("what for?"), asks, user("FF-20311"), asks]
    said = said_so_far({"events": events}, None)
    assert [each.decision for each in said] == [
        *(Decision.ESCALATE, Decision.SMALL_TALK, Decision.SMALL_TALK),
    ]
