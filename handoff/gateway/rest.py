"""REST for customers and for people who sign in."""

from __future__ import annotations

import asyncio
import secrets
from typing import Annotated, Any

import structlog
from aiohttp import hdrs, web
from pydantic import Field

from handoff.accounts import User
from handoff.errors import RasaUnavailable
from handoff.gateway.errors import Unauthenticated
from handoff.gateway.parts import PARTS, Parts
from handoff.gateway.responses import Body, answer, check, read
from handoff.gateway.wire import for_customer

log = structlog.get_logger(__name__)

_READY_TIMEOUT_S = 2.0


class NewSession(Body):
    """`POST /api/customer/session`."""

    name: Annotated[str, Field(max_length=1000)] = ""


class Login(Body):
    """`POST /api/login`."""

    email: Annotated[str, Field(max_length=320)]
    password: Annotated[str, Field(max_length=1024)]


class EventsQuery(Body):
    """`GET /api/customer/events`."""

    after: Annotated[str, Field(max_length=50)] = "0"


def address(request: web.Request) -> str:
    """Where the request comes from, for counting."""
    return request.remote or "unknown"


def bearer(request: web.Request) -> str:
    """The token of the `Authorization` header; raises `Unauthenticated`."""
    scheme, _, token = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthenticated("no token")
    return token.strip()


async def customer_session(request: web.Request) -> web.Response:
    """Open a conversation and hand out the token for it."""
    parts = request.app[PARTS]
    await parts.request_limits.hit(
        parts.limits.customer_session_per_ip, "customer_session", address(request)
    )
    body = await read(request, NewSession)
    conversation = secrets.token_urlsafe(16)
    await parts.desk.open(conversation, body.name)
    log.info("conversation_opened", conversation=conversation)
    token = parts.tokens.issue(conversation)
    return answer({"token": token, "conversation": conversation})


async def customer_events(request: web.Request) -> web.Response:
    """The transcript after an event, for a customer whose network forbids sockets."""
    parts = request.app[PARTS]
    conversation = parts.tokens.read(bearer(request))
    query = check(EventsQuery, dict(request.query))
    events = await parts.desk.events(conversation, query.after)
    return answer({"events": for_customer(events)})


async def login(request: web.Request) -> web.Response:
    """Start a session; an unknown address and a wrong password are answered alike."""
    parts = request.app[PARTS]
    body = await read(request, Login)
    origin = address(request)
    await parts.request_limits.hit(parts.limits.login_per_ip, "login", origin)
    await parts.request_limits.hit(
        parts.limits.login_per_ip_and_email, "login", origin, body.email.strip().casefold()
    )
    user = await parts.accounts.verify(body.email, body.password)
    if user is None:
        log.info("login_refused", address=origin)
        raise Unauthenticated("wrong e-mail address or password")
    await parts.sessions.sign_in(request, user)
    log.info("login", user=user.id)
    return answer(_profile(user))


async def logout(request: web.Request) -> web.Response:
    """End the session."""
    await request.app[PARTS].sessions.sign_out(request)
    return answer({})


async def me(request: web.Request) -> web.Response:
    """Who is signed in."""
    return answer(_profile(await request.app[PARTS].sessions.user(request)))


async def health(_request: web.Request) -> web.Response:
    """The process is alive."""
    return answer({"status": "ok"})


async def ready(request: web.Request) -> web.Response:
    """Whether every part can be used; 503 with the same body while one cannot."""
    parts = request.app[PARTS]
    names = ("redis", "rasa", "knowledge")
    checks = (parts.desk.queue_length(), _rasa(parts), parts.knowledge.health())
    outcomes = await asyncio.gather(
        *(asyncio.wait_for(check, _READY_TIMEOUT_S) for check in checks), return_exceptions=True
    )
    states = {
        name: "unavailable" if isinstance(outcome, BaseException) else "ok"
        for name, outcome in zip(names, outcomes, strict=True)
    }
    all_ready = set(states.values()) == {"ok"}
    body = {"status": "ready" if all_ready else "not_ready", "parts": states}
    return answer(body, 200 if all_ready else 503)


async def _rasa(parts: Parts) -> None:
    """Raise unless Rasa has a model; without one it answers everything with nothing."""
    if not await parts.rasa.ready():
        raise RasaUnavailable("Rasa is away or has no model")


def _profile(user: User) -> dict[str, Any]:
    return {"id": user.id, "name": user.name, "email": user.email, "roles": list(user.roles)}
