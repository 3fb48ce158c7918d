"""The opponent: the project that `rasa init` makes, trained and served as it comes."""

from __future__ import annotations

import asyncio
import itertools
import os
import subprocess
import time
from pathlib import Path

import aiohttp

from deploy.stack import ROOT, free_ports

RASA = ROOT / ".venv-rasa" / "bin" / "rasa"
MESSAGES = ("hello", "good", "very sad", "are you a bot?", "yes", "bye", "no", "not very good")
#: Customer messages after which a new conversation begins, on both sides: a long support chat.
CONVERSATION = 10
_QUIET = {**os.environ, "RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3"}


class StockRasa:
    """A running server of the stock project."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_ports(1)[0]
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The server's process id; 0 before the start."""
        return self.process.pid if self.process else 0

    def prepare(self) -> None:
        """Create and train the stock project, once."""
        if list(self.folder.glob("models/*.tar.gz")):
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            [str(RASA), "init", "--no-prompt", "--init-dir", str(self.folder)],
            env=_QUIET,
            check=True,
            capture_output=True,
        )

    async def start(self) -> None:
        """Start the server and wait until it has answered once."""
        await asyncio.to_thread(self._spawn)
        async with aiohttp.ClientSession() as http:
            for _ in range(240):
                await asyncio.sleep(0.5)
                try:
                    if await self._turn(http, "warm-up", "hello"):
                        return
                except aiohttp.ClientError:
                    continue
        raise RuntimeError("stock Rasa did not start; see server.log in its folder")

    def _spawn(self) -> None:
        command = [str(RASA), "run", "-i", "127.0.0.1", "-p", str(self.port), "--quiet"]
        with (self.folder / "server.log").open("wb") as log:
            self.process = subprocess.Popen(
                command, cwd=self.folder, env=_QUIET, stdout=log, stderr=log
            )

    async def _turn(self, http: aiohttp.ClientSession, sender: str, text: str) -> bool:
        url = f"http://127.0.0.1:{self.port}/webhooks/rest/webhook"
        async with http.post(url, json={"sender": sender, "message": text}) as answer:
            answer.raise_for_status()
            return bool(await answer.json())

    async def customer(self, number: int, until: float, latencies: list[float]) -> None:
        """Talk, one message after the other, until the clock says `until`; collect seconds."""
        async with aiohttp.ClientSession() as http:
            for turn, text in enumerate(itertools.cycle(MESSAGES)):
                if time.perf_counter() >= until:
                    return
                sender = f"customer-{number}-{until}-{turn // CONVERSATION}"
                started = time.perf_counter()
                await self._turn(http, sender, text)
                latencies.append(time.perf_counter() - started)

    def stop(self) -> None:
        """End the server."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(30)
