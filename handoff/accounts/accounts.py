"""Create users and check who signs in."""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections.abc import Iterable
from typing import Self

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker

from handoff.accounts.errors import EmailTaken, InvalidAccount
from handoff.accounts.passwords import Passwords
from handoff.accounts.users import ROLES, Base, User, UserRow
from handoff.database import open_engine

#: Characters a password needs at least, and may have at most (argon2 takes time by length).
PASSWORD_LENGTH = (10, 1024)
NAME_LENGTH = 80
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


def fold_email(email: str) -> str:
    """The form under which an address is unique: trimmed, composed, case folded."""
    return unicodedata.normalize("NFKC", email).strip().casefold()


def _checked(
    email: str, name: str, password: str, roles: Iterable[str]
) -> tuple[str, str, list[str]]:
    email, name, chosen = fold_email(email), " ".join(name.split()), sorted(set(roles))
    shortest, longest = PASSWORD_LENGTH
    if not _EMAIL.fullmatch(email) or len(email) > 320 or not email.isprintable():
        raise InvalidAccount("this is not an e-mail address")
    if not name or len(name) > NAME_LENGTH or not name.isprintable():
        raise InvalidAccount(f"a name has 1 to {NAME_LENGTH} characters")
    if not shortest <= len(password) <= longest:
        raise InvalidAccount(f"a password has {shortest} to {longest} characters")
    if not chosen or not set(chosen) <= set(ROLES):
        raise InvalidAccount("roles are: " + ", ".join(ROLES))
    return email, name, chosen


class Accounts:
    """The users of one installation, in any database SQLAlchemy reaches."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._session = async_sessionmaker(engine, expire_on_commit=False)
        self._passwords = Passwords()

    @classmethod
    async def open(cls, url: str) -> Self:
        """Connect to `url` and create the table if it is missing."""
        return cls(await open_engine(url, Base.metadata.create_all))

    async def close(self) -> None:
        """Release the connections."""
        await self._engine.dispose()

    async def warm(self) -> None:
        """Do ahead what would make the first sign-in slower than the others."""
        await self._passwords.warm()

    async def create(self, email: str, name: str, password: str, roles: Iterable[str]) -> User:
        """Add a user; raises `InvalidAccount` or `EmailTaken`."""
        email, name, chosen = _checked(email, name, password, roles)
        row = UserRow(
            id=uuid.uuid4().hex,
            email=email,
            name=name,
            password_hash=await self._passwords.hash(password),
            roles=chosen,
        )
        try:
            async with self._session.begin() as session:
                session.add(row)
        except IntegrityError as error:
            raise EmailTaken("a user with this e-mail address exists") from error
        return row.as_user()

    async def verify(self, email: str, password: str) -> User | None:
        """The user with this address and password; None for unknown and disabled ones alike."""
        async with self._session() as session:
            row = await session.scalar(select(UserRow).where(UserRow.email == fold_email(email)))
        usable = row if row is not None and not row.disabled else None
        outcome = await self._passwords.verify(usable.password_hash if usable else None, password)
        if usable is None or not outcome.matches:
            return None
        if outcome.rehashed:
            await self._store_hash(usable.id, outcome.rehashed)
        return usable.as_user()

    async def get(self, user_id: str) -> User | None:
        """The user with this id, disabled or not."""
        async with self._session() as session:
            row = await session.get(UserRow, user_id)
        return row.as_user() if row else None

    async def all(self) -> list[User]:
        """Every user by address."""
        async with self._session() as session:
            rows = await session.scalars(select(UserRow).order_by(UserRow.email))
            return [row.as_user() for row in rows]

    async def set_disabled(self, user_id: str, *, disabled: bool) -> None:
        """Refuse (or allow again) this user's sign-ins; open sessions end at their next request."""
        async with self._session.begin() as session:
            row = await session.get(UserRow, user_id)
            if row is not None:
                row.disabled = disabled

    async def _store_hash(self, user_id: str, password_hash: str) -> None:
        async with self._session.begin() as session:
            row = await session.get(UserRow, user_id)
            if row is not None:
                row.password_hash = password_hash
