import pytest

from kb_index.follow_up import readings


@pytest.mark.parametrize(
    ("previous", "text", "meant"),
    [
        ("How much is shipping to Spain?", "and to Canada?", "How much is shipping to Canada?"),
        ("how long does delivery to Germany take", "ok, and to the UK?", "delivery to the UK take"),
        ("how long does delivery to Germany take", "What about Italy?", "delivery to Italy take"),
        ("what warranty is there on knives?", "and on pans", "what warranty is there on pans?"),
        ("how long do I have to return something?", "and sale items?", "to return sale items?"),
        ("can I pay by bank transfer?", "in instalments?", "can I pay in instalments?"),
        ("how do I return a pan?", "what does it cost?", "what does return pan cost?"),
        ("how do I return a pan?", "can I do that in the shop", "can I return pan in the shop?"),
        ("how can I buy a gift card?", "does it expire?", "does gift card expire?"),
        ("how do I return an item?", "how long?", "how do I return an item: how long?"),
        ("¿cuánto cuesta el envío para España?", "¿y para Canadá?", "envío para Canadá?"),
        ("Wie lange dauert die Lieferung nach Spanien?", "und nach Italien?", "nach Italien?"),
    ],
)
def test_what_is_left_out_is_taken_from_the_question_before(previous, text, meant):
    assert any(meant in reading for reading in readings(text, previous))


@pytest.mark.parametrize(
    "text",
    [
        "where is my parcel?",
        "how do I reset my password?",
        "and how do I reset my password?",
        "my coffee machine needs descaling, how do I do that?",
        "I lost my gift card, can you block it?",
        "hello",
        "thank you",
        "and by the way I also wanted to ask whether you sell pans made of copper",
    ],
)
def test_a_question_of_its_own_stands_alone(text):
    assert readings(text, "how much is shipping to Spain?") == ()


@pytest.mark.parametrize("previous", [None, "", "  ?! "])
@pytest.mark.parametrize("text", ["and to Canada?", "how long?", "what does it cost?"])
def test_without_a_question_before_there_is_nothing_to_take_from(text, previous):
    assert readings(text, previous) == ()


@pytest.mark.parametrize("text", ["", " ", "?", "and?", "and", "...", "🙂", "\0", "und", "¿y?"])
def test_texts_without_words_of_their_own_are_no_questions(text):
    assert readings(text, "how much is shipping to Spain?") == ()


def test_readings_end_in_one_question_mark_and_differ():
    found = readings("and Austria??", "do you deliver to Italy??")
    assert len(set(found)) == len(found)
    assert all(reading.endswith("?") and not reading.endswith("??") for reading in found)


def test_long_texts_say_what_they_are_about():
    assert readings("and to Canada " * 1000, "how much is shipping to Spain?") == ()
