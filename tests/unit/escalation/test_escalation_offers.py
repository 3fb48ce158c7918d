import pytest
from escalation_conversations import FOUND, NOTHING, Decision, codes

from handoff.escalation import ReasonCode

ODD = "can you paint my fence?"


def test_a_question_without_an_answer_is_offered_a_person(customer):
    verdict = customer.say(ODD)
    assert verdict.decision is Decision.OFFER
    assert codes(verdict) == [ReasonCode.WEAK_KNOWLEDGE]
    assert "0.20" in verdict.reasons[0].detail
    assert verdict.offer_open


@pytest.mark.parametrize(
    ("text", "intent"),
    [("Yes, please", "thanks"), ("ok", "greet"), ("that would be lovely", "affirm")],
)
def test_yes_to_an_open_offer_escalates_with_the_reasons_of_the_offer(customer, text, intent):
    customer.say(ODD)
    verdict = customer.say(text, intent)
    assert verdict.decision is Decision.ESCALATE
    assert codes(verdict) == [ReasonCode.ACCEPTED_OFFER, ReasonCode.WEAK_KNOWLEDGE]


def test_yes_without_an_offer_is_small_talk(customer):
    assert customer.say("yes", "affirm").decision is Decision.SMALL_TALK


def test_yes_after_another_question_was_answered_is_small_talk(customer):
    customer.say(ODD)
    assert customer.say("where is my parcel?", search=FOUND).decision is Decision.ANSWER
    assert customer.say("yes", "affirm").decision is Decision.SMALL_TALK


@pytest.mark.parametrize(("text", "intent"), [("No, thanks", "thanks"), ("rather not", "deny")])
def test_no_closes_the_offer_politely(customer, text, intent):
    customer.say(ODD)
    verdict = customer.say(text, intent)
    assert verdict.decision is Decision.SMALL_TALK
    assert not verdict.offer_open


def test_a_question_behind_the_no_is_answered(customer):
    customer.say(ODD)
    verdict = customer.say("no, where is my parcel now?", "deny", FOUND)
    assert verdict.decision is Decision.ANSWER


def test_the_offer_stays_open_over_small_talk(customer):
    customer.say(ODD)
    assert customer.say("thank you", "thanks").offer_open
    assert customer.say("yes", "affirm").decision is Decision.ESCALATE


def test_a_person_is_not_offered_again_before_the_customer_answers(customer):
    customer.say(ODD)
    verdict = customer.say("and the gate?")
    assert verdict.decision is Decision.REPHRASE
    assert verdict.offer_open


def test_a_third_question_without_an_answer_escalates_while_the_offer_is_open(customer):
    customer.say(ODD)
    customer.say("and the gate?")
    verdict = customer.say("and the shed?")
    assert verdict.decision is Decision.ESCALATE
    assert codes(verdict) == [ReasonCode.REPEATED_MISUNDERSTANDING, ReasonCode.WEAK_KNOWLEDGE]


def test_after_a_declined_offer_the_bot_asks_to_rephrase_then_offers_once_more(customer):
    customer.say(ODD)
    customer.say("no thanks", "deny")
    assert customer.say("and the gate?").decision is Decision.REPHRASE
    again = customer.say("and the shed?")
    assert again.decision is Decision.OFFER
    assert codes(again)[0] is ReasonCode.REPEATED_MISUNDERSTANDING


def test_an_offer_declined_twice_is_not_made_a_third_time(customer):
    for text, intent in [
        (ODD, "ask_question"),
        ("no thanks", "deny"),
        ("and the gate?", "ask_question"),
        ("and the shed?", "ask_question"),
        ("no thanks", "deny"),
    ]:
        customer.say(text, intent)
    decisions = {customer.say(f"what about thing {n}?").decision for n in range(10)}
    assert decisions == {Decision.REPHRASE}


def test_a_declined_offer_is_remembered_after_an_answer(customer):
    customer.say(ODD)
    customer.say("no thanks", "deny")
    customer.say("where is my parcel?", search=FOUND)
    assert customer.say("and the gate?").decision is Decision.REPHRASE


def test_a_request_for_a_person_counts_after_a_declined_offer(customer):
    customer.say(ODD)
    customer.say("no thanks", "deny")
    assert customer.say("a human please", "request_human").decision is Decision.ESCALATE


@pytest.mark.parametrize("text", ["???", "...", "   "])
def test_a_message_without_words_is_asked_to_be_rephrased(customer, text):
    assert customer.say(text, search=NOTHING).decision is Decision.REPHRASE
