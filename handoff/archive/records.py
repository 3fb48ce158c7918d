"""What the archive gives back, and how rows become it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from handoff.archive.handoffs import Handoff
from handoff.archive.tables import AgentRow, ConversationRow, EventRow, HandoffRow
from handoff.model import Event, EventType


@dataclass(frozen=True, slots=True)
class Archived:
    """A closed conversation without its events; times are milliseconds since the epoch.

    `agents` are id -> name of all who took part, `excerpt` is where a search found its words.
    """

    conversation: str
    customer: str
    opened_at: int
    closed_at: int
    closed_by: str
    reason: str
    agents: dict[str, str]
    handoffs: Sequence[Handoff]
    excerpt: str = ""

    def to_wire(self) -> dict[str, Any]:
        """Return the JSON form that agents get."""
        return {
            "conversation": self.conversation,
            "customer": self.customer,
            "opened_at": self.opened_at,
            "closed_at": self.closed_at,
            "closed_by": self.closed_by,
            "reason": self.reason,
            "agents": [{"id": agent, "name": name} for agent, name in self.agents.items()],
            "handoffs": [handoff.to_wire() for handoff in self.handoffs],
            "excerpt": self.excerpt,
        }


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the archive, the last closed first; `following` is the cursor of the next."""

    conversations: Sequence[Archived]
    following: str | None


def as_archived(
    row: ConversationRow, handoffs: Iterable[HandoffRow], agents: Iterable[AgentRow], excerpt: str
) -> Archived:
    """Put together what several tables hold of a conversation."""
    return Archived(
        conversation=row.conversation,
        customer=row.customer,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        closed_by=row.closed_by,
        reason=row.reason,
        agents={agent.agent: agent.name for agent in agents},
        handoffs=[_as_handoff(handoff) for handoff in handoffs],
        excerpt=excerpt,
    )


def as_event(row: EventRow) -> Event:
    """Read an event back."""
    return Event(id=row.event, type=EventType(row.type), at=row.at, data=row.body)


def handoff_row(number: int, place: int, handoff: Handoff) -> HandoffRow:
    """The row of a handoff."""
    return HandoffRow(
        number=number,
        place=place,
        team=handoff.team,
        priority=handoff.priority,
        reasons=handoff.reasons,
        agents=[{"id": agent, "name": name} for agent, name in handoff.agents.items()],
        queued_at=handoff.queued_at,
        claimed_at=handoff.claimed_at,
        first_response_at=handoff.first_response_at,
        ended_at=handoff.ended_at,
        outcome=handoff.outcome,
    )


def _as_handoff(row: HandoffRow) -> Handoff:
    return Handoff(
        queued_at=row.queued_at,
        team=row.team,
        priority=row.priority,
        reasons=row.reasons,
        agents={agent["id"]: agent["name"] for agent in row.agents},
        claimed_at=row.claimed_at,
        first_response_at=row.first_response_at,
        ended_at=row.ended_at,
        outcome=row.outcome,
    )
