"""The REST interface: every operation, from which routes and description are made."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from handoff.gateway import archive, articles, rest, schemas
from handoff.gateway.openapi import describe_api
from handoff.gateway.operations import Anyone, Call, Customer, Operation, SignedIn

_CUSTOMER = Customer()
_PERSON = SignedIn()
_EDITOR = SignedIn(articles.EDITING)
_READER = SignedIn(archive.READING)


async def description(_call: Call) -> Mapping[str, Any]:
    """This description, and the commands of the sockets under `x-websockets`."""
    return _described()


@cache
def _described() -> Mapping[str, Any]:
    return describe_api(OPERATIONS)


OPERATIONS = [
    Operation(
        "POST",
        "/api/customer/session",
        rest.customer_session,
        schemas.CustomerSession,
        codes=("forbidden", "rate_limited"),
    ),
    Operation(
        "GET",
        "/api/customer/events",
        rest.customer_events,
        schemas.Events,
        _CUSTOMER,
        codes=("unknown_conversation",),
    ),
    Operation(
        "POST",
        "/api/login",
        rest.login,
        schemas.Profile,
        codes=("unauthenticated", "forbidden", "rate_limited"),
    ),
    Operation("POST", "/api/logout", rest.logout, schemas.Done, codes=("forbidden",)),
    Operation("GET", "/api/me", rest.me, schemas.Profile, _PERSON),
    Operation("GET", "/api/articles", articles.list_articles, schemas.ArticlePage, _EDITOR),
    Operation(
        "POST",
        "/api/articles",
        articles.create_article,
        schemas.Article,
        _EDITOR,
        status=201,
        codes=("invalid_article", "conflict"),
    ),
    Operation(
        "GET",
        "/api/articles/{id}",
        articles.get_article,
        schemas.Article,
        _EDITOR,
        codes=("not_found",),
    ),
    Operation(
        "PUT",
        "/api/articles/{id}",
        articles.update_article,
        schemas.Article,
        _EDITOR,
        codes=("invalid_article", "not_found", "conflict"),
    ),
    Operation(
        "DELETE",
        "/api/articles/{id}",
        articles.delete_article,
        schemas.Done,
        _EDITOR,
        codes=("not_found",),
    ),
    Operation(
        "POST",
        "/api/articles/{id}/publish",
        articles.publish_article,
        schemas.Article,
        _EDITOR,
        codes=("not_found",),
    ),
    Operation(
        "POST",
        "/api/articles/{id}/archive",
        articles.archive_article,
        schemas.Article,
        _EDITOR,
        codes=("not_found",),
    ),
    Operation(
        "POST",
        "/api/articles/{id}/restore",
        articles.restore_article,
        schemas.Article,
        _EDITOR,
        codes=("not_found", "conflict"),
    ),
    Operation(
        "GET",
        "/api/articles/{id}/revisions",
        articles.list_revisions,
        schemas.Revisions,
        _EDITOR,
        codes=("not_found",),
    ),
    Operation(
        "GET",
        "/api/articles/{id}/revisions/{n}",
        articles.get_revision,
        schemas.RevisionWhole,
        _EDITOR,
        codes=("not_found",),
    ),
    Operation("POST", "/api/try", articles.try_search, schemas.SearchAnswer, _EDITOR),
    Operation("GET", "/api/archive", archive.list_archive, schemas.ArchivePage, _READER),
    Operation(
        "GET",
        "/api/archive/{conversation}",
        archive.get_archived,
        schemas.ArchivedWhole,
        _READER,
        codes=("unknown_conversation",),
    ),
    Operation("GET", "/api/openapi.json", description, schemas.Description, Anyone()),
    Operation("GET", "/health", rest.health, schemas.Health),
    Operation("GET", "/ready", rest.ready, schemas.Ready, otherwise={503: schemas.Ready}),
]
