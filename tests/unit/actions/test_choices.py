import pytest

from actions.choices import NONE_OF_THESE, offered, picked, refused
from actions.evidence import ChoiceJson
from handoff.escalation import Message

REFUND: ChoiceJson = {"article_id": "refund-time", "title": "How long does a refund take?"}
RETURN: ChoiceJson = {"article_id": "returns-start", "title": "How do I return an item?"}
EXCHANGE: ChoiceJson = {"article_id": "exchange", "title": "Can I exchange an item?"}
CHOICES = (REFUND, RETURN, EXCHANGE)


@pytest.mark.parametrize(
    ("text", "choice"),
    [
        ("How long does a refund take?", REFUND),
        ("how long does a refund take", REFUND),
        ("  CAN I EXCHANGE AN ITEM?? ", EXCHANGE),
        ("1", REFUND),
        ("2.", RETURN),
        ("number 3", EXCHANGE),
        ("the second one", RETURN),
        ("The first one, please", REFUND),
        ("last one", EXCHANGE),
    ],
)
def test_a_choice_is_named_by_its_title_or_its_place(text, choice):
    assert picked(text, CHOICES) == choice


@pytest.mark.parametrize(
    "text",
    ["4", "the fourth", "20", "refund", "my first order is late", "the last one broke", "", "👍"],
)
def test_other_words_name_no_choice(text):
    assert picked(text, CHOICES) is None


def test_without_choices_nothing_is_picked_or_refused():
    assert picked("1", ()) is None
    assert not refused(Message(NONE_OF_THESE), ())


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        (NONE_OF_THESE, "ask_question"),
        ("none of them", "ask_question"),
        ("Neither", "ask_question"),
        ("no", "deny"),
        ("nope, that is not it", "deny"),
    ],
)
def test_all_choices_can_be_refused_at_once(text, intent):
    assert refused(Message(text, intent, 0.9), CHOICES)


@pytest.mark.parametrize("text", ["none of the links work in the mail I got", "where is my parcel"])
def test_a_new_question_refuses_nothing(text):
    assert not refused(Message(text, "ask_question", 0.9), CHOICES)


@pytest.mark.parametrize(
    "evidence", [None, [], {}, {"choices": None}, {"choices": [{}, 3, {"title": "x"}]}]
)
def test_evidence_with_holes_offers_no_choices(evidence):
    assert offered(evidence) == ()
