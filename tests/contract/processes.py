"""Starts what the contract tests and the recorder talk to, on free ports of 127.0.0.1."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
from aiohttp import web

ROOT = Path(__file__).parents[2]
RASA_TOKEN = "rasa-token-of-the-tests"


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def serving(app: web.Application) -> AsyncIterator[str]:
    """An aiohttp application in this process; gives its address."""
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def process(
    ready_url: str, *command: str, patience_s: float = 60.0, **env: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A process from the project's folder, ready once `ready_url` answers 200."""
    started = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=os.environ | env)
    try:
        async with asyncio.timeout(patience_s):
            await _answers(started, ready_url)
        yield started
    finally:
        if started.returncode is None:
            started.terminate()
            await started.wait()


async def _answers(started: asyncio.subprocess.Process, url: str) -> None:
    async with aiohttp.ClientSession() as http:
        while True:
            if started.returncode is not None:
                raise RuntimeError(f"the process ended with {started.returncode}")
            try:
                async with http.get(url) as response:
                    if response.status == 200:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.05)


@asynccontextmanager
async def action_server(knowledge_url: str, port: int | None = None) -> AsyncIterator[str]:
    """The real action server; gives its webhook's address."""
    port = port or free_port()
    address = f"http://127.0.0.1:{port}"
    env = {"TANDEM_ACTIONS_PORT": str(port), "TANDEM_KNOWLEDGE_URL": knowledge_url}
    async with process(f"{address}/health", sys.executable, "-m", "actions", **env):
        yield f"{address}/webhook"


@asynccontextmanager
async def rasa(actions_url: str, redis_port: int) -> AsyncIterator[str]:
    """Rasa with the trained model; gives the address of its REST channel."""
    port = free_port()
    env = {
        "RASA_TELEMETRY_ENABLED": "false",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "TANDEM_RASA_PORT": str(port),
        "TANDEM_RASA_TOKEN": RASA_TOKEN,
        "TANDEM_ACTIONS_URL": actions_url,
        "TANDEM_RASA_REDIS_HOST": "127.0.0.1",
        "TANDEM_RASA_REDIS_PORT": str(redis_port),
        "TANDEM_RASA_REDIS_USERNAME": "",
        "TANDEM_RASA_REDIS_PASSWORD": "",
        "TANDEM_RASA_REDIS_DB": "0",
        "TANDEM_RASA_REDIS_SSL": "false",
    }
    python, server = str(ROOT / ".venv-rasa/bin/python"), "deploy/rasa_server.py"
    ready = f"http://127.0.0.1:{port}/status?token={RASA_TOKEN}"
    async with process(ready, python, server, patience_s=400.0, **env):
        yield f"http://127.0.0.1:{port}/webhooks/rest/webhook"
