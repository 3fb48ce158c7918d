"""Commands of a socket: one JSON object in, one result or typed error out.

Nothing here touches a network: bytes go in and bytes come out.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from handoff.gateway.errors import (
    BadFrame,
    InvalidFields,
    UnknownType,
    code_of,
    describe,
    message_of,
)
from handoff.gateway.wire import dumps
from handoff.text import CLIENT_ID, CURSOR, IDENTIFIER

#: Largest id a client may use: what JavaScript counts exactly.
LARGEST_ID = 2**53 - 1

Data = Mapping[str, Any]
S = TypeVar("S")
M = TypeVar("M", bound="Fields")


class Fields(BaseModel):
    """Parent of the fields of every command: exact types, nothing unknown."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


# What `handoff.text` checks again where it is used, so that the published schemas say it too.
Identifier = Annotated[str, Field(pattern=f"^{IDENTIFIER}$")]
ClientId = Annotated[str, Field(pattern=f"^{CLIENT_ID}$")]
Cursor = Annotated[str, Field(pattern=f"^{CURSOR}$")]


class Nothing(Fields):
    """A command without fields."""


class OfConversation(Fields):
    """A command on one conversation."""

    conversation: Identifier


@dataclass(frozen=True)
class Command(Generic[S]):
    """What a command must carry, and who carries it out."""

    schema: type[Fields]
    handler: Callable[[S, Any], Awaitable[Data]]


def command(schema: type[M], handler: Callable[[S, M], Awaitable[Data]]) -> Command[S]:
    """Pair a schema with the handler that takes it."""
    return Command(schema, handler)


def result(request_id: int, data: Data) -> bytes:
    """The answer to a command that was carried out."""
    return dumps({"id": request_id, "type": "result", "data": data})


def error_frame(request_id: int | None, error: Exception) -> bytes:
    """The answer to a command that was not."""
    code = code_of(error)
    message, _ = message_of(error)
    body = {
        "id": request_id,
        "type": "error",
        "code": code,
        "message": message or describe(code)[1],
    }
    return dumps(body)


@dataclass(frozen=True)
class Request:
    """A frame with an id; `fields` are not checked yet."""

    id: int
    type: object
    fields: dict[str, Any]


def decode(data: bytes, limit: int) -> Request:
    """Read one frame of at most `limit` bytes; raises `BadFrame`."""
    if len(data) > limit:
        raise BadFrame("too large")
    try:
        body = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise BadFrame("not JSON") from error
    if not isinstance(body, dict):
        raise BadFrame("not an object")
    request_id = body.pop("id", None)
    if type(request_id) is not int or not 0 <= request_id <= LARGEST_ID:
        raise BadFrame("no valid id")
    return Request(request_id, body.pop("type", None), body)


class Commands(Generic[S]):
    """The commands one kind of socket knows."""

    def __init__(self, table: Mapping[str, Command[S]]) -> None:
        self._table = table

    @property
    def schemas(self) -> dict[str, type[Fields]]:
        """What each command must carry besides `id` and `type`."""
        return {name: known.schema for name, known in self._table.items()}

    async def answer(
        self, session: S, frame: bytes | BadFrame, admit: Callable[[], None], limit: int
    ) -> bytes:
        """Carry out one frame of at most `limit` bytes and return the frame that answers it.

        `admit` counts it, and raises `RateLimited` when it is one too many.
        """
        request: Request | None = None
        try:
            if isinstance(frame, BadFrame):
                admit()
                raise frame
            request = decode(frame, limit)
            admit()
            return result(request.id, await self._run(session, request))
        except Exception as error:
            return error_frame(request.id if request else None, error)

    async def _run(self, session: S, request: Request) -> Data:
        known = self._table.get(request.type) if isinstance(request.type, str) else None
        if known is None:
            raise UnknownType("unknown command")
        try:
            fields = known.schema.model_validate(request.fields)
        except ValidationError as error:
            raise InvalidFields.of(error) from error
        return await known.handler(session, fields)
