"""What can happen in a conversation, and why."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

DEFAULT_PRIORITY = 5
BOT_FAILED_PRIORITY = 7


class Owner(StrEnum):
    """Who is responsible for a conversation, and so who may speak to the customer."""

    BOT = "bot"
    QUEUE = "queue"
    AGENT = "agent"
    CLOSED = "closed"


class EventType(StrEnum):
    """What can happen in a conversation; `INTERNAL` names what customers are not told."""

    MESSAGE = "message"
    QUEUED = "queued"
    CLAIMED = "claimed"
    HANDED_BACK = "handed_back"
    CANCELLED = "cancelled"
    CLOSED = "closed"
    REOPENED = "reopened"
    UNSERVED = "unserved"
    TURNED_AWAY = "turned_away"
    MESSAGE_LEFT = "message_left"
    OFFERED = "offered"
    DECLINED = "declined"
    TRANSFERRED = "transferred"
    NOTE = "note"
    JOINED = "joined"
    LEFT = "left"
    CUSTOMER_AWAY = "customer_away"
    CUSTOMER_BACK = "customer_back"
    IDLE = "idle"


INTERNAL = frozenset(
    {
        EventType.OFFERED,
        EventType.DECLINED,
        EventType.TRANSFERRED,
        EventType.NOTE,
        EventType.CUSTOMER_AWAY,
        EventType.CUSTOMER_BACK,
        EventType.IDLE,
    }
)


class Role(StrEnum):
    """Who wrote a message."""

    CUSTOMER = "customer"
    BOT = "bot"
    AGENT = "agent"


class Outcome(StrEnum):
    """How a handoff ended; the bot is told with its next turn."""

    HANDED_BACK = "handed_back"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    NOBODY_THERE = "nobody_there"
    OUT_OF_HOURS = "out_of_hours"
    TIMED_OUT = "timed_out"
    QUEUE_FULL = "queue_full"
    CUSTOMER_LEFT = "customer_left"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a conversation needs a person: a code for counting and a detail for the agent."""

    code: str
    detail: str = ""

    def to_wire(self) -> dict[str, str]:
        """Return the JSON form."""
        return {"code": self.code, "detail": self.detail}


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of a transcript: `id` orders it, `at` is milliseconds since the epoch."""

    id: str
    type: EventType
    at: int
    data: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def from_stored(cls, event_id: str, stored: Mapping[str, str]) -> Event:
        """Read one entry of the stream."""
        return cls(
            id=event_id,
            type=EventType(stored["type"]),
            at=int(stored["at"]),
            data=json.loads(stored["body"]),
        )

    @property
    def role(self) -> Role | None:
        """Who wrote the message; None if the event is not a message."""
        return Role(self.data["role"]) if self.type is EventType.MESSAGE else None

    @property
    def text(self) -> str:
        """The text of a message; empty for other events."""
        return str(self.data.get("text", ""))

    def to_wire(self) -> dict[str, Any]:
        """Return the JSON form that agents get."""
        return {"id": self.id, "type": self.type.value, "at": self.at, **self.data}


def dump(body: Mapping[str, Any] | Sequence[Any]) -> str:
    """Return the JSON that is stored: compact, Unicode as it is."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def dump_reasons(reasons: Sequence[Reason]) -> str:
    """Return the stored form of reasons."""
    return dump([reason.to_wire() for reason in reasons])


def load_reasons(stored: str) -> tuple[Reason, ...]:
    """Read the stored form of reasons."""
    return tuple(Reason(item["code"], item.get("detail", "")) for item in json.loads(stored))
