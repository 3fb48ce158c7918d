"""REST for agents: conversations that were closed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from handoff.archive import Filters
from handoff.gateway.operations import UserCall
from handoff.gateway.protocol import Identifier
from handoff.gateway.responses import Body, Digits
from handoff.gateway.wire import event_for_agent
from handoff.text import clean_line

#: Roles that may read the archive: those that may read every open conversation.
READING = ("agent", "supervisor")
#: The last millisecond that JavaScript's dates know.
_LAST = 8_640_000_000_000_000
_Time = Annotated[int, Field(ge=0, le=_LAST), Digits]


class ArchiveQuery(Body):
    """`GET /api/archive`; times are milliseconds since the epoch."""

    q: Annotated[str, Field(max_length=500)] = ""
    since: _Time | None = Field(None, alias="from")
    until: _Time | None = Field(None, alias="to")
    agent: Annotated[str, Field(pattern="^[A-Za-z0-9_-]{0,64}$")] = ""
    limit: Annotated[int, Field(ge=1, le=100), Digits] = 50
    cursor: Annotated[str, Field(pattern="^[0-9]{1,16}-[0-9]{1,16}$")] | None = None


class OfArchived(Body):
    """The path of one conversation."""

    conversation: Identifier


async def list_archive(call: UserCall, query: ArchiveQuery) -> Mapping[str, Any]:
    """Closed conversations, the latest first, and where the next page begins."""
    words = clean_line(query.q, 500)
    filters = Filters(words=words, since=query.since, until=query.until, agent=query.agent)
    page = await call.parts.archive.find(filters, query.limit, query.cursor)
    found = [conversation.to_wire() for conversation in page.conversations]
    return {"conversations": found, "next": page.following}


async def get_archived(call: UserCall, path: OfArchived) -> Mapping[str, Any]:
    """One closed conversation with everything that happened in it."""
    archived, events = await call.parts.archive.get(path.conversation)
    return {**archived.to_wire(), "events": [event_for_agent(event) for event in events]}
