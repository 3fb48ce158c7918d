"""How far each side of a conversation has got and read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from handoff.model.events import Role


@dataclass(frozen=True, slots=True)
class Position:
    """Ids of the last events that reached one side and that it has read; None for nothing yet."""

    delivered: str | None = None
    read: str | None = None

    def to_wire(self) -> dict[str, str | None]:
        """Return the JSON form that both sides get."""
        return {"delivered": self.delivered, "read": self.read}


@dataclass(frozen=True, slots=True)
class Seen:
    """The positions of the customer and of the team."""

    customer: Position = Position()
    agent: Position = Position()

    @classmethod
    def from_stored(cls, stored: Mapping[str, str]) -> Seen:
        """Read the hash of a conversation."""
        return cls(*(_position(stored, side) for side in (Role.CUSTOMER, Role.AGENT)))

    def to_wire(self) -> dict[str, dict[str, str | None]]:
        """Return the JSON form that both sides get."""
        return {"customer": self.customer.to_wire(), "agent": self.agent.to_wire()}


def _position(stored: Mapping[str, str], side: Role) -> Position:
    return Position(stored.get(f"{side.value}_delivered"), stored.get(f"{side.value}_read"))
