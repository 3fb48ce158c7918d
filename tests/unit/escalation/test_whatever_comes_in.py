"""Whatever comes in: a decision, always."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actions.turn_builder import earlier_turns, latest_message
from handoff.escalation import (
    Decision,
    Embedding,
    EscalationPolicy,
    Message,
    PastTurn,
    Reason,
    ReasonCode,
    Search,
    SearchDecision,
    Turn,
)
from kb_index.model_files import find_model
from kb_index.settings import SHIPPED_MODEL

POLICY = EscalationPolicy()
PIECES = [
    "I want a human",
    "no thanks",
    "yes",
    "!!!",
    "🤬",
    "¿",
    "sue you",
    "\u0000",
    "a" * 400,
    "…",
    "\n",
    "%s",
]

texts = st.one_of(
    st.text(max_size=300),
    st.lists(st.sampled_from(PIECES), max_size=40).map(" ".join),
    st.sampled_from(["🙂" * 3000, "?" * 10_000, "wort " * 2500, "A1" * 5000, " ", "\ud83d" * 50]),
)
vectors = st.sampled_from([[], [0.1] * 3, [0.05] * 384, [float("nan")] * 384])
encoders = st.sampled_from([find_model(SHIPPED_MODEL).fingerprint, "another"])
messages = st.builds(
    Message,
    text=texts,
    intent=st.sampled_from(["", "affirm", "deny", "complain", "request_human", "unheard_of"]),
    confidence=st.floats(0, 1),
    embedding=st.none() | st.builds(Embedding, encoders, vectors, vectors),
)
searches = st.builds(
    Search,
    decision=st.sampled_from(SearchDecision),
    score=st.floats(0, 1),
    language=st.sampled_from([None, "en", "de", "xx"]),
)
reasons = st.lists(
    st.builds(Reason, st.sampled_from(ReasonCode), st.just(""), st.none() | st.floats(0, 1)),
    max_size=3,
).map(tuple)
pasts = st.builds(
    PastTurn,
    message=messages,
    decision=st.none() | st.sampled_from(Decision),
    reasons=reasons,
    reply=texts,
    unease=st.none() | st.floats(-20, 20),
    probability=st.none() | st.floats(0, 1),
    readings=reasons,
)
plain = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
metadata = st.dictionaries(
    st.sampled_from(["vip", "page", "tier", "open_orders", "language", "x.y", ""]),
    plain | st.lists(plain, max_size=2) | st.dictionaries(st.text(max_size=3), plain, max_size=2),
)
turns = st.builds(
    Turn,
    message=messages,
    search=searches,
    earlier=st.lists(pasts, max_size=12).map(tuple),
    opening=texts,
    metadata=metadata,
)


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(turns)
def test_every_turn_gets_a_sound_verdict(turn):
    verdict = POLICY.assess(turn)
    assert verdict.decision in Decision
    assert 0.0 <= verdict.probability <= 1.0
    assert 0 <= verdict.priority <= 9
    if verdict.decision in (Decision.OFFER, Decision.ESCALATE):
        assert verdict.reasons
    assert all(isinstance(reason.to_wire(), dict) for reason in verdict.readings)
    assert POLICY.assess(turn) == verdict


values: Any = st.recursive(plain, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
    st.sampled_from(["event", "text", "name", "value", "parse_data", "intent", "metadata"]), inner,
    max_size=4,
), max_leaves=8)  # fmt: skip
events = st.fixed_dictionaries(
    {"event": st.sampled_from(["user", "bot", "slot", "action", "restart", "unknown"])},
    optional={
        "text": values,
        "name": st.sampled_from(["evidence", "verdict", "action_offer_human", "action_answer"]),
        "value": values,
        "parse_data": values,
    },
)


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.fixed_dictionaries(
        {},
        optional={"events": st.lists(events | plain, max_size=8) | plain, "latest_message": values},
    )
)
def test_every_tracker_gets_a_verdict(tracker):
    turn = Turn(latest_message(tracker), Search(), earlier_turns(tracker))
    assert POLICY.assess(turn).decision in Decision


@pytest.mark.parametrize("value", [None, "x", 7, [{}], {"reasons": "x", "readings": [1]}])
def test_unknown_slots_and_unknown_values_of_known_ones_change_nothing(value):
    said = {"event": "user", "text": "where is my parcel?", "parse_data": {"text": "hm"}}
    slots = [
        {"event": "slot", "name": name, "value": value} for name in ("from_tomorrow", "evidence")
    ]
    plain, odd = ({"events": [said, *more, said]} for more in ([], slots))
    assert earlier_turns(odd) == earlier_turns(plain)


def test_a_tracker_without_events_gets_a_verdict():
    for tracker in ({}, {"events": []}, {"events": None, "latest_message": None}):
        turn = Turn(latest_message(tracker), Search(), earlier_turns(tracker))
        assert POLICY.assess(turn).decision in Decision


@pytest.mark.parametrize("text", ["😀😡🤬" * 500, "😀", "👍", "...", "?!?!", "\u200b"])
def test_only_signs_and_emoji_get_a_verdict(text):
    assert POLICY.assess(Turn(Message(text))).decision in Decision


def test_thousands_of_turns_of_ten_thousand_characters_get_a_verdict():
    text = "I still don't understand, it doesn't work, order FF-20931. " * 180
    past = PastTurn(Message(text), Decision.REPHRASE, reply="Sorry, I can't. " * 600, unease=-1.0)
    verdict = POLICY.assess(Turn(Message(text), earlier=(past,) * 3000, opening=text))
    assert verdict.decision in Decision
