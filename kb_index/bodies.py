"""What requests to the API carry, and how a body is read and checked."""

from __future__ import annotations

import asyncio
from typing import Annotated, TypeVar

from aiohttp import web
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from kb_index.article import Article, Status, invalid_article
from kb_index.errors import BadRequest, TooLarge

MAX_BODY = 256 * 1024
#: Any one article fits, however its letters are escaped.
MAX_IMPORT_BODY = 2 * 1024 * 1024
#: Articles of one `POST /import`.
MAX_IMPORTED = 100

Model = TypeVar("Model", bound=BaseModel)


def _no_nul(text: str) -> str:
    if "\0" in text:
        raise ValueError("contains a NUL character")
    return text


class SearchRequest(BaseModel):
    """Body of `POST /search`."""

    model_config = ConfigDict(extra="forbid")

    text: Annotated[str, AfterValidator(_no_nul)]
    limit: int = Field(3, ge=1, le=20)
    previous: Annotated[str, AfterValidator(_no_nul)] | None = None
    embedding: bool = False


class ImportRequest(BaseModel):
    """Body of `POST /import`: articles as their source has them."""

    model_config = ConfigDict(extra="forbid")

    articles: Annotated[tuple[Article, ...], Field(max_length=MAX_IMPORTED)]


class RestoreRequest(BaseModel):
    """Body of `POST /articles/{id}/restore`; `replaces` is the newest revision that was seen."""

    model_config = ConfigDict(extra="forbid")

    revision: int = Field(ge=1, lt=10**9)
    replaces: int | None = Field(None, ge=1)


class PageRequest(BaseModel):
    """Query of `GET /articles`."""

    model_config = ConfigDict(extra="forbid")

    q: Annotated[str, Field(max_length=200), AfterValidator(_no_nul)] = ""
    status: Status | None = None
    limit: int = Field(50, ge=1, le=500)
    offset: int = Field(0, ge=0, le=10**9)


async def body(request: web.Request, model: type[Model]) -> Model:
    """Read a small body.

    Raises:
        BadRequest: it is not what `model` says.
        TooLarge: it is beyond MAX_BODY.
    """
    try:
        return model.model_validate_json(await _json_bytes(request, MAX_BODY))
    except ValidationError as error:
        raise bad_request(error) from None


async def article_body(request: web.Request, model: type[Model], limit: int = MAX_BODY) -> Model:
    """Read a body with an article, or several, of at most `limit` bytes.

    Raises:
        InvalidArticle: an article breaks a rule.
        BadRequest: it is something else.
        TooLarge: it is beyond the limit.
    """
    content = await _json_bytes(request, limit)
    try:
        # Long texts take a while: beside the event loop.
        return await asyncio.to_thread(model.model_validate_json, content)
    except ValidationError as error:
        # not about an article
        if error.errors()[0]["loc"] in {(), ("revision",), ("articles",)}:
            raise bad_request(error) from None
        raise invalid_article(error) from None


def bad_request(error: ValidationError) -> BadRequest:
    """The first complaint of a validation that is not about an article."""
    complaint = invalid_article(error)
    field = "body" if complaint.field == "article" else complaint.field
    return BadRequest(f"{field}: {complaint.reason}")


async def _json_bytes(request: web.Request, limit: int) -> bytes:
    if request.content_type != "application/json":
        raise BadRequest("Content-Type must be application/json")
    try:
        return await request.clone(client_max_size=limit).read()
    except web.RequestPayloadError:
        raise BadRequest("body cannot be decoded") from None
    except web.HTTPRequestEntityTooLarge:
        raise TooLarge(f"body is larger than {limit} bytes") from None
