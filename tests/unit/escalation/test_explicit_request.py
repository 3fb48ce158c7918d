import pytest

from handoff.escalation.signals import explicit_request
from handoff.escalation.turn import Message, Turn


def read(text: str, **known):
    return explicit_request.read(Turn(Message(text, **known)))


@pytest.mark.parametrize(
    "text",
    [
        "I want to talk to a human",
        "agent please",
        "put me through to your supervisor",
        "my parcel never came and the emails contradict each other, let me speak to a real person",
        "I don't want to talk to a bot, get me a person",
        "please call me back",
        "transfer me to a ticket agent",
        "can I talk to an advisor in my area now",
    ],
)
def test_a_request_for_a_person_is_read(text):
    reading = read(text)
    assert reading is not None
    assert reading.score >= 0.5


@pytest.mark.parametrize(
    "text",
    [
        "I don't need a person",
        "no need to transfer me to an agent",
        "my agent said it would arrive on Monday",
        "your agent told me to wait",
        "which cleaning agent removes rust?",
        "I would like to get an agent nearby",
        "is there a broker close to me",
        "the letting agent never gave me the keys",
        "do you have representatives in my area?",
        "someone stole my card",
        "are you a human?",
        "where is my order",
        "",
        "🙂🙂🙂",
    ],
)
def test_negation_reported_speech_and_other_meanings_are_no_request(text):
    assert read(text) is None


@pytest.mark.parametrize(
    ("text", "confidence", "is_read"),
    [
        ("Can I get a copy of my personal data?", 0.59, False),
        ("I would like to get a refund", 0.8, False),
        ("could a colleague of yours have a look at it", 0.995, True),
        ("yes, put me through please", 0.9, True),
        ("/request_human", 1.0, True),
        ("je voudrais parler à quelqu'un", 0.97, True),
        ("is there nobody alive there?", 0.97, True),
    ],
)
def test_an_intent_counts_as_far_as_it_outweighs_the_words(text, confidence, is_read):
    reading = read(text, intent="request_human", confidence=confidence)
    assert (reading is not None) is is_read


def test_a_withdrawn_request_is_no_request():
    assert read("cancel the human agent", intent="cancel_handoff", confidence=0.9) is None


def test_a_message_of_ten_thousand_characters_is_read_by_its_end():
    assert read("bla " * 2500 + "I want to talk to a human") is not None
