from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import create_async_engine

from handoff.accounts import Accounts, EmailTaken, InvalidAccount
from handoff.accounts.users import UserRow

PASSWORD = "correct horse battery"


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite+aiosqlite:///{tmp_path / 'deep' / 'users.sqlite3'}"


@pytest.fixture
async def accounts(url: str) -> AsyncIterator[Accounts]:
    opened = await Accounts.open(url)
    await opened.warm()
    yield opened
    await opened.close()


async def test_a_user_signs_in_whatever_the_case_of_the_address(accounts: Accounts) -> None:
    user = await accounts.create(" Ann@Example.COM ", "Ann", PASSWORD, ["editor", "agent"])
    assert (user.email, user.roles) == ("ann@example.com", ("agent", "editor"))
    assert await accounts.verify("ANN@example.com", PASSWORD) == user
    assert await accounts.get(user.id) == user
    assert await accounts.all() == [user]


async def test_an_address_is_taken_whatever_its_case(accounts: Accounts) -> None:
    await accounts.create("ann@example.com", "Ann", PASSWORD, ["agent"])
    with pytest.raises(EmailTaken):
        await accounts.create("ANN@EXAMPLE.COM", "Other", PASSWORD, ["agent"])


async def test_of_two_at_the_same_time_one_gets_the_address(accounts: Accounts) -> None:
    outcomes = await asyncio.gather(
        *(accounts.create("ann@example.com", "Ann", PASSWORD, ["agent"]) for _ in range(2)),
        return_exceptions=True,
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["EmailTaken", "User"]


async def test_wrong_unknown_and_disabled_are_nobody(accounts: Accounts) -> None:
    user = await accounts.create("ann@example.com", "Ann", PASSWORD, ["agent"])
    assert await accounts.verify("ann@example.com", PASSWORD + "x") is None
    assert await accounts.verify("ann@example.com", "") is None
    assert await accounts.verify("bob@example.com", PASSWORD) is None
    assert await accounts.verify("", "\x00") is None
    await accounts.set_disabled(user.id, disabled=True)
    assert await accounts.verify("ann@example.com", PASSWORD) is None
    await accounts.set_disabled(user.id, disabled=False)
    assert await accounts.verify("ann@example.com", PASSWORD) == user


async def test_an_unknown_user_takes_as_long_as_a_wrong_password(accounts: Accounts) -> None:
    await accounts.create("ann@example.com", "Ann", PASSWORD, ["agent"])

    async def seconds(email: str) -> float:
        began = time.perf_counter()
        await accounts.verify(email, "wrong")
        return time.perf_counter() - began

    known = statistics.median([await seconds("ann@example.com") for _ in range(5)])
    unknown = statistics.median([await seconds("bob@example.com") for _ in range(5)])
    assert unknown > known / 3


async def test_hashing_leaves_the_loop_free(accounts: Accounts) -> None:
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            await asyncio.sleep(0.001)
            ticks += 1

    ticking = asyncio.create_task(tick())
    await asyncio.gather(*(accounts.verify("bob@example.com", "wrong") for _ in range(4)))
    ticking.cancel()
    assert ticks > 5


async def _stored_hash(url: str) -> str:
    engine = create_async_engine(url)
    async with engine.connect() as connection:
        stored = str(await connection.scalar(select(UserRow.password_hash)))
    await engine.dispose()
    return stored


async def test_passwords_are_stored_as_argon2id(accounts: Accounts, url: str) -> None:
    await accounts.create("ann@example.com", "Ann", PASSWORD, ["agent"])
    stored = await _stored_hash(url)
    assert stored.startswith("$argon2id$")
    assert PASSWORD not in stored


async def test_a_hash_with_old_parameters_is_renewed_at_sign_in(
    accounts: Accounts, url: str
) -> None:
    await accounts.create("ann@example.com", "Ann", PASSWORD, ["agent"])
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.execute(update(UserRow).values(password_hash=weak))
    await engine.dispose()
    assert await accounts.verify("ann@example.com", PASSWORD)
    assert await _stored_hash(url) != weak
    assert await accounts.verify("ann@example.com", PASSWORD)


WRONG = [
    ("", "Ann", PASSWORD, ["agent"]),
    ("no address", "Ann", PASSWORD, ["agent"]),
    ("a@b\x00", "Ann", PASSWORD, ["agent"]),
    ("a@" + "b" * 400, "Ann", PASSWORD, ["agent"]),
    ("a@b", " ", PASSWORD, ["agent"]),
    ("a@b", "x" * 81, PASSWORD, ["agent"]),
    ("a@b", "Ann\x1b[31m", PASSWORD, ["agent"]),
    ("a@b", "Ann", "short", ["agent"]),
    ("a@b", "Ann", "x" * 1025, ["agent"]),
    ("a@b", "Ann", PASSWORD, []),
    ("a@b", "Ann", PASSWORD, ["king"]),
]


@pytest.mark.parametrize(("email", "name", "password", "roles"), WRONG)
async def test_what_cannot_be_an_account_is_refused(
    accounts: Accounts, email: str, name: str, password: str, roles: list[str]
) -> None:
    with pytest.raises(InvalidAccount):
        await accounts.create(email, name, password, roles)
    assert await accounts.all() == []


async def test_users_outlive_the_process(url: str) -> None:
    first = await Accounts.open(url)
    user = await first.create("ann@example.com", "Ann", PASSWORD, ["agent"])
    await first.close()
    second = await Accounts.open(url)
    assert await second.all() == [user]
    await second.close()


async def test_an_odd_hash_in_the_table_is_no_crash(accounts: Accounts, url: str) -> None:
    await accounts.create("ann@example.com", "Ann", PASSWORD, ["agent"])
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.execute(update(UserRow).values(password_hash="not a hash"))
    await engine.dispose()
    assert await accounts.verify("ann@example.com", PASSWORD) is None
