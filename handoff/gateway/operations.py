"""What an address of the REST interface takes, gives and refuses, in one place.

An `Operation` is the source of its aiohttp route and of its part of the OpenAPI description. What
it takes stands in the signature of its handler: the models of the parameters `path`, `query` and
`body`. Without one nothing may be given.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, get_type_hints

from aiohttp import hdrs, web
from pydantic import BaseModel

from handoff.accounts import User
from handoff.gateway.errors import InvalidFields, Unauthenticated
from handoff.gateway.parts import PARTS, Parts
from handoff.gateway.responses import Body, answer, check, read

#: Methods whose requests have a body, which must be declared as JSON.
UNSAFE = frozenset({"POST", "PUT", "DELETE"})


class Nothing(Body):
    """No fields at all."""


@dataclass(frozen=True)
class Call:
    """A request that may be answered."""

    request: web.Request
    parts: Parts


@dataclass(frozen=True)
class CustomerCall(Call):
    """A request of whoever holds the token of a conversation."""

    conversation: str


@dataclass(frozen=True)
class UserCall(Call):
    """A request of somebody who signed in."""

    user: User


class Who(Protocol):
    """Who may use an operation."""

    @property
    def scheme(self) -> str | None:
        """How they prove it: the name of a security scheme."""

    @property
    def codes(self) -> tuple[str, ...]:
        """What others are told."""

    async def admit(self, request: web.Request) -> Call:
        """The call of `request`; raises `Refused`."""


@dataclass(frozen=True)
class Anyone:
    """No proof needed."""

    scheme: str | None = None
    codes: tuple[str, ...] = ()

    async def admit(self, request: web.Request) -> Call:
        """Everybody is welcome."""
        return Call(request, request.app[PARTS])


@dataclass(frozen=True)
class Customer:
    """Who holds the token of a conversation."""

    scheme: str | None = "customer"
    codes: tuple[str, ...] = ("unauthenticated", "token_expired")

    async def admit(self, request: web.Request) -> Call:
        """Read the token; raises `TokenExpired` or `Unauthenticated`."""
        parts = request.app[PARTS]
        return CustomerCall(request, parts, parts.tokens.read(_bearer(request)))


@dataclass(frozen=True)
class SignedIn:
    """Who signed in and has one of `roles`, or any where none is named."""

    roles: tuple[str, ...] = ()
    scheme: str | None = "session"

    @property
    def codes(self) -> tuple[str, ...]:
        """What others are told."""
        return ("unauthenticated", "forbidden") if self.roles else ("unauthenticated",)

    async def admit(self, request: web.Request) -> Call:
        """Look the session up; raises `Unauthenticated` or `Forbidden`."""
        parts = request.app[PARTS]
        return UserCall(request, parts, await parts.sessions.user(request, *self.roles))


def _bearer(request: web.Request) -> str:
    """The token of the `Authorization` header; raises `Unauthenticated`."""
    scheme, _, token = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthenticated("no token")
    return token.strip()


@dataclass(frozen=True)
class Operation:
    """One method of one path.

    `answers` is the schema of the body sent with `status`, `codes` what may be refused besides
    what `who` and the shape of a request imply, and `otherwise` further bodies by their status.
    """

    method: str
    path: str
    handler: Callable[..., Awaitable[Mapping[str, Any] | web.Response]]
    answers: type[BaseModel]
    who: Who = Anyone()
    status: int = 200
    codes: tuple[str, ...] = ()
    otherwise: Mapping[int, type[BaseModel]] = field(default_factory=dict)

    def taken(self, part: str) -> type[Body] | None:
        """The model of `path`, `query` or `body`; None if the handler has no use for it."""
        model: type[Body] | None = get_type_hints(self.handler).get(part)
        return model

    @property
    def takes_body(self) -> bool:
        """Whether requests carry JSON, be it an empty object."""
        return self.method in UNSAFE

    def route(self) -> web.RouteDef:
        """The route of aiohttp, on which everything is checked before the handler is called."""
        models = {part: self.taken(part) for part in ("path", "query", "body")}

        async def serve(request: web.Request) -> web.Response:
            call = await self.who.admit(request)
            given = {
                "path": check(models["path"] or Nothing, dict(request.match_info)),
                "query": check(models["query"] or Nothing, _once(request)),
            }
            if self.takes_body:
                given["body"] = await read(request, models["body"] or Nothing)
            used = {part: given[part] for part, model in models.items() if model is not None}
            answered = await self.handler(call, **used)
            return answered if isinstance(answered, web.Response) else answer(answered, self.status)

        return web.RouteDef(self.method, self.path, serve, {})


def _once(request: web.Request) -> dict[str, str]:
    """The query, in which no name may stand twice."""
    if len(set(request.query)) != len(request.query):
        raise InvalidFields("query: a parameter is given twice")
    return dict(request.query)
