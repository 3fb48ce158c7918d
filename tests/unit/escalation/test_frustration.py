import pytest
from escalation_conversations import DOWN, FOUND, NOTHING, Decision, codes

from handoff.escalation import EscalationPolicy, ReasonCode


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("this is ridiculous", "complain"),
        ("your answers are rubbish", "ask_question"),
        ("WHERE IS MY PARCEL!!!", "ask_question"),
        ("that did not help at all", "complain"),
    ],
)
def test_an_annoyed_customer_is_offered_a_person(customer, text, intent):
    verdict = customer.say(text, intent)
    assert verdict.decision is Decision.OFFER
    assert codes(verdict) == [ReasonCode.ANGER]
    assert verdict.priority == 6


def test_an_annoyed_question_with_an_answer_is_answered(customer):
    verdict = customer.say("where is my parcel, this is ridiculous", search=FOUND)
    assert verdict.decision is Decision.ANSWER


@pytest.mark.parametrize("text", ["you fucking idiots", "go to hell", "🤬"])
def test_insults_escalate_at_once(customer, text):
    verdict = customer.say(text, search=FOUND)
    assert verdict.decision is Decision.ESCALATE
    assert codes(verdict) == [ReasonCode.ANGER]
    assert verdict.priority == 6


def test_anger_that_comes_back_escalates(customer):
    customer.say("where is my parcel, this is ridiculous", search=FOUND)
    assert customer.say("that is useless", "complain").decision is Decision.ESCALATE


def test_anger_after_an_ignored_offer_escalates_instead_of_offering_again(customer):
    customer.say("can you paint my fence?")
    assert customer.say("useless", "complain").decision is Decision.ESCALATE


def test_anger_is_new_after_a_declined_offer(customer):
    customer.say("can you paint my fence?")
    customer.say("no thanks", "deny")
    assert customer.say("this is ridiculous", "complain").decision is Decision.OFFER


def test_an_annoyed_customer_is_not_offered_what_the_bot_cannot_search(customer):
    verdict = customer.say("this is ridiculous", "complain", DOWN)
    assert verdict.decision is Decision.ESCALATE
    assert codes(verdict) == [ReasonCode.BOT_UNAVAILABLE, ReasonCode.ANGER]
    assert verdict.priority == 7


def test_an_order_number_in_capitals_is_no_anger(customer):
    assert customer.say("ORDER FF-20931 STATUS", search=FOUND).decision is Decision.ANSWER
    assert customer.say("thanks!!!", "thanks", NOTHING).decision is Decision.SMALL_TALK


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("and how do I return this crap?", "and how do I return this ?"),
        ("Where the HELL is my fucking parcel", "Where the is my parcel"),
        ("how do I remove scrapes", "how do I remove scrapes"),
        ("shit", ""),
    ],
)
def test_swearing_can_be_left_out(text, plain):
    assert EscalationPolicy().without_swearing(text) == plain
