"""Runs in Rasa's own environment: the remembered classes of stored events."""

from __future__ import annotations

import pytest
from rasa.shared.core.events import Event, SlotSet, UserUttered

from bot import event_types, verdict_policy


def test_loading_the_policy_makes_event_types_remembered():
    assert verdict_policy.event_types is event_types
    Event.resolve_by_type("slot")
    before = Event.resolve_by_type.cache_info().hits
    assert Event.resolve_by_type("slot") is SlotSet
    assert Event.resolve_by_type.cache_info().hits == before + 1


def test_every_event_type_is_found_as_before():
    assert Event.resolve_by_type("user") is UserUttered
    assert Event.resolve_by_type("no such type", SlotSet) is SlotSet
    with pytest.raises(ValueError, match="no such type"):
        Event.resolve_by_type("no such type")


def test_a_stored_event_is_restored():
    stored = SlotSet("verdict", "answer").as_dict()
    assert Event.from_parameters(stored) == SlotSet("verdict", "answer")
