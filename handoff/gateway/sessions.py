"""Signed-in people: the cookie holds a random id, everything else stays in Redis."""

from __future__ import annotations

import secrets

from aiohttp import web
from aiohttp_session import Session, get_session, new_session
from aiohttp_session.redis_storage import RedisStorage
from redis.asyncio import Redis

from handoff.accounts import Accounts, User
from handoff.gateway.errors import Forbidden, Unauthenticated
from handoff.settings import Settings
from handoff.store.connection import redis_errors

COOKIE = "tandem_session"
_USER = "user"
#: What Redis holds of a session that was never there or was signed out of.
_GONE = (None, b"{}")


def storage(redis: Redis, settings: Settings) -> RedisStorage:
    """Sessions under `tandem_session_<id>` in Redis; `redis` must return bytes."""
    return RedisStorage(
        redis,
        cookie_name=COOKIE,
        max_age=int(settings.session_hours * 3600),
        secure=settings.cookie_secure,
        httponly=True,
        samesite="Strict",
        key_factory=lambda: secrets.token_urlsafe(32),
    )


class Sessions:
    """Who a request comes from."""

    def __init__(self, redis: Redis, accounts: Accounts) -> None:
        self._redis = redis
        self._accounts = accounts

    async def sign_in(self, request: web.Request, user: User) -> None:
        """Start a session under a new id; one the browser had before ends."""
        await self._forget(await get_session(request))
        session = await new_session(request)
        session[_USER] = user.id

    async def sign_out(self, request: web.Request) -> None:
        """End the session, on the server too."""
        session = await get_session(request)
        if session.identity is not None:
            await self._forget(session)
            session.invalidate()

    async def user(self, request: web.Request, *roles: str) -> User:
        """Who is signed in; raises `Unauthenticated`, or `Forbidden` without one of `roles`."""
        session = await get_session(request)
        user = await self._accounts.get(str(session.get(_USER, "")))
        if user is None or user.disabled:
            raise Unauthenticated("nobody is signed in")
        if roles and not user.may(*roles):
            raise Forbidden("the role is missing")
        return user

    async def ended(self, request: web.Request, user_id: str) -> bool:
        """Whether the session `request` came with is over, or its user may no longer sign in.

        Raises `Unavailable` while Redis is away.
        """
        session = await get_session(request)
        with redis_errors():
            stored = await self._redis.get(_key(session))
        if stored in _GONE:
            return True
        user = await self._accounts.get(user_id)
        return user is None or user.disabled

    async def _forget(self, session: Session) -> None:
        if session.identity is not None:
            await self._redis.delete(_key(session))


def _key(session: Session) -> str:
    return f"{COOKIE}_{session.identity}"
