"""Reading what Rasa's REST channel answers."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handoff.errors import RasaUnavailable
from handoff.model import BotReply, HandoffRequest, Reason, Source
from handoff.rasa_client import parse_replies, without_command

REASON = {"code": "anger", "detail": "third time"}


def test_texts_become_replies_in_order():
    payload = [{"recipient_id": "c1", "text": "One"}, {"recipient_id": "c1", "text": "Two"}]
    assert parse_replies(payload) == ([BotReply("One"), BotReply("Two")], None)


def test_buttons_of_a_text_are_kept():
    payload = [{"text": "Choose", "buttons": [{"title": "Yes", "payload": "/yes"}]}]
    assert parse_replies(payload) == ([BotReply("Choose", ("Yes",))], None)


def test_a_message_brings_buttons_and_sources():
    message = {
        "text": "**Yes**",
        "buttons": [{"title": "Thanks"}],
        "sources": [{"id": "returns", "title": "Returns"}],
    }
    expected = BotReply("**Yes**", ("Thanks",), (Source("returns", "Returns"),))
    assert parse_replies([{"custom": {"message": message}}]) == ([expected], None)


def test_a_handoff_may_come_alone_or_with_a_message():
    handoff = {"reasons": [REASON], "priority": 6}
    request = HandoffRequest((Reason("anger", "third time"),), 6)
    assert parse_replies([{"custom": {"handoff": handoff}}]) == ([], request)
    both = [{"custom": {"message": {"text": "One moment."}, "handoff": handoff}}]
    assert parse_replies(both) == ([BotReply("One moment.")], request)


def test_a_handoff_brings_its_summary_and_is_not_lost_with_a_broken_one():
    summary = {"question": "Where is it?", "attempts": [{"text": "Where is it?"}], "moods": [0.5]}
    for sent, kept in ((summary, "Where is it?"), ("x", None), ({"question": 7}, None)):
        handoff = {"reasons": [REASON], "summary": sent}
        _, request = parse_replies([{"custom": {"handoff": handoff}}])
        assert request is not None
        assert (request.summary and request.summary["question"]) == kept


def test_several_handoffs_become_one_with_the_highest_priority():
    payload = [
        {"custom": {"handoff": {"reasons": [REASON], "priority": 6}}},
        {"custom": {"handoff": {"reasons": [REASON, {"code": "weak_knowledge"}]}}},
    ]
    reasons = (Reason("anger", "third time"), Reason("weak_knowledge"))
    assert parse_replies(payload) == ([], HandoffRequest(reasons, 6))


def test_unknown_fields_are_passed_over():
    payload = [{"text": "Hi", "mood": 1, "custom": {"later": True}}, {"image": "https://x/y.png"}]
    assert parse_replies(payload) == ([BotReply("Hi")], None)


def test_an_empty_text_is_no_reply():
    assert parse_replies([{"text": ""}, {"text": "Hi"}]) == ([BotReply("Hi")], None)


@pytest.mark.parametrize(
    "payload",
    [
        [],
        None,
        {},
        {"text": "Hi"},
        "Hi",
        5,
        ["Hi"],
        [None],
        [{}],
        [{"text": ""}],
        [{"text": 5}],
        [{"text": "\x00"}],
        [{"text": "\ud800"}],
        [{"text": "x" * 20_000}],
        [{"text": "Hi", "buttons": "Yes"}],
        [{"text": "Hi", "buttons": [{"title": 5}]}],
        [{"text": "Hi", "buttons": [{}]}],
        [{"custom": "handoff"}],
        [{"custom": {"message": "Hi"}}],
        [{"custom": {"handoff": True}}],
        [{"custom": {"handoff": {"reasons": "anger"}}}],
        [{"custom": {"handoff": {"reasons": [{"detail": "no code"}]}}}],
        [{"custom": {"handoff": {"reasons": [], "priority": 10}}}],
        [{"custom": {"handoff": {"reasons": [], "priority": -1}}}],
        [{"custom": {"handoff": {"reasons": [], "priority": "high"}}}],
    ],
)
def test_nothing_usable_counts_as_a_failed_bot(payload):
    with pytest.raises(RasaUnavailable):
        parse_replies(payload)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["text", "custom", "message", "handoff", "reasons", "code", "buttons", "title"]
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=50)
@given(JSON | st.lists(JSON, max_size=3))
def test_any_answer_is_either_usable_or_a_failed_bot(payload):
    try:
        replies, handoff = parse_replies(payload)
    except RasaUnavailable:
        return
    assert replies or handoff
    assert all(reply.text for reply in replies)


@pytest.mark.parametrize(
    ("text", "passed_on"),
    [
        ("/restart", "restart"),
        ("  /restart", "restart"),
        ("\u00a0/restart", "restart"),
        ("// /restart", "restart"),
        ("/", "?"),
        ("1/2 price?", "1/2 price?"),
        ("and/or", "and/or"),
        ("Hello\n/restart", "Hello\n/restart"),
    ],
)
def test_no_text_of_a_customer_is_a_command(text, passed_on):
    assert without_command(text) == passed_on


@given(st.text())
def test_nothing_passed_on_starts_with_a_slash(text):
    assert not without_command(text).strip().startswith("/")
