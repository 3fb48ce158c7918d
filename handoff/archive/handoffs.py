"""What a transcript tells of its handoffs: who asked why, who answered, and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from handoff.model import DEFAULT_PRIORITY, Event, EventType, Role

#: Events that end a handoff -> how it ended, where the event does not say so itself.
_ENDS = {
    EventType.HANDED_BACK: "handed_back",
    EventType.CANCELLED: "cancelled",
    EventType.UNSERVED: "",
    EventType.CLOSED: "",
}


@dataclass(slots=True)
class Handoff:
    """One handoff; times are milliseconds since the epoch, None for what never happened.

    `first_response_at` is the first message of an agent. `agents` are id -> name of those who
    owned the conversation, in their order. `outcome` is empty while the handoff lasts.
    """

    queued_at: int
    team: str
    priority: int
    reasons: list[dict[str, Any]]
    agents: dict[str, str] = field(default_factory=dict)
    claimed_at: int | None = None
    first_response_at: int | None = None
    ended_at: int | None = None
    outcome: str = ""

    def to_wire(self) -> dict[str, Any]:
        """Return the JSON form that agents get."""
        return {
            "team": self.team,
            "priority": self.priority,
            "reasons": self.reasons,
            "agents": [{"id": agent, "name": name} for agent, name in self.agents.items()],
            "queued_at": self.queued_at,
            "claimed_at": self.claimed_at,
            "first_response_at": self.first_response_at,
            "ended_at": self.ended_at,
            "outcome": self.outcome,
        }


def handoffs_in(events: Sequence[Event]) -> list[Handoff]:
    """Read the handoffs out of a transcript, the first one first."""
    found: list[Handoff] = []
    for event in events:
        current = found[-1] if found and found[-1].ended_at is None else None
        if event.type is EventType.QUEUED and current is None:
            found.append(_begun(event))
        elif current is not None:
            _go_on(current, event)
    return found


def people_in(events: Sequence[Event]) -> dict[str, str]:
    """Id -> name of the agents who owned the conversation or joined in, in their order."""
    taking_part = (EventType.CLAIMED, EventType.JOINED)
    return {
        event.data["agent"]: event.data.get("name", "")
        for event in events
        if event.type in taking_part and "agent" in event.data
    }


def _begun(event: Event) -> Handoff:
    data = event.data
    return Handoff(
        queued_at=event.at,
        team=data.get("team", ""),
        priority=data.get("priority", DEFAULT_PRIORITY),
        reasons=list(data.get("reasons", [])),
    )


def _go_on(handoff: Handoff, event: Event) -> None:
    data = event.data
    if event.type is EventType.QUEUED:
        handoff.team = data.get("team", handoff.team)
    elif event.type is EventType.CLAIMED:
        handoff.agents[data["agent"]] = data.get("name", "")
        handoff.claimed_at = handoff.claimed_at or event.at
    elif event.role is Role.AGENT:
        handoff.first_response_at = handoff.first_response_at or event.at
    elif event.type in _ENDS:
        handoff.ended_at = event.at
        handoff.outcome = _ENDS[event.type] or data.get("outcome") or data.get("reason", "")
