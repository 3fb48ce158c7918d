import pytest
from escalation_conversations import FOUND, NOTHING, Decision, codes

from handoff.escalation import Message, ReasonCode, Search, SearchDecision, Turn
from handoff.escalation.signals import complexity

CLOSE = Search(SearchDecision.CLARIFY, 0.5)
STORY = (
    "I ordered a casserole on 12.03. and paid 89 euros, order number FF-20931. It arrived broken, "
    "I returned it, my refund came but only 45 euros, then I was charged again for the replacement "
    "which never arrived, and my account shows two orders now. Can you tell me what happened to my "
    "refund? And why was I charged twice? And when does my replacement come?"
)


def read(text: str):
    return complexity.read(Turn(Message(text)))


def test_a_long_story_of_ones_own_with_several_questions_is_complex():
    reading = read(STORY)
    assert reading is not None
    assert reading.score == 1.0
    assert "3 questions" in reading.detail
    assert "long story" in reading.detail
    assert "data of the customer's own" in reading.detail


@pytest.mark.parametrize(
    "text",
    [
        "where is my order FF-20931?",
        "can I return a pan? it is too heavy",
        "hm?? what?",
        "",
        "🙂?",
        "???????",
        "I have been looking for a pan for a long time, and I found yours to be the nicest of them "
        "all, so I wonder which of the sizes is the right one for a family of five that likes stew",
    ],
)
def test_a_plain_question_is_not(text):
    assert read(text) is None


def test_a_complex_case_is_offered_a_person_rather_than_asked_back(customer):
    verdict = customer.say(STORY, search=CLOSE)
    assert verdict.decision is Decision.OFFER
    assert codes(verdict)[0] is ReasonCode.COMPLEXITY


def test_a_complex_case_without_an_answer_says_so(customer):
    assert ReasonCode.COMPLEXITY in codes(customer.say(STORY, search=NOTHING))


def test_a_complex_case_with_an_answer_is_answered(customer):
    assert customer.say(STORY, search=FOUND).decision is Decision.ANSWER


def test_close_articles_are_asked_back_for_once_or_twice_and_then_a_person_offered(customer):
    decisions = [customer.say(f"thing {n} of it", search=CLOSE).decision for n in range(3)]
    assert decisions == [Decision.CLARIFY, Decision.CLARIFY, Decision.OFFER]
