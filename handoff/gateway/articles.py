"""REST for editors: the knowledge service's articles, behind a role."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from handoff.gateway.article_fields import ArticleEdit, NewArticle, Slug, filled
from handoff.gateway.operations import UserCall
from handoff.gateway.responses import Body, Digits, NoNul, Whole

EDITING = ("editor",)


class ListQuery(Body):
    """`GET /api/articles`."""

    q: Annotated[NoNul, Field(max_length=200)] = ""
    status: Literal["", "draft", "published", "archived"] = ""
    limit: Annotated[int, Field(ge=1, le=500), Digits] = 50
    offset: Annotated[int, Field(ge=0, le=1_000_000), Digits] = 0


class OfArticle(Body):
    """The path of one article."""

    id: Slug


class OfRevision(OfArticle):
    """The path of one revision."""

    n: Annotated[int, Field(ge=0, lt=10**9), Digits]


class Restore(Body):
    """Which revision to bring back, and the newest that was seen when that was decided."""

    revision: Annotated[int, Field(ge=1, lt=10**9), Whole]
    replaces: Annotated[int, Field(ge=1, lt=10**9), Whole] | None = None


class Try(Body):
    """A question as a customer might ask it."""

    text: Annotated[str, Field(max_length=4000, pattern=filled(r"\x00"))]


async def list_articles(call: UserCall, query: ListQuery) -> Mapping[str, Any]:
    """Articles without their text, and how many match."""
    return await call.parts.knowledge.list_articles(
        q=query.q, status=query.status, limit=query.limit, offset=query.offset
    )


async def create_article(call: UserCall, body: NewArticle) -> Mapping[str, Any]:
    """A new article; without an id one is made from its title."""
    return await call.parts.knowledge.create_article(body.given(), call.user.name)


async def get_article(call: UserCall, path: OfArticle) -> Mapping[str, Any]:
    """One article with its text."""
    return await call.parts.knowledge.get_article(path.id)


async def update_article(call: UserCall, path: OfArticle, body: ArticleEdit) -> Mapping[str, Any]:
    """Change the revision the editor has seen."""
    return await call.parts.knowledge.update_article(path.id, body.given(), call.user.name)


async def delete_article(call: UserCall, path: OfArticle) -> Mapping[str, Any]:
    """Remove an article."""
    await call.parts.knowledge.delete_article(path.id, call.user.name)
    return {}


async def publish_article(call: UserCall, path: OfArticle) -> Mapping[str, Any]:
    """Let the bot answer with it."""
    return await call.parts.knowledge.publish(path.id, call.user.name)


async def archive_article(call: UserCall, path: OfArticle) -> Mapping[str, Any]:
    """Let the bot answer with it no longer."""
    return await call.parts.knowledge.archive(path.id, call.user.name)


async def list_revisions(call: UserCall, path: OfArticle) -> Mapping[str, Any]:
    """Who changed an article, when and what."""
    return await call.parts.knowledge.revisions(path.id)


async def get_revision(call: UserCall, path: OfRevision) -> Mapping[str, Any]:
    """An article as it was."""
    return await call.parts.knowledge.revision(path.id, path.n)


async def restore_article(call: UserCall, path: OfArticle, body: Restore) -> Mapping[str, Any]:
    """Write an old revision anew."""
    given = body.model_dump(exclude_unset=True)
    return await call.parts.knowledge.restore(path.id, given, call.user.name)


async def try_search(call: UserCall, body: Try) -> Mapping[str, Any]:
    """What the bot would find for a question."""
    return await call.parts.knowledge.search(body.text, 5)
