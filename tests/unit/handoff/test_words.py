"""The words of a handoff and the tree of errors."""

import json

from handoff import errors
from handoff.gateway.wire import event_for_customer
from handoff.model import Conversation, Event, EventType, Owner, Reason, Role

STORED = {
    "id": "c1",
    "customer": "Ada",
    "owner": "queue",
    "epoch": "2",
    "created": "1000",
    "last_at": "2000",
    "waiting_since": "1500",
    "priority": "6",
    "reasons": '[{"code":"anger","detail":"third time"}]',
    "preview": "Hello",
    "turn": "",
}


def test_a_conversation_is_read_as_it_was_stored():
    conversation = Conversation.from_stored(STORED)
    assert conversation.owner is Owner.QUEUE
    assert conversation.waiting_since == 1500
    assert conversation.reasons == (Reason("anger", "third time"),)
    assert conversation.agent is None
    assert not conversation.bot_thinking


def test_a_summary_is_json():
    wire = Conversation.from_stored(STORED).summary().to_wire()
    assert json.loads(json.dumps(wire)) == wire
    assert set(wire) == {
        "conversation",
        "customer",
        "identity",
        "owner",
        "agent",
        "agent_name",
        "waiting_since",
        "priority",
        "reasons",
        "preview",
        "last_at",
        "offer",
        "team",
        "skills",
        "language",
        "summary",
        "message",
        "address",
        "customer_away",
    }


def test_customers_do_not_see_why_they_were_queued():
    body = {"reasons": [{"code": "anger", "detail": "rude"}], "priority": 6, "again": False}
    event = Event.from_stored("1-0", {"type": "queued", "at": "5", "body": json.dumps(body)})
    assert event.to_wire() == {"id": "1-0", "type": "queued", "at": 5, **body}
    assert event_for_customer(event) == {"id": "1-0", "type": "queued", "at": 5, "again": False}
    assert event.role is None


def test_a_message_has_a_role_and_a_text():
    body = json.dumps({"role": "agent", "text": "Hi", "name": "Ann"})
    event = Event.from_stored("1-0", {"type": "message", "at": "5", "body": body})
    assert (event.type, event.role, event.text) == (EventType.MESSAGE, Role.AGENT, "Hi")


def test_every_refusal_of_a_script_has_its_error():
    assert {code: error.code for code, error in errors.REFUSALS.items()} == {
        code: code for code in errors.REFUSALS
    }
    assert all(issubclass(error, errors.Refused) for error in errors.REFUSALS.values())
    assert issubclass(errors.Refused, errors.HandoffError)
    assert issubclass(errors.Unavailable, errors.HandoffError)
    assert not issubclass(errors.Unavailable, errors.Refused)
