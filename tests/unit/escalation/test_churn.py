import pytest
from escalation_conversations import FOUND, Decision, codes

from handoff.escalation import ReasonCode


@pytest.mark.parametrize(
    "text",
    [
        "close my account",
        "I'm closing one of the old savings accounts",
        "could somebody cancel one of my two tea plans",
        "I don't need my club membership any longer",
        "it is about the deletion of my account",
        "I'm going to a competitor",
        "I will never order anything here again",
        "you just lost me as a customer",
        "ich kündige",
        "quiero cancelar mi cuenta",
    ],
)
def test_a_customer_who_leaves_is_offered_a_person_who_can_keep_them(customer, text):
    verdict = customer.say(text)
    assert verdict.decision is Decision.OFFER
    assert codes(verdict)[0] is ReasonCode.CHURN
    assert verdict.priority == 6
    assert "retention" in verdict.skills


def test_how_to_cancel_is_answered_where_there_is_an_answer(customer):
    verdict = customer.say("how do I cancel my subscription?", search=FOUND)
    assert verdict.decision is Decision.ANSWER
    assert [reading.code for reading in verdict.readings] == [ReasonCode.CHURN]


@pytest.mark.parametrize(
    "text",
    [
        "I will not close my account",
        "can I cancel my order?",
        "remove my daughter from my plan",
        "please cancel the recipe newsletter subscription",
        "cancel order on my account",
        "delete address from my account",
        "cancel delivery for my subscription",
        "cancel order, see policy",
        "close the popup in account",
        "I don't want my account to be charged twice",
        "I do not use the app for my account",
        "I don't need the invoice for this account",
    ],
)
def test_staying_is_no_leaving(customer, text):
    assert ReasonCode.CHURN not in codes(customer.say(text))
