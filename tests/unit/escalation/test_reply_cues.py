"""What kind of step the bot's reply was, as the model of the mood is told."""

from __future__ import annotations

import pytest

from handoff.escalation.cues import OF_THE_REPLY, Exchange, cues
from handoff.escalation.reply_cues import NAMES, refuses, reply_cues, straight


@pytest.mark.parametrize(
    ("reply", "name"),
    [
        ("And why is that?", "bot_asks_why"),
        ("What did you like about the ending?", "bot_asks_why"),
        ("Which kind of music do you like?", "bot_asks_taste"),
        ("What day would you like to travel?", "bot_asks_detail"),
        ("When do you leave?", "bot_asks_detail"),
        ("Please confirm: two rooms for Friday.", "bot_checks"),
        ("Two rooms for Friday, right?", "bot_checks"),
        ("That is for Friday. Correct?", "bot_checks"),
        ("Great, I will do that.", "bot_agrees"),
        ("No, there is none left.", "bot_denies"),
        ("I liked it a lot.", "bot_thinks"),
        ("It was hilarious.", "bot_values"),
        ("I hope it helps.", "bot_wishes"),
        ("Have a lovely evening!", "bot_wishes"),
        ("Great. And do you eat fish?", "bot_asks_whether"),
        ("Where do you want to go?", "bot_asks_what"),
        ("In which city?", "bot_asks_what"),
        ("And for how many nights?", "bot_asks_what"),
        ("Which one do you mean?🙂", "bot_asks_what"),
        ('"Which one do you mean?"', "bot_asks_what"),
        ("Have a look at Casablanca.", "bot_names"),
        ("It is 20 pounds.", "bot_counts"),
        ("Done!", "bot_exclaims"),
    ],
)
def test_a_reply_is_known_by_the_step_it_takes(reply, name):
    plain = reply_cues("the parcel is on its way to the shop")
    assert plain[name] == 0.0
    assert reply_cues(reply)[name] >= 1.0


@pytest.mark.parametrize(
    ("reply", "name"),
    [
        ("No problem, two rooms it is.", "bot_denies"),
        ("No worries, two rooms it is.", "bot_denies"),
        ("Do you have a reservation?", "bot_wishes"),
        ("What music do you enjoy?", "bot_wishes"),
        ("I will tell you when it is here. Anything else?", "bot_asks_detail"),
        ("You are right to ask.", "bot_checks"),
    ],
)
def test_a_step_that_only_looks_like_another_is_not_taken_for_it(reply, name):
    assert reply_cues(reply)[name] == 0.0


def test_a_longer_reply_of_more_sentences_says_so():
    short, long = reply_cues("It is open."), reply_cues("It is open. It closes at six. Come early.")
    assert short["bot_sentences"] < long["bot_sentences"] == 1.0
    assert short["bot_length"] < long["bot_length"]


def test_without_a_reply_there_is_nothing_to_know():
    assert set(reply_cues("")) == set(NAMES)
    assert not any(reply_cues("").values())


def test_what_looks_like_a_question_but_is_none_asks_nothing():
    found = reply_cues("Where it stands is on the label. Would that I knew.")
    assert found["bot_asks_whether"] == found["bot_asks_what"] == 0.0


def test_only_the_end_of_a_long_reply_is_read():
    assert refuses("x" * 600 + " I cannot do that.")
    assert not refuses("I cannot do that. " + "x" * 600)
    assert len(straight("x" * 2000)) == 500


def test_a_long_reply_is_not_cut_within_a_word():
    assert set(straight("ready " * 100).split()) == {"ready"}
    whole = " ".join(["able"] * 100)
    assert straight(whole) == whole
    assert straight("ab " * 168) == " ".join(["ab"] * 167)


def test_several_messages_in_a_row_are_all_about_what_the_bot_said_last():
    asked = Exchange("two rooms please", "I am sorry, we have no rooms.")
    first = cues("really", (asked,))
    second = cues("are you sure", (asked, Exchange("really")))
    assert first["bot_none"] == second["bot_none"] == 1.0
    assert {name: first[name] for name in OF_THE_REPLY} == {
        name: second[name] for name in OF_THE_REPLY
    }
    assert first["ignored"] == second["ignored"] > 0.0


def test_several_first_messages_are_about_what_the_bot_opened_with():
    opening = "Hello! How may I help you?"
    assert cues("hi", (), opening)["bot_closes"] == 1.0
    assert cues("my order", (Exchange("hi"),), opening)["bot_closes"] == 1.0


def test_many_messages_in_a_row_are_still_about_what_the_bot_said_last():
    refused = (Exchange("two rooms please", "I am sorry, we have no rooms."),) * 2
    waiting = [Exchange(f"are you there {number}") for number in range(20)]
    soon, late = cues("hello?", refused), cues("hello?", (*refused, *waiting), "Hello!")
    assert soon["bot_repeats"] == 1.0
    assert soon["ignored"] > 0.0
    known = (*OF_THE_REPLY, "ignored")
    assert {name: late[name] for name in known} == {name: soon[name] for name in known}


def test_a_reply_of_white_space_is_none():
    asked = Exchange("two rooms please", "I am sorry, we have no rooms.")
    blank = cues("are you sure", (asked, Exchange("really", "  ")))
    assert blank["bot_none"] == 1.0
