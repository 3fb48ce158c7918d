import random

import pytest
from escalation_conversations import DOWN, FOUND, NOTHING, Conversation, Decision, codes

from handoff.escalation import (
    EscalationPolicy,
    Message,
    Reading,
    Reason,
    ReasonCode,
    Search,
    Tuning,
    Turn,
    priority_of,
)


def test_a_question_with_an_answer_is_answered(customer):
    verdict = customer.say("where is my parcel?", search=FOUND)
    assert (verdict.decision, verdict.reasons) == (Decision.ANSWER, ())


@pytest.mark.parametrize(
    "intent",
    ["greet", "goodbye", "thanks", "bot_challenge", "how_are_you", "praise", "cancel_handoff"],
)
def test_small_talk_is_left_to_the_rules(customer, intent):
    assert customer.say("hello to you all", intent).decision is Decision.SMALL_TALK


def test_a_question_hidden_in_small_talk_is_answered(customer):
    assert customer.say("hi, where is my order", "greet", FOUND).decision is Decision.ANSWER


def test_a_short_greeting_is_small_talk_whatever_the_search_found(customer):
    assert customer.say("good evening", "greet", FOUND).decision is Decision.SMALL_TALK


def test_unsure_small_talk_without_an_answer_is_offered_a_person(customer):
    assert customer.say("hi ho paint my fence", "greet", NOTHING, 0.3).decision is Decision.OFFER


def test_without_knowledge_a_question_goes_to_a_person_and_says_why(customer):
    verdict = customer.say("where is my parcel?", search=DOWN)
    assert verdict.decision is Decision.ESCALATE
    assert codes(verdict) == [ReasonCode.BOT_UNAVAILABLE]
    assert verdict.priority == 7


def test_without_knowledge_the_bot_still_greets(customer):
    assert customer.say("hello", "greet", DOWN).decision is Decision.SMALL_TALK


def test_the_most_urgent_reason_decides_the_priority():
    assert priority_of([]) == 5
    calm, angry = Reason(ReasonCode.EXPLICIT_REQUEST, ""), Reason(ReasonCode.ANGER, "")
    assert priority_of([calm, angry]) == 6


def test_another_signal_needs_one_function():
    def vip(turn: Turn, _tuning: Tuning) -> Reading | None:
        found = "gold" in turn.message.text
        return Reading(ReasonCode.EXPLICIT_REQUEST, 1.0, "A gold member.") if found else None

    policy = EscalationPolicy((vip,))
    verdict = policy.assess(Turn(Message("I am a gold member"), Search()))
    assert verdict.reasons == (Reason(ReasonCode.EXPLICIT_REQUEST, "A gold member.", 1.0, 1),)


def test_the_same_conversation_always_gets_the_same_verdicts():
    texts = ["paint my fence", "no", "useless", "a human", "hello", "yes", "???", "I am fed up"]
    intents = ["ask_question", "deny", "complain", "greet", "affirm", "request_human"]

    def verdicts() -> list[object]:
        dice, customer = random.Random(7), Conversation()
        return [
            customer.say(dice.choice(texts), dice.choice(intents), dice.choice([FOUND, NOTHING]))
            for _ in range(50)
        ]

    assert verdicts() == verdicts()
