from dataclasses import replace

import pytest

from handoff.escalation.embedding import Embedding
from handoff.escalation.signals import bot_failing, repetition, unease
from handoff.escalation.turn import Message, PastTurn, Turn

REFUSAL = "Unfortunately, I cannot change the booking."


def turn(text: str, *earlier: tuple[str, str]) -> Turn:
    past = tuple(PastTurn(Message(said), reply=reply) for said, reply in earlier)
    return Turn(Message(text), earlier=past)


def test_a_correction_is_more_uneasy_than_thanks():
    before = ("Book it for Tuesday", "It is booked for Thursday.")
    corrected = unease.log_odds(turn("No, I said Tuesday, that's wrong", before))
    assert corrected > unease.log_odds(turn("Great, thank you", before))


def test_the_explanation_names_what_the_customer_did():
    before = ("Book it for Tuesday", "It is booked for Thursday.")
    reading = unease.read(turn("This is ridiculous, I said Tuesday, still wrong!!", before))
    assert reading is not None
    assert "said it again" in reading.detail or "frustrated" in reading.detail


def test_no_to_anything_else_is_not_unease():
    before = ("Where is it?", "It arrives today. Is there anything else I can do for you?")
    assert unease.read(turn("No, that's all, thanks", before)) is None


def test_the_same_question_again_is_a_repetition():
    before = ("where is my parcel", "Our shop opens at nine.")
    assert repetition.read(turn("Where is my parcel??", before)) is not None


@pytest.mark.parametrize("yes", ["Yes please.", "Great, thanks!", "ok great", "Ja, sehr gerne"])
def test_a_yes_to_another_question_is_no_repetition(yes):
    before = (yes, "Shall I also send a receipt?")
    assert repetition.read(turn(yes, before, before)) is None


@pytest.mark.parametrize(
    "complaint",
    ["yes I want my refund now", "No, that's wrong", "No est\u00e1 bien", "Ist das jetzt sicher?"],
)
def test_a_complaint_that_sounds_like_an_answer_is_repeated(complaint):
    before = (complaint, "Is there anything else?")
    small_talk = Message(complaint, "deny", 0.9)
    assert repetition.read(replace(turn(complaint, before), message=small_talk)) is not None


def test_two_different_questions_are_no_repetition():
    before = ("where is my parcel", "It arrives today.")
    assert repetition.read(turn("how much does the kettle cost", before)) is None


def test_the_same_meaning_in_other_words_is_a_repetition():
    asked = Message("when does my parcel arrive", embedding=Embedding("one", (0.6, 0.8), ()))
    past = PastTurn(asked, reply="At nine.")
    now = Message("what day will the delivery be", embedding=Embedding("one", (0.65, 0.76), ()))
    assert repetition.read(Turn(now, earlier=(past,))) is not None
    later = replace(now, embedding=Embedding("another", (0.65, 0.76), ()))
    assert repetition.read(Turn(later, earlier=(past,))) is None


def test_one_refusal_is_an_answer_and_two_are_a_failing_bot():
    assert bot_failing.read(turn("please", ("change it", REFUSAL))) is None
    reading = bot_failing.read(turn("please", ("change it", REFUSAL), ("but why", REFUSAL)))
    assert reading is not None
    assert "2 times" in reading.detail


def test_a_bot_that_helped_last_is_not_failing():
    helped = ("and the other", "Done, it is changed.")
    assert bot_failing.read(turn("ok", ("a", REFUSAL), ("b", REFUSAL), helped)) is None


@pytest.mark.parametrize(
    "cry",
    [
        "please help me!",
        "Please just help me, nothing works",
        "I am at my wits' end",
        "I don't know what to do anymore",
        "we have tried everything",
        "I'm nearly in tears",
        "I don't know what to do, to be honest",
        "please help me, make it stop",
        "please help me out, I am going mad",
        "Will someone please help me!!",
        "We desperately need someone to call us back",
        "I tried everything on your list and it is still dark",
        "I am begging you",
        "I have been begging for attention for weeks",
        "I tried everything in your menu and it still stops",
        "I desperately need your help",
        "we are desperately trying to reach you",
    ],
)
def test_words_of_despair_weigh_where_the_sentence_is_polite(cry):
    assert unease.log_odds(turn(cry)) >= unease.DESPAIR


@pytest.mark.parametrize(
    "wish",
    [
        "please help me find my phone",
        "could you please help me?",
        "please help me with my new card",
        "I don't know what to do to cancel it",
        "it was a pencil for crying out loud",
        "we have tried everything on the menu",
        "the film left me begging for more",
    ],
)
def test_a_wish_in_words_of_despair_is_none(wish):
    reading = unease.read(turn(wish))
    assert reading is None or "desperate" not in reading.detail
    assert unease.log_odds(turn(wish)) != unease.DESPAIR
