"""REST for editors: the knowledge service's articles, behind a role."""

from __future__ import annotations

import re
from typing import Annotated, Any

from aiohttp import web
from pydantic import Field

from handoff.gateway.errors import InvalidFields
from handoff.gateway.parts import PARTS
from handoff.gateway.responses import Body, answer, check, read, read_json
from kb_index.client import KnowledgeClient

EDITING = ("editor",)


class ListQuery(Body):
    """`GET /api/articles`; numbers arrive as text."""

    q: Annotated[str, Field(max_length=500)] = ""
    status: Annotated[str, Field(pattern="^(draft|published|archived)?$")] = ""
    limit: Annotated[int, Field(ge=1, le=500, strict=False)] = 50
    offset: Annotated[int, Field(ge=0, le=1_000_000, strict=False)] = 0


class Try(Body):
    """`POST /api/try`."""

    text: Annotated[str, Field(min_length=1, max_length=4000)]


async def _knowledge(request: web.Request) -> KnowledgeClient:
    """The client, for editors only."""
    return (await _editing(request))[0]


async def _editing(request: web.Request) -> tuple[KnowledgeClient, str]:
    """The client and the editor's name, which a change is signed with."""
    parts = request.app[PARTS]
    user = await parts.sessions.user(request, *EDITING)
    return parts.knowledge, user.name


async def _article(request: web.Request) -> dict[str, Any]:
    """The body as it is: what an article must look like is the knowledge service's to say."""
    body = await read_json(request)
    if not isinstance(body, dict):
        raise InvalidFields("body: an article is an object")
    return body


async def list_articles(request: web.Request) -> web.Response:
    """Articles without their text, and how many match."""
    knowledge = await _knowledge(request)
    query = check(ListQuery, dict(request.query))
    return answer(
        await knowledge.list_articles(
            q=query.q, status=query.status, limit=query.limit, offset=query.offset
        )
    )


async def create_article(request: web.Request) -> web.Response:
    """A new draft."""
    knowledge, author = await _editing(request)
    return answer(await knowledge.create_article(await _article(request), author), 201)


async def get_article(request: web.Request) -> web.Response:
    """One article with its text."""
    knowledge = await _knowledge(request)
    return answer(await knowledge.get_article(_id(request)))


async def update_article(request: web.Request) -> web.Response:
    """Change the revision the editor has seen."""
    knowledge, author = await _editing(request)
    body = await _article(request)
    return answer(await knowledge.update_article(_id(request), body, author))


async def delete_article(request: web.Request) -> web.Response:
    """Remove an article."""
    knowledge, author = await _editing(request)
    await knowledge.delete_article(_id(request), author)
    return answer({})


async def publish_article(request: web.Request) -> web.Response:
    """Let the bot answer with it."""
    knowledge, author = await _editing(request)
    return answer(await knowledge.publish(_id(request), author))


async def archive_article(request: web.Request) -> web.Response:
    """Let the bot answer with it no longer."""
    knowledge, author = await _editing(request)
    return answer(await knowledge.archive(_id(request), author))


async def list_revisions(request: web.Request) -> web.Response:
    """Who changed an article, when and what."""
    knowledge = await _knowledge(request)
    return answer(await knowledge.revisions(_id(request)))


async def get_revision(request: web.Request) -> web.Response:
    """An article as it was."""
    knowledge = await _knowledge(request)
    number = request.match_info["n"]
    if not re.fullmatch("[0-9]{1,9}", number):
        raise InvalidFields("revision: is not a number")
    return answer(await knowledge.revision(_id(request), int(number)))


async def restore_article(request: web.Request) -> web.Response:
    """Write an old revision anew."""
    knowledge, author = await _editing(request)
    body = await _article(request)
    return answer(await knowledge.restore(_id(request), body, author))


def _id(request: web.Request) -> str:
    return request.match_info["id"]


async def try_search(request: web.Request) -> web.Response:
    """What the bot would find for a question."""
    knowledge = await _knowledge(request)
    body = await read(request, Try)
    return answer(await knowledge.search(body.text, 5))
