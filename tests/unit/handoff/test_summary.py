import json

import pytest

from handoff.escalation import Decision
from handoff.facts import FactRules
from handoff.summary import MAX_QUESTION, Said, Summary, summarise

RULES = FactRules(order_number=(r"FF-\d+",), products=("pan",))
CHAT = [
    Said("hello", Decision.SMALL_TALK, need=0.05),
    Said("how do I return a pan of FF-20311?", Decision.ANSWER, "How do I return an item?", 0.1),
    Said("and if the box is gone?", Decision.REPHRASE, need=0.3),
    Said("agent please", Decision.ESCALATE, need=0.9),
]


def test_a_summary_tells_question_answers_attempts_facts_and_mood():
    found = summarise(CHAT, RULES)
    assert found.question == "and if the box is gone?"
    assert found.answers == ("How do I return an item?",)
    assert [(each.text, each.outcome) for each in found.attempts] == [
        ("how do I return a pan of FF-20311?", "answer"),
        ("and if the box is gone?", "rephrase"),
        ("agent please", "escalate"),
    ]
    assert found.facts.order_numbers == ("FF-20311",)
    assert found.facts.products == ("pan",)
    assert found.moods == (0.05, 0.1, 0.3, 0.9)


def test_a_story_with_a_request_in_it_is_the_question_itself():
    story = "My casserole came with a cracked lid and I would rather talk to somebody about it."
    assert summarise([*CHAT[:3], Said(story, Decision.ESCALATE)], RULES).question == story


def test_without_an_open_question_the_last_answered_one_counts():
    found = summarise([CHAT[1], CHAT[3]], RULES)
    assert found.question == "how do I return a pan of FF-20311?"


def test_words_of_anger_are_not_the_question():
    angry = Said("this is really annoying, you don't help me", Decision.ESCALATE)
    assert summarise([*CHAT[:3], angry], RULES).question == "and if the box is gone?"


@pytest.mark.parametrize("said", [[], [Said("")], [Said("hi", Decision.SMALL_TALK)]])
def test_a_conversation_without_a_question_has_none(said):
    assert summarise(said, RULES).question == ""


def test_a_long_conversation_stays_a_summary():
    said = [Said("long " * 2000, Decision.OFFER, f"Title {n}" * 90, 0.5) for n in range(50)]
    found = summarise(said, RULES)
    assert len(found.question) == MAX_QUESTION
    assert len(json.dumps(found.model_dump(mode="json"))) < 4000


def test_a_summary_survives_the_wire():
    found = summarise(CHAT, RULES)
    assert Summary.model_validate(json.loads(json.dumps(found.model_dump(mode="json")))) == found
