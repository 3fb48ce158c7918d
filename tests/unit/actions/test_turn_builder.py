from typing import Any

import pytest

from actions.turn_builder import (
    MAX_EARLIER_TURNS,
    earlier_turns,
    latest_message,
    metadata_of,
    said_so_far,
)
from handoff.escalation import Decision, Message, ReasonCode


def user(text: str, intent: str = "ask_question") -> dict[str, Any]:
    parsed = {"text": text, "intent": {"name": intent, "confidence": 0.9}}
    return {"event": "user", "text": text, "parse_data": parsed}


def slot(name: str, value: Any) -> dict[str, Any]:
    return {"event": "slot", "name": name, "value": value}


def action(name: str) -> dict[str, Any]:
    return {"event": "action", "name": name}


def tracker(*events: dict[str, Any]) -> dict[str, Any]:
    return {"events": list(events)}


def decisions(*events: dict[str, Any]) -> list[Decision | None]:
    return [past.decision for past in earlier_turns(tracker(*events, user("now")))]


def test_the_message_comes_from_the_latest_message():
    latest = {"text": "hello", "intent": {"name": "greet", "confidence": 0.8}}
    assert latest_message({"latest_message": latest}) == Message("hello", "greet", 0.8)


@pytest.mark.parametrize("latest", [None, {}, {"text": None}, {"text": ""}, "hello"])
def test_without_one_it_is_the_last_message_of_the_events(latest):
    state = tracker(user("first"), user("last")) | {"latest_message": latest}
    assert latest_message(state).text == "last"


def test_a_tracker_of_nothing_has_an_empty_message_and_no_past():
    assert latest_message({}) == Message("")
    assert earlier_turns({}) == ()


@pytest.mark.parametrize(
    ("name", "decision"),
    [
        ("action_answer", Decision.ANSWER),
        ("action_clarify", Decision.CLARIFY),
        ("action_offer_human", Decision.OFFER),
        ("utter_rephrase", Decision.REPHRASE),
        ("utter_greet", None),
    ],
)
def test_what_the_bot_did_about_a_message_is_remembered(name, decision):
    assert decisions(user("one"), action(name), action("action_listen")) == [decision]


def test_an_offer_that_was_decided_but_never_made_is_no_offer():
    assert decisions(user("one"), slot("verdict", "offer")) == [None]


def test_small_talk_is_known_by_its_verdict():
    events = [user("hi", "greet"), slot("verdict", "small_talk"), action("utter_greet")]
    assert decisions(*events) == [Decision.SMALL_TALK]


def test_the_reasons_of_an_offer_are_remembered():
    evidence = {"reasons": [{"code": "anger", "detail": "loud"}, {"code": "of tomorrow"}, 7]}
    events = [user("one"), slot("evidence", evidence), action("action_offer_human"), user("yes")]
    [past] = earlier_turns(tracker(*events))
    assert [(reason.code, reason.detail) for reason in past.reasons] == [(ReasonCode.ANGER, "loud")]


def test_turns_run_from_the_oldest_to_the_newest_without_the_message_itself():
    past = earlier_turns(tracker(user("one"), user("two"), user("now")))
    assert [each.message.text for each in past] == ["one", "two"]


@pytest.mark.parametrize(
    "boundary",
    [
        user("/handed_back", "handed_back"),
        action("action_hand_off"),
        action("utter_bot_unavailable"),
        {"event": "session_started"},
        {"event": "restart"},
    ],
    ids=lambda event: event.get("name") or event.get("text") or event["event"],
)
def test_what_was_before_the_bot_got_the_conversation_back_does_not_count(boundary):
    events = [user("old"), action("action_offer_human"), boundary, user("new"), user("now")]
    assert [past.message.text for past in earlier_turns(tracker(*events))] == ["new"]


def test_a_long_past_is_cut():
    one = [user("x" * 10_000), slot("verdict", "answer"), action("action_answer")]
    state = tracker(*(one * 5000), user("now"))
    past = earlier_turns(state)
    assert len(past) == MAX_EARLIER_TURNS
    assert len(past[0].message.text) == 1000


def test_events_that_are_no_events_are_passed_over():
    odd = {"event": "user", "parse_data": "x"}
    events = [None, 3, "x", {}, {"event": None}, user("one"), odd, user("now")]
    past = earlier_turns({"events": events})
    assert [each.message.text for each in past] == ["one", ""]


def test_replies_are_remembered_whether_plain_or_in_markdown():
    custom = {"message": {"text": "**Free** from 60."}}
    said = [
        {"event": "bot", "text": "One moment."},
        {"event": "bot", "text": None, "data": {"custom": custom}},
        {"event": "bot", "text": None, "data": None},
    ]
    [past] = earlier_turns(tracker(user("one"), *said, user("now")))
    assert past.reply == "One moment.\n**Free** from 60."


def test_the_mood_of_a_turn_is_remembered():
    reading = {"code": "anger", "detail": "loud", "score": 0.6, "turn": 1, "phrase": "argh"}
    evidence = {"unease": -1.5, "probability": 0.25, "readings": [reading]}
    [past] = earlier_turns(tracker(user("one"), slot("evidence", evidence), user("now")))
    assert (past.unease, past.probability) == (-1.5, 0.25)
    assert [(each.code, each.phrase) for each in past.readings] == [(ReasonCode.ANGER, "argh")]


def test_the_title_of_a_pressed_button_is_not_taken_for_the_customers_mood():
    evidence = {"answer": {"title": "I want to make a complaint"}}
    pressed = user("I want to make a complaint", "complain")
    events = [pressed, slot("evidence", evidence), action("action_answer"), user("now")]
    [past] = earlier_turns(tracker(*events))
    assert past.message.intent == "ask_question"


@pytest.mark.parametrize(
    ("latest", "told"),
    [
        ({"metadata": {"attributes": {"vip": True}, "page": "/a"}}, {"vip": True, "page": "/a"}),
        ({"metadata": {"epoch": 1, "vip": True, "language": "de"}}, {"language": "de"}),
        ({"metadata": {"attributes": {"language": "fr"}, "language": "de"}}, {"language": "fr"}),
        ({"metadata": {"attributes": "vip"}}, {}),
        ({"metadata": "vip"}, {}),
        ({}, {}),
        (None, {}),
    ],
)
def test_what_the_page_told_comes_with_the_message(latest, told):
    assert metadata_of({"latest_message": latest}) == told


def test_what_was_said_is_told_with_answers_and_the_latest_message_last():
    evidence = {"answer": {"title": "Returning an item"}, "probability": 0.1}
    events = [user("one"), slot("evidence", evidence), action("action_answer"), user("agent!")]
    said = said_so_far(tracker(*events), {"probability": 0.9})
    assert [(each.text, each.decision, each.answer, each.need) for each in said] == [
        ("one", Decision.ANSWER, "Returning an item", 0.1),
        ("agent!", Decision.ESCALATE, "", 0.9),
    ]
