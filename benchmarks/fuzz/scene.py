"""A real gateway process with people who may sign in, and a stand-in for Rasa.

It is the gateway as it serves, with two differences: nobody is held up by a rate limit, which would
hide everything behind it, and a socket may be silent for long.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import orjson
from aiohttp import web

from deploy.stack import ROOT, free_ports
from handoff.accounts import Accounts
from handoff.gateway.limits import Limits

PASSWORD = secrets.token_urlsafe(12)
ROLES = ("editor", "agent", "supervisor")
PEOPLE = {f"{role}@example.com": (role,) for role in ROLES}
_NEVER = "1000000/second"
LIMITS = Limits(
    customer_session_per_ip=_NEVER,
    login_per_ip_and_email=_NEVER,
    login_per_ip=_NEVER,
    customer_commands=10**9,
    agent_commands=10**9,
)
_SEVERE = ("error", "critical")


@dataclass
class Scene:
    """A running gateway: its address and what it logged."""

    url: str
    process: asyncio.subprocess.Process
    log: list[str] = field(default_factory=list)

    @property
    def lives(self) -> bool:
        """Whether the process is the one that was started."""
        return self.process.returncode is None

    @property
    def errors(self) -> list[str]:
        """Lines of the log at level error, and those that no logger wrote."""
        return [line for line in self.log if _is_severe(line)]

    async def cookie(self, http: aiohttp.ClientSession, email: str) -> str:
        """The session of whoever signs in with this address."""
        body = {"email": email, "password": PASSWORD}
        async with http.post(f"{self.url}/api/login", json=body) as response:
            response.raise_for_status()
            return response.cookies["tandem_session"].value

    async def conversation(self, http: aiohttp.ClientSession, name: str = "") -> tuple[str, str]:
        """A new conversation: its id and token."""
        body = {"name": name}
        async with http.post(f"{self.url}/api/customer/session", json=body) as response:
            response.raise_for_status()
            opened = await response.json()
        return opened["conversation"], opened["token"]


def _is_severe(line: str) -> bool:
    try:
        return orjson.loads(line)["level"] in _SEVERE
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return True


@asynccontextmanager
async def scene(
    redis_url: str, home: Path, emails: Mapping[str, tuple[str, ...]], knowledge: str = ""
) -> AsyncIterator[Scene]:
    """A gateway on this Redis; `emails` says who has which roles, `knowledge` is a service."""
    accounts = await Accounts.open(f"sqlite+aiosqlite:///{home / 'tandem.sqlite3'}")
    for email, roles in emails.items():
        await accounts.create(email, email.partition("@")[0], PASSWORD, roles)
    await accounts.close()
    async with AsyncExitStack() as stack:
        rasa = await stack.enter_async_context(_serving(_rasa()))
        (port,) = free_ports(1)
        variables = {
            "TANDEM_HOME": str(home),
            "TANDEM_REDIS_URL": redis_url,
            "TANDEM_PORT": str(port),
            "TANDEM_SECRET_KEY": secrets.token_urlsafe(32),
            "TANDEM_RASA_URL": rasa,
            "TANDEM_KNOWLEDGE_URL": knowledge or rasa,
            "TANDEM_AUTH_TIMEOUT_S": "600",
            "TANDEM_LOG_JSON": "true",
            "TANDEM_LOG_LEVEL": "warning",
        }
        process = await stack.enter_async_context(_process("benchmarks.fuzz", "gateway", variables))
        found = Scene(f"http://127.0.0.1:{port}", process)
        reading = asyncio.create_task(_read(process, found.log))
        stack.callback(reading.cancel)
        await _answers(f"{found.url}/health", process)
        yield found


@asynccontextmanager
async def knowledge_service(home: Path) -> AsyncIterator[str]:
    """A real knowledge service without articles, with the encoder that was exported before."""
    (port,) = free_ports(1)
    await asyncio.to_thread(_furnish, home)
    variables = {
        "TANDEM_HOME": str(home),
        "TANDEM_ARTICLES": str(home / "articles"),
        "TANDEM_KNOWLEDGE_PORT": str(port),
        "TANDEM_LOG_LEVEL": "error",
    }
    async with _process("kb_index", "serve", variables, errors=None) as process:
        url = f"http://127.0.0.1:{port}"
        await _answers(f"{url}/health", process)
        yield url


def _furnish(home: Path) -> None:
    (home / "articles").mkdir(parents=True)
    exported = ROOT / ".tandem" / "encoder"
    if exported.exists():
        (home / "encoder").symlink_to(exported)


@asynccontextmanager
async def _process(
    module: str,
    command: str,
    variables: Mapping[str, str],
    errors: int | None = asyncio.subprocess.PIPE,
) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        module,
        command,
        cwd=ROOT,
        env=os.environ | dict(variables),
        stderr=errors,
        limit=2**24,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
            await process.wait()


async def _read(process: asyncio.subprocess.Process, lines: list[str]) -> None:
    assert process.stderr is not None  # noqa: S101
    async for line in process.stderr:
        lines.append(line.decode().rstrip())


async def _answers(url: str, process: asyncio.subprocess.Process, patience_s: float = 300) -> None:
    async with aiohttp.ClientSession() as http, asyncio.timeout(patience_s):
        while process.returncode is None:
            try:
                async with http.get(url) as response:
                    if response.status == 200:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.05)
    raise RuntimeError(f"the process ended with {process.returncode}")


def _rasa() -> web.Application:
    async def webhook(_: web.Request) -> web.Response:
        return web.json_response([{"text": "I have heard you."}])

    async def status(_: web.Request) -> web.Response:
        return web.json_response({"model_file": "stand-in"})

    app = web.Application()
    app.router.add_post("/webhooks/rest/webhook", webhook)
    app.router.add_get("/status", status)
    return app


@asynccontextmanager
async def _serving(app: web.Application) -> AsyncIterator[str]:
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
