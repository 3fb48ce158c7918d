"""The HTTP API of the knowledge base, for the other processes of this machine."""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import unquote

import structlog
from aiohttp import web
from pydantic import ValidationError
from yarl import URL

from kb_index.article import Article, ArticleEdit, NewArticle, Restoration
from kb_index.bodies import (
    MAX_BODY,
    MAX_IMPORT_BODY,
    ImportRequest,
    PageRequest,
    RestoreRequest,
    SearchRequest,
    article_body,
    bad_request,
    body,
)
from kb_index.engine import Query
from kb_index.errors import BadRequest, KnowledgeError, NotFound, TooLarge
from kb_index.history import Revision
from kb_index.service import KnowledgeService

MAX_QUESTION = 4_000
MAX_AUTHOR = 200
AUTHOR_HEADER = "Tandem-Author"
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
STATUS_OF = {
    "bad_request": 400,
    "invalid_article": 400,
    "not_found": 404,
    "conflict": 409,
    "too_large": 413,
}
SERVICE = web.AppKey("service", KnowledgeService)

log = structlog.get_logger()
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def make_app(service: KnowledgeService, host: str = "") -> web.Application:
    """The application; `host` is a name besides the loopback ones that requests may address."""
    allowed = LOOPBACK | ({host} if host else set())
    app = web.Application(
        client_max_size=MAX_BODY, middlewares=[_typed_errors, _known_host(allowed)]
    )
    app[SERVICE] = service
    app.add_routes(
        [
            web.get("/health", health),
            web.post("/search", search),
            web.post("/import", import_articles),
            web.get("/articles", list_articles),
            web.post("/articles", create_article),
            web.get("/articles/{id}", get_article),
            web.put("/articles/{id}", update_article),
            web.delete("/articles/{id}", delete_article),
            web.post("/articles/{id}/publish", publish_article),
            web.post("/articles/{id}/archive", archive_article),
            web.post("/articles/{id}/restore", restore_article),
            web.get("/articles/{id}/revisions", list_revisions),
            web.get(r"/articles/{id}/revisions/{revision:\d{1,9}}", get_revision),
        ]
    )
    return app


async def health(request: web.Request) -> web.Response:
    """`GET /health`."""
    return web.json_response(dataclasses.asdict(request.app[SERVICE].health()))


async def search(request: web.Request) -> web.Response:
    """`POST /search`."""
    query = await body(request, SearchRequest)
    for field in ("text", "previous"):
        if len(getattr(query, field) or "") > MAX_QUESTION:
            raise TooLarge(f"{field} is longer than {MAX_QUESTION} characters")
    if not query.text.strip():
        raise BadRequest("text is blank")
    service = request.app[SERVICE]
    previous = (query.previous or "").strip() or None
    result = await service.search(Query(query.text.strip(), query.limit, previous, query.embedding))
    return web.json_response({**dataclasses.asdict(result), "revision": service.revision})


async def import_articles(request: web.Request) -> web.Response:
    """`POST /import`: articles from a source; answers with what became of how many."""
    sent = await article_body(request, ImportRequest, MAX_IMPORT_BODY)
    counts = await request.app[SERVICE].import_articles(sent.articles)
    return web.json_response(counts.as_dict())


async def list_articles(request: web.Request) -> web.Response:
    """`GET /articles`: without their texts."""
    try:
        page = PageRequest.model_validate(dict(request.query))
    except ValidationError as error:
        raise bad_request(error) from None
    articles, total = await request.app[SERVICE].list(**page.model_dump())
    rows = [article.model_dump(mode="json", exclude={"text"}) for article in articles]
    return web.json_response({"articles": rows, "total": total})


async def create_article(request: web.Request) -> web.Response:
    """`POST /articles`."""
    new = await article_body(request, NewArticle)
    return _article(await request.app[SERVICE].create(new, _author(request)), status=201)


async def get_article(request: web.Request) -> web.Response:
    """`GET /articles/{id}`."""
    return _article(await request.app[SERVICE].get(_id(request)))


