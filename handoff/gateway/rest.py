"""REST for customers and for people who sign in."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping
from typing import Annotated, Any

import structlog
from aiohttp import web
from pydantic import Field

from handoff.accounts import User
from handoff.errors import RasaUnavailable
from handoff.gateway.errors import Unauthenticated
from handoff.gateway.operations import Call, CustomerCall, UserCall
from handoff.gateway.parts import Parts
from handoff.gateway.protocol import Cursor
from handoff.gateway.responses import Body, NoNul, answer
from handoff.gateway.wire import for_customer

log = structlog.get_logger(__name__)

_READY_TIMEOUT_S = 2.0


class NewSession(Body):
    """`POST /api/customer/session`."""

    name: Annotated[str, Field(max_length=1000)] = ""


class Login(Body):
    """`POST /api/login`."""

    email: Annotated[NoNul, Field(max_length=320)]
    password: Annotated[str, Field(max_length=1024)]


class EventsQuery(Body):
    """`GET /api/customer/events`."""

    after: Cursor = "0"


def address(request: web.Request) -> str:
    """Where the request comes from, for counting."""
    return request.remote or "unknown"


async def customer_session(call: Call, body: NewSession) -> Mapping[str, Any]:
    """Open a conversation and hand out the token for it."""
    parts = call.parts
    await parts.request_limits.hit(
        parts.limits.customer_session_per_ip, "customer_session", address(call.request)
    )
    conversation = secrets.token_urlsafe(16)
    await parts.desk.open(conversation, body.name)
    log.info("conversation_opened", conversation=conversation)
    return {"token": parts.tokens.issue(conversation), "conversation": conversation}


async def customer_events(call: CustomerCall, query: EventsQuery) -> Mapping[str, Any]:
    """The transcript after an event, for a customer whose network forbids sockets."""
    events = await call.parts.desk.events(call.conversation, query.after)
    return {"events": for_customer(events)}


async def login(call: Call, body: Login) -> Mapping[str, Any]:
    """Start a session; an unknown address and a wrong password are answered alike."""
    parts, origin = call.parts, address(call.request)
    await parts.request_limits.hit(parts.limits.login_per_ip, "login", origin)
    await parts.request_limits.hit(
        parts.limits.login_per_ip_and_email, "login", origin, body.email.strip().casefold()
    )
    user = await parts.accounts.verify(body.email, body.password)
    if user is None:
        log.info("login_refused", address=origin)
        raise Unauthenticated("wrong e-mail address or password")
    await parts.sessions.sign_in(call.request, user)
    log.info("login", user=user.id)
    return _profile(user)


async def logout(call: Call) -> Mapping[str, Any]:
    """End the session."""
    await call.parts.sessions.sign_out(call.request)
    return {}


async def me(call: UserCall) -> Mapping[str, Any]:
    """Who is signed in."""
    return _profile(call.user)


async def health(_call: Call) -> Mapping[str, Any]:
    """The process is alive."""
    return {"status": "ok"}


async def ready(call: Call) -> web.Response:
    """Whether every part can be used; 503 with the same body while one cannot."""
    parts = call.parts
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
