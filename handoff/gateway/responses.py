"""JSON in and out of REST, one shape for every error, and the access log."""

from __future__ import annotations

import asyncio
import logging
import re
import time
import uuid
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, TypeVar

import orjson
import structlog
from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.typedefs import Handler
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from handoff.errors import BadRequest
from handoff.gateway.errors import InvalidFields, code_of, describe, message_of
from handoff.gateway.wire import dumps

log = structlog.get_logger(__name__)

_HTTP_CODES = {
    400: "bad_request",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "unsupported_media_type",
}

#: What the access log says of a request whose client went away.
_CLIENT_LEFT = 499
#: Asked every few seconds by launchers and load balancers, who tell what they were answered.
PROBES = frozenset({"/health", "/ready", "/metrics"})

B = TypeVar("B", bound="Body")


#: Text without NUL, which PostgreSQL cannot store.
NoNul = Annotated[str, Field(pattern=r"^[^\x00]*$")]


def _number(text: object) -> object:
    if isinstance(text, str) and re.fullmatch("-?[0-9]{1,18}", text):
        return int(text)
    return text


#: A whole number as queries and paths carry it: in digits.
Digits = BeforeValidator(_number)


def _whole(number: object) -> object:
    return int(number) if isinstance(number, float) and number.is_integer() else number


#: A whole number as JSON carries it, where `1.0` is one too.
Whole = BeforeValidator(_whole)


class Body(BaseModel):
    """Parent of every body, query and path: exact types, nothing unknown.

    `refusal` is raised for what does not fit.
    """

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)
    refusal: ClassVar[type[InvalidFields]] = InvalidFields


async def read(request: web.Request, schema: type[B]) -> B:
    """The JSON body of `request`; raises `BadRequest`, and `InvalidFields` naming the field."""
    try:
        body = orjson.loads(await request.read() or b"{}")
    except (orjson.JSONDecodeError, web.RequestPayloadError) as error:
        raise BadRequest("the body is not JSON") from error
    return check(schema, body)


def check(schema: type[B], body: object) -> B:
    """`body` as `schema`; raises `InvalidFields`."""
    try:
        return schema.model_validate(body)
    except ValidationError as error:
        raise schema.refusal.of(error) from error


def answer(body: Mapping[str, Any], status: int = 200) -> web.Response:
    """A JSON response."""
    return web.Response(body=dumps(body), status=status, content_type="application/json")


def refusal(code: str, message: str | None = None, status: int | None = None) -> web.Response:
    """The one shape of an error."""
    usual, told = describe(code)
    body = {"error": {"code": code, "message": message or told}}
    return answer(body, status or usual)


@web.middleware
async def errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn every exception into a response that tells a client no more than it may know."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        return _http_refusal(request, error)
    except ConnectionResetError:
        raise
    except Exception as error:
        code = code_of(error)
        message, status = message_of(error)
        return refusal(code, message, status)


def _http_refusal(request: web.Request, error: web.HTTPException) -> web.Response:
    response = refusal(_HTTP_CODES.get(error.status, "bad_request"), status=error.status)
    if not request.path.startswith("/api/"):
        response = web.Response(text=f"{error.status}: {error.reason}", status=error.status)
    if "Allow" in error.headers:
        response.headers["Allow"] = error.headers["Allow"]
    return response


class ClientFaults(logging.Filter):
    """Tells of bytes that are not HTTP in one line, without the bytes: they are the client's."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether aiohttp's own record, with its traceback, is to be written."""
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, HttpProcessingError):
            log.warning("not_http", status=error.code)
            return False
        return True


@web.middleware
async def access_log(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Number the request, and log how it ended: never its query, body or cookies."""
    request_id = uuid.uuid4().hex[:12]
    started = time.perf_counter()
    status = 500
    with structlog.contextvars.bound_contextvars(request=request_id):
        try:
            response = await handler(request)
            status = response.status
            if not response.prepared:
                response.headers["X-Request-Id"] = request_id
            return response
        except asyncio.CancelledError:
            status = _CLIENT_LEFT
            raise
        finally:
            (log.debug if request.path in PROBES else log.info)(
                "request",
                method=request.method,
                path=request.path,
                status=status,
                took_ms=round((time.perf_counter() - started) * 1000, 1),
            )
