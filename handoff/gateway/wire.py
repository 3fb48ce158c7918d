"""Events and states as JSON for a customer or an agent."""

from __future__ import annotations

from typing import Any

import orjson

from handoff.gateway.markdown import render
from handoff.model import Conversation, Event, Role

#: What only agents may see.
_INTERNAL = ("reasons", "priority", "summary", "agent")


def dumps(body: object) -> bytes:
    """Compact JSON."""
    return orjson.dumps(body)


def event_for_agent(event: Event) -> dict[str, Any]:
    """The whole event; a bot's message also as HTML."""
    wire = event.to_wire()
    if event.role is Role.BOT:
        wire["html"] = render(event.text)
    return wire


def event_for_customer(event: Event) -> dict[str, Any]:
    """The event without reasons, priority, summary and ids of agents."""
    wire = event_for_agent(event)
    for key in _INTERNAL:
        wire.pop(key, None)
    return wire


def state_for_customer(conversation: Conversation, position: int | None) -> dict[str, Any]:
    """Who owns the conversation, as the customer may know it."""
    return {
        "owner": conversation.owner.value,
        "agent_name": conversation.agent_name,
        "position": position,
        "bot_thinking": conversation.bot_thinking,
    }
