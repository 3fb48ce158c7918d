"""REST for agents: conversations that were closed."""

from __future__ import annotations

from typing import Annotated

from aiohttp import web
from pydantic import Field

from handoff.archive import Filters
from handoff.gateway.parts import PARTS
from handoff.gateway.responses import Body, answer, check
from handoff.gateway.wire import event_for_agent
from handoff.text import check_identifier, clean_line

#: Roles that may read the archive: those that may read every open conversation.
READING = ("agent", "supervisor")
#: The last millisecond that JavaScript's dates know.
_LAST = 8_640_000_000_000_000
_Time = Annotated[int | None, Field(ge=0, le=_LAST, strict=False)]


class ArchiveQuery(Body):
    """`GET /api/archive`; numbers arrive as text, times are milliseconds since the epoch."""

    q: Annotated[str, Field(max_length=500)] = ""
    since: _Time = Field(None, alias="from")
    until: _Time = Field(None, alias="to")
    agent: Annotated[str, Field(pattern="^[A-Za-z0-9_-]{0,64}$")] = ""
    limit: Annotated[int, Field(ge=1, le=100, strict=False)] = 50
    cursor: Annotated[str | None, Field(pattern="^[0-9]{1,16}-[0-9]{1,16}$")] = None


async def list_archive(request: web.Request) -> web.Response:
    """Closed conversations, the latest first, and where the next page begins."""
    parts = request.app[PARTS]
    await parts.sessions.user(request, *READING)
    query = check(ArchiveQuery, dict(request.query))
    words = clean_line(query.q, 500)
    filters = Filters(words=words, since=query.since, until=query.until, agent=query.agent)
    page = await parts.archive.find(filters, query.limit, query.cursor)
    found = [conversation.to_wire() for conversation in page.conversations]
    return answer({"conversations": found, "next": page.following})


async def get_archived(request: web.Request) -> web.Response:
    """One closed conversation with everything that happened in it."""
    parts = request.app[PARTS]
    await parts.sessions.user(request, *READING)
    conversation = check_identifier(request.match_info["conversation"])
    archived, events = await parts.archive.get(conversation)
    body = {**archived.to_wire(), "events": [event_for_agent(event) for event in events]}
    return answer(body)
