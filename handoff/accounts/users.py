"""The user as the rest of the program sees it, and the row it is kept in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import JSON, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

#: Everything a user may be allowed to do; one user may hold several.
ROLES = ("agent", "editor", "supervisor")


@dataclass(frozen=True)
class User:
    """A person who may sign in."""

    id: str
    email: str
    name: str
    roles: tuple[str, ...]
    disabled: bool = False

    def may(self, *roles: str) -> bool:
        """Whether the user holds at least one of `roles`."""
        return any(role in self.roles for role in roles)


class Base(DeclarativeBase):
    """Parent of the tables of this package."""


class UserRow(Base):
    """The table `users`; `email` is stored folded, so that it is unique whatever the case."""

    __tablename__ = "users"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    email: Mapped[str] = mapped_column(String(320), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    password_hash: Mapped[str] = mapped_column(String(255))
    roles: Mapped[list[str]] = mapped_column(JSON)
    created: Mapped[datetime] = mapped_column(
        default=lambda: datetime.now(UTC).replace(tzinfo=None)
    )
    disabled: Mapped[bool] = mapped_column(default=False)

    def as_user(self) -> User:
        """The row without its secrets."""
        return User(self.id, self.email, self.name, tuple(self.roles), self.disabled)
