import pytest
from escalation_conversations import FOUND, NOTHING, Decision, codes

from handoff.escalation import ReasonCode


@pytest.mark.parametrize(
    ("text", "intent", "confidence"),
    [
        ("let me speak with somebody from your team", "request_human", 0.9),
        ("I want to talk to a real person", "ask_question", 0.6),
        ("agent", "ask_question", 0.3),
        ("human please", "greet", 0.3),
        ("can I get a human being", "complain", 0.2),
        ("No, I want to speak to an agent", "deny", 0.8),
        ("My agent said Monday. I want to talk to another agent", "ask_question", 0.8),
        ("do you have any people there I could talk to", "ask_question", 0.78),
        ("I don't know how to reach an agent", "ask_question", 0.6),
        ("talk with an aent", "ask_question", 0.4),
        ("speak to an insurance agent", "ask_question", 0.6),
        ("The new lid does not fit. Let a human being deal with it.", "ask_question", 0.92),
    ],
)
def test_a_request_for_a_person_escalates_at_once(customer, text, intent, confidence):
    verdict = customer.say(text, intent, FOUND, confidence)
    assert verdict.decision is Decision.ESCALATE
    assert codes(verdict) == [ReasonCode.EXPLICIT_REQUEST]
    assert verdict.priority == 5


@pytest.mark.parametrize(
    "text",
    [
        "I don't need a person",
        "I don\u2019t want to talk to an agent",
        "no agent please, just tell me when it arrives",
        "please answer without a human",
        "my agent said the refund is on its way, when will it arrive?",
        "the agent told me to write here",
        "I spoke to a person yesterday about the return",
        "are you a real person?",
        "am I talking to a human",
        "what is the price of the travel agent kit",
        "I work as an insurance agent",
        "I need to send this to my insurance agent",
        "I don't see what talking to a person would help",
        "I don't see how contacting an agent would help",
    ],
)
def test_talking_about_a_person_is_no_request(customer, text):
    assert customer.say(text, search=FOUND).decision is Decision.ANSWER


def test_a_request_of_an_angry_customer_carries_both_reasons_and_the_higher_priority(customer):
    verdict = customer.say("this is useless, give me a human", "request_human", NOTHING)
    assert codes(verdict) == [ReasonCode.EXPLICIT_REQUEST, ReasonCode.ANGER]
    assert verdict.priority == 6


def test_an_unsure_intent_alone_is_no_request(customer):
    assert customer.say("hm", "request_human", FOUND, 0.3).decision is Decision.ANSWER
