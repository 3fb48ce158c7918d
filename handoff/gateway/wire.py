"""Events and states as JSON for a customer or an agent."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson

from handoff.gateway.markdown import render
from handoff.gateway.places import Prospect
from handoff.model import INTERNAL, Conversation, Event, Owner, Role

#: What only agents may see.
_INTERNAL_FIELDS = (
    "reasons",
    "priority",
    "team",
    "summary",
    "agent",
    "offered",
    "transferred",
    "taken_over",
)


def dumps(body: object) -> bytes:
    """Compact JSON."""
    return orjson.dumps(body)


def event_for_agent(event: Event) -> dict[str, Any]:
    """The whole event; a bot's message also as HTML."""
    wire = event.to_wire()
    if event.role is Role.BOT:
        wire["html"] = render(event.text)
    return wire


def for_customer(events: Iterable[Event]) -> list[dict[str, Any]]:
    """Those of `events` that are not the team's own business."""
    return [event_for_customer(event) for event in events if event.type not in INTERNAL]


def event_for_customer(event: Event) -> dict[str, Any]:
    """The event without reasons, priority, summary and ids of agents."""
    wire = event_for_agent(event)
    for key in _INTERNAL_FIELDS:
        wire.pop(key, None)
    return wire


def state_for_customer(conversation: Conversation, prospect: Prospect) -> dict[str, Any]:
    """Who owns the conversation, as the customer may know it, and what to expect of a wait."""
    waits = conversation.owner is Owner.QUEUE
    left = waits and conversation.wait.message
    return {
        "owner": conversation.owner.value,
        "agent_name": conversation.agent_name,
        "position": None if left else prospect.position,
        "bot_thinking": conversation.bot_thinking,
        "availability": prospect.availability if waits else None,
        "opens_at": prospect.opens_at if waits else None,
        "wait_s": prospect.wait_s if waits and not left else None,
        "message_left": left,
    }