async def update_article(request: web.Request) -> web.Response:
    """`PUT /articles/{id}`: needs the `revision` that was edited."""
    edit = await article_body(request, ArticleEdit)
    if edit.id not in {None, _id(request)}:
        raise BadRequest("an article's id cannot be changed")
    return _article(await request.app[SERVICE].update(_id(request), edit, _author(request)))


async def delete_article(request: web.Request) -> web.Response:
    """`DELETE /articles/{id}`: answers with what was deleted."""
    return _article(await request.app[SERVICE].delete(_id(request), _author(request)))


async def publish_article(request: web.Request) -> web.Response:
    """`POST /articles/{id}/publish`."""
    return _article(await request.app[SERVICE].publish(_id(request), _author(request)))


async def archive_article(request: web.Request) -> web.Response:
    """`POST /articles/{id}/archive`."""
    return _article(await request.app[SERVICE].archive(_id(request), _author(request)))


async def list_revisions(request: web.Request) -> web.Response:
    """`GET /articles/{id}/revisions`: newest first, without the articles."""
    revisions = await request.app[SERVICE].history(_id(request))
    rows = [_revision(revision) for revision in reversed(revisions)]
    return web.json_response({"revisions": rows})


async def get_revision(request: web.Request) -> web.Response:
    """`GET /articles/{id}/revisions/{n}`: the article as it was then."""
    number = int(request.match_info["revision"])
    revision = await request.app[SERVICE].at_revision(_id(request), number)
    article = revision.article.model_dump(mode="json")
    return web.json_response({**_revision(revision), "article": article})


async def restore_article(request: web.Request) -> web.Response:
    """`POST /articles/{id}/restore`: the old content becomes a new revision."""
    wanted = await body(request, RestoreRequest)
    service, article_id, author = request.app[SERVICE], _id(request), _author(request)
    if wanted.replaces is None:
        return _article(await service.restore(article_id, wanted.revision, author))
    old = await service.at_revision(article_id, wanted.revision)
    edit = Restoration.of(old.article, wanted.replaces)
    return _article(await service.update(article_id, edit, author))


def _id(request: web.Request) -> str:
    return request.match_info["id"]


def _author(request: web.Request) -> str:
    """The name of the person behind a change, as the gateway says it: percent-encoded UTF-8."""
    name = " ".join(unquote(request.headers.get(AUTHOR_HEADER, "")).split())
    if len(name) > MAX_AUTHOR or not name.isprintable():
        raise BadRequest(f"{AUTHOR_HEADER} is not a name")
    return name


def _revision(revision: Revision) -> dict[str, Any]:
    return {
        "revision": revision.revision,
        "action": revision.action,
        "at": revision.at.isoformat(timespec="seconds"),
        "author": revision.author,
        "changed": revision.changed,
        "title": revision.article.title,
        "status": revision.article.status,
    }


def _article(article: Article, status: int = 200) -> web.Response:
    return web.json_response(article.model_dump(mode="json"), status=status)


def _known_host(allowed: frozenset[str] | set[str]) -> Callable[..., Awaitable[web.StreamResponse]]:
    @web.middleware
    async def known_host(request: web.Request, handler: Handler) -> web.StreamResponse:
        # A page whose own name was rebound to this address still sends that name.
        try:
            name = URL(f"http://{request.headers.get('Host', '')}").host
        except ValueError:
            name = None
        if name not in allowed:
            raise BadRequest("unknown Host")
        return await handler(request)

    return known_host


@web.middleware
async def _typed_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """The one place where errors become wire codes."""
    try:
        return await handler(request)
    except KnowledgeError as error:
        return _error(error, STATUS_OF.get(error.code, 500))
    except web.HTTPNotFound:
        return _error(NotFound("there is no such route"), 404)
    except web.HTTPMethodNotAllowed as error:
        return _error(BadRequest("method not allowed here"), error.status)
    except Exception:
        log.exception("request failed", method=request.method, route=request.path)
        return _error(KnowledgeError("something went wrong inside"), 500)


def _error(error: KnowledgeError, status: int) -> web.Response:
    if status >= 500:
        error = KnowledgeError("something went wrong inside")
    told = {"error": {"code": error.code, "message": error.message}}
    return web.json_response(told, status=status)
