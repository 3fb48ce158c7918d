"""Password hashes (argon2id), computed beside the event loop."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

#: Hashes in flight at a time: each takes a core for tens of milliseconds and 64 MiB.
CONCURRENCY = 2

_hasher = PasswordHasher()


@dataclass(frozen=True)
class Verification:
    """The outcome of a check; `rehashed` is a newer hash to store, if the parameters changed."""

    matches: bool
    rehashed: str | None = None


@cache
def _dummy() -> str:
    return _hasher.hash("a password nobody has")


def _verify(stored: str | None, password: str) -> Verification:
    try:
        _hasher.verify(stored or _dummy(), password)
    except (VerificationError, InvalidHashError):
        return Verification(matches=False)
    if stored is None:
        return Verification(matches=False)
    stale = _hasher.check_needs_rehash(stored)
    return Verification(matches=True, rehashed=_hasher.hash(password) if stale else None)


class Passwords:
    """Hashes and verifies in threads, a bounded number at a time."""

    def __init__(self) -> None:
        self._room = asyncio.Semaphore(CONCURRENCY)

    async def warm(self) -> None:
        """Prepare the hash for unknown users, so that the first of them is not slower."""
        await asyncio.to_thread(_dummy)

    async def hash(self, password: str) -> str:
        """A salted hash to store."""
        async with self._room:
            return await asyncio.to_thread(_hasher.hash, password)

    async def verify(self, stored: str | None, password: str) -> Verification:
        """Check `password`; `stored=None` (no such user) takes the same time and never matches."""
        async with self._room:
            return await asyncio.to_thread(_verify, stored, password)
