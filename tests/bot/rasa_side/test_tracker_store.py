"""Runs in Rasa's own environment: what is kept of a long conversation."""

from __future__ import annotations

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, Event, SlotSet, UserUttered

from bot.tracker_store import BoundedRedisTrackerStore, latest_turns


def conversation(turns: int) -> list[Event]:
    events: list[Event] = [ActionExecuted("action_session_start"), ActionExecuted("action_listen")]
    for number in range(turns):
        events += [UserUttered(f"message {number}"), SlotSet("verdict", "answer")]
        events += [ActionExecuted("action_answer"), ActionExecuted("action_listen")]
    return events


def test_a_short_conversation_is_kept_whole():
    assert latest_turns(conversation(3), 3) == conversation(3)
    assert latest_turns([], 3) == []


def test_of_a_long_one_the_latest_turns_are_kept_with_the_listening_before():
    kept = latest_turns(conversation(200), 3)
    assert kept[0] == ActionExecuted("action_listen")
    said = [event.text for event in kept if isinstance(event, UserUttered)]
    assert said == ["message 197", "message 198", "message 199"]
    assert kept[-1] == ActionExecuted("action_listen")


@pytest.mark.parametrize(
    ("told", "encrypted"),
    [("true", True), ("True", True), (True, True), ("false", False), ("", False), (False, False)],
)
def test_tls_is_used_only_when_told_so(told, encrypted):
    store = BoundedRedisTrackerStore(
        Domain.empty(), host="redis.example", port="6390", db="0", use_ssl=told
    )
    connection = store.red.connection_pool.make_connection()
    assert type(connection).__name__ == ("SSLConnection" if encrypted else "Connection")
    assert connection.port == 6390
