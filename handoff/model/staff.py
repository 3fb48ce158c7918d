"""Agents: who is there, and whether something new may come."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Status(StrEnum):
    """What an agent says about new conversations; only `AVAILABLE` gets any."""

    AVAILABLE = "available"
    AWAY = "away"
    BREAK = "break"
    OFFLINE = "offline"


@dataclass(frozen=True, slots=True)
class Presence:
    """An agent who is connected; `seen` is the last heartbeat in milliseconds since the epoch."""

    agent: str
    name: str
    connection: str
    seen: int


@dataclass(frozen=True, slots=True)
class AgentState:
    """An agent who is there; times are milliseconds since the epoch.

    `load` counts the conversations the agent owns and the places that open offers hold. `since` is
    the time of the last change of status, `wrap_until` the end of a wrap-up (0 for none), and
    `idle_since` when the agent last got or ended a conversation.
    """

    agent: str
    name: str
    status: Status
    reason: str
    since: int
    wrap_until: int
    idle_since: int
    load: int
    capacity: int
    teams: frozenset[str]
    skills: frozenset[str]
    languages: frozenset[str]

    def serves(self, team: str) -> bool:
        """Tell whether the agent works for `team` now, busy or not."""
        return self.status is Status.AVAILABLE and team in self.teams

    def may_be_offered(self, team: str, now: int) -> bool:
        """Tell whether a conversation of `team` may be offered at `now`."""
        return self.serves(team) and self.load < self.capacity and self.wrap_until <= now

    def to_wire(self) -> dict[str, Any]:
        """Return the JSON form that agents get."""
        return {
            "id": self.agent,
            "name": self.name,
            "status": self.status.value,
            "reason": self.reason,
            "since": self.since,
            "wrap_until": self.wrap_until or None,
            "load": self.load,
            "capacity": self.capacity,
            "teams": sorted(self.teams),
        }
