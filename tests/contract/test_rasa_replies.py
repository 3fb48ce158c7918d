"""What Rasa really answers on its REST channel, in every kind of turn."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parent / "rasa_replies"


def reply(name: str) -> list[dict[str, Any]]:
    return json.loads((FOLDER / f"{name}.json").read_text())


def test_an_answer_is_one_message_with_its_source_and_blank_lines():
    [answer] = reply("answer")
    assert "\n\n" in answer["custom"]["message"]["text"]
    assert answer["custom"]["message"]["sources"][0]["id"] == "track-a-parcel"


@pytest.mark.parametrize("name", ["offer", "offer_after_anger", "offer_after_none_of_these"])
def test_an_offer_has_two_buttons(name):
    [offer] = reply(name)
    assert [button["title"] for button in offer["buttons"]] == ["Yes, please", "No, thanks"]


def test_close_articles_are_buttons_with_their_titles_and_one_for_none():
    [question] = reply("clarify")
    titles = [button["title"] for button in question["buttons"]]
    assert titles == ["Where is my parcel?", "Returning an item", "None of these"]


@pytest.mark.parametrize(
    ("name", "codes", "priority"),
    [
        ("hand_off", ["explicit_request"], 5),
        ("hand_off_accepted_offer", ["accepted_offer", "weak_knowledge"], 5),
        ("hand_off_knowledge_down", ["bot_unavailable"], 7),
        ("bot_unavailable", ["bot_unavailable"], 7),
        ("hand_off_with_details", ["accepted_offer", "weak_knowledge"], 5),
        ("hand_off_details_skipped", ["accepted_offer", "weak_knowledge"], 5),
        ("hand_off_details_anger", ["anger", "accepted_offer", "weak_knowledge"], 6),
    ],
)
def test_a_handoff_tells_the_customer_and_gives_the_reasons(name, codes, priority):
    parts = reply(name)
    custom = parts[-1]["custom"]
    assert custom["handoff"]["priority"] == priority
    assert [reason["code"] for reason in custom["handoff"]["reasons"]] == codes
    assert parts[0].get("text") or custom["message"]["text"]


@pytest.mark.parametrize("name", ["details_asked", "details_asked_again"])
def test_a_question_for_details_gives_its_reason_and_can_be_skipped(name):
    [question] = reply(name)
    assert "colleague" in question["text"]
    assert [button["title"] for button in question["buttons"]] == ["Skip"]


def test_what_the_form_collects_travels_in_the_facts_of_the_summary_and_is_no_attempt():
    summary = reply("hand_off_with_details")[-1]["custom"]["handoff"]["summary"]
    assert summary["facts"]["order_numbers"] == ["FF-20311"]
    assert [attempt["outcome"] for attempt in summary["attempts"]] == ["offer", "escalate"]
    assert summary["question"] == "can you paint my order green?"


PLAIN = (
    *("small_talk", "offer_declined", "rephrase", "handed_back", "handed_back_in_form"),
    "details_and_no_person",
)


@pytest.mark.parametrize("name", PLAIN)
def test_fixed_words_are_one_plain_text(name):
    [words] = reply(name)
    assert words["text"]


def test_an_action_server_that_dies_in_the_middle_leaves_an_empty_list():
    assert reply("empty") == []
