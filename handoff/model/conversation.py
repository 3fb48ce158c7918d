"""The state of a conversation, and the line that lists show of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from handoff.model.events import DEFAULT_PRIORITY, Owner, Reason, load_reasons
from handoff.model.identity import Identity
from handoff.model.seen import Seen


@dataclass(frozen=True, slots=True)
class Wait:
    """What a handoff brought: where it waits, what it asks for, what agents should know.

    `message` is true if the customer left a message to `address` instead of waiting. `away` is
    since when the customer has been gone, in milliseconds since the epoch, `identity` who the
    site says they are.
    """

    team: str = ""
    skills: tuple[str, ...] = ()
    language: str = ""
    summary: Mapping[str, Any] | None = field(default=None, hash=False)
    message: bool = False
    address: str = ""
    away: int | None = None
    identity: Identity | None = None

    @classmethod
    def from_stored(cls, stored: Mapping[str, str]) -> Wait:
        """Read the hash of a conversation."""
        return cls(
            team=stored.get("team", ""),
            skills=tuple(json.loads(stored.get("skills") or "[]")),
            language=stored.get("language", ""),
            summary=json.loads(stored.get("summary") or "null"),
            message=stored.get("kind") == "message",
            address=stored.get("address", ""),
            away=int(stored["away"]) if stored.get("away") else None,
            identity=Identity.from_stored(stored.get("identity", "")),
        )

    def to_wire(self) -> dict[str, Any]:
        """Return the JSON form that agents get."""
        return {
            "team": self.team or None,
            "skills": list(self.skills),
            "language": self.language or None,
            "summary": self.summary,
            "message": self.message,
            "address": self.address or None,
            "customer_away": self.away,
            "identity": self.identity.to_wire() if self.identity else None,
        }


@dataclass(frozen=True, slots=True)
class Offer:
    """An offer that an agent has not answered; `until` is milliseconds since the epoch."""

    agent: str
    name: str
    until: int

    @classmethod
    def from_stored(cls, stored: Mapping[str, str]) -> Offer | None:
        """Read the hash of a conversation."""
        if not stored.get("offer"):
            return None
        return cls(stored["offer"], stored.get("offer_name", ""), int(stored["offer_until"]))

    def to_wire(self) -> dict[str, Any]:
        """Return the JSON form that agents get."""
        return {"agent": self.agent, "name": self.name, "until": self.until}


@dataclass(frozen=True, slots=True)
class Conversation:
    """The state of one conversation; times are milliseconds since the epoch.

    `epoch` grows at every change of owner. `waiting_since` is None unless the conversation is, or
    was before it was claimed, in the queue. `bot_thinking` is true while a bot turn is due.
    `guests` are supervisors who joined, `last_agent` whoever owned it last, `declined` agents who
    did not take it when it was offered, the last of them at `declined_at`.
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
    wait: Wait = Wait()
    offer: Offer | None = None
    guests: tuple[str, ...] = ()
    last_agent: str = ""
    declined: frozenset[str] = frozenset()
    declined_at: int = 0
    seen: Seen = field(default_factory=Seen)

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
            wait=Wait.from_stored(stored),
            offer=Offer.from_stored(stored),
            guests=tuple(filter(None, stored.get("guests", "").split(","))),
            last_agent=stored.get("last_agent", ""),
            declined=frozenset(filter(None, stored.get("declined", "").split(","))),
            declined_at=int(stored.get("declined_at", 0)),
            seen=Seen.from_stored(stored),
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
            wait=self.wait,
            offer=self.offer,
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
    wait: Wait = Wait()
    offer: Offer | None = None

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
            "offer": self.offer.to_wire() if self.offer else None,
            **self.wait.to_wire(),
        }
