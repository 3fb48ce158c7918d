"""The words of a handoff: conversations, their events, and what a bot turn brings and takes."""

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
    """What can happen in a conversation."""

    MESSAGE = "message"
    QUEUED = "queued"
    CLAIMED = "claimed"
    HANDED_BACK = "handed_back"
    CANCELLED = "cancelled"
    CLOSED = "closed"
    REOPENED = "reopened"


class Role(StrEnum):
    """Who wrote a message."""

    CUSTOMER = "customer"
    BOT = "bot"
    AGENT = "agent"


class TurnKind(StrEnum):
    """Why the bot is asked to speak."""

    SAY = "say"
    HANDED_BACK = "handed_back"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a conversation needs a person: a code for counting and a detail for the agent."""

    code: str
    detail: str = ""

    def to_wire(self) -> dict[str, str]:
        """Return the JSON form."""
        return {"code": self.code, "detail": self.detail}


@dataclass(frozen=True, slots=True)
class Conversation:
    """The state of one conversation; times are milliseconds since the epoch.

    `epoch` grows at every change of owner. `waiting_since` is None unless the conversation is, or
    was before it was claimed, in the queue. `bot_thinking` is true while a bot turn is due.
    """

    id: str
    customer: str
    owner: Owner
    epoch: int
    agent: str | None
    agent_name: str | None
    created: int
    last_at: int
    waiting_since: int | None
    priority: int
    reasons: tuple[Reason, ...]
    preview: str
    bot_thinking: bool

    @classmethod
    def from_stored(cls, stored: Mapping[str, str]) -> Conversation:
        """Read the hash of a conversation."""
        waiting = stored.get("waiting_since")
        return cls(
            id=stored["id"],
            customer=stored["customer"],
            owner=Owner(stored["owner"]),
            epoch=int(stored["epoch"]),
            agent=stored.get("agent") or None,
            agent_name=stored.get("agent_name") or None,
            created=int(stored["created"]),
            last_at=int(stored["last_at"]),
            waiting_since=int(waiting) if waiting else None,
            priority=int(stored.get("priority") or DEFAULT_PRIORITY),
            reasons=load_reasons(stored.get("reasons") or "[]"),
            preview=stored.get("preview", ""),
            bot_thinking=bool(stored.get("turn")),
        )

    def summary(self) -> Summary:
        """Return the line that lists show."""
        return Summary(
            conversation=self.id,
            customer=self.customer,
            owner=self.owner,
            agent=self.agent,
            agent_name=self.agent_name,
            waiting_since=self.waiting_since,
            priority=self.priority,
            reasons=self.reasons,
            preview=self.preview,
            last_at=self.last_at,
        )


@dataclass(frozen=True, slots=True)
class Summary:
    """One line of a list of conversations; times are milliseconds since the epoch."""

    conversation: str
    customer: str
    owner: Owner
    agent: str | None
    agent_name: str | None
    waiting_since: int | None
    priority: int
    reasons: tuple[Reason, ...]
    preview: str
    last_at: int

    def to_wire(self) -> dict[str, Any]:
        """Return the JSON form that agents get."""
        return {
            "conversation": self.conversation,
            "customer": self.customer,
            "owner": self.owner.value,
            "agent": self.agent,
            "agent_name": self.agent_name,
            "waiting_since": self.waiting_since,
            "priority": self.priority,
            "reasons": [reason.to_wire() for reason in self.reasons],
            "preview": self.preview,
            "last_at": self.last_at,
        }


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


@dataclass(frozen=True, slots=True)
class Source:
    """An article that an answer came from."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class BotReply:
    """One message of the bot: Markdown text, titles of buttons, and the articles used."""

    text: str
    buttons: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class HandoffRequest:
    """The bot's wish to pass the conversation on; priority 0 to 9, higher is served first.

    `summary` is the JSON of what the agent reads first, see `handoff.summary`.
    """

    reasons: tuple[Reason, ...]
    priority: int = DEFAULT_PRIORITY
    summary: Mapping[str, Any] | None = field(default=None, hash=False)


@dataclass(frozen=True, slots=True)
class BotTurn:
    """A turn that a worker took: what the customer wrote since the bot last answered.

    `token` and `epoch` fence the turn, `entry` is its place in the stream of turns, `upto` the last
    event it answers. `fresh` asks for the bot's context to be reset before it answers.
    """

    conversation: str
    kind: TurnKind
    epoch: int
    token: str
    entry: str
    upto: str
    fresh: bool
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ScheduledTurn:
    """An entry of the stream of bot turns."""

    entry: str
    conversation: str
    kind: TurnKind


@dataclass(frozen=True, slots=True)
class Presence:
    """An agent who is connected; `seen` is the last heartbeat in milliseconds since the epoch."""

    agent: str
    name: str
    connection: str
    seen: int


def dump(body: Mapping[str, Any] | Sequence[Any]) -> str:
    """Return the JSON that is stored: compact, Unicode as it is."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def dump_reasons(reasons: Sequence[Reason]) -> str:
    """Return the stored form of reasons."""
    return dump([reason.to_wire() for reason in reasons])


def load_reasons(stored: str) -> tuple[Reason, ...]:
    """Read the stored form of reasons."""
    return tuple(Reason(item["code"], item.get("detail", "")) for item in json.loads(stored))
