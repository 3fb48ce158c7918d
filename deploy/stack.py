"""Start and stop the whole of Tandem as `make run` does, in a home and on ports of its own.

For end-to-end tests and benchmarks, beside an installation that may be running.
"""

from __future__ import annotations

import contextlib
import os
import queue
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PORTS = ("PORT", "RASA_PORT", "ACTIONS_PORT", "KNOWLEDGE_PORT", "REDIS_PORT")


def free_ports(count: int) -> list[int]:
    """Return ports of the loopback interface on which nothing listens."""
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [int(one.getsockname()[1]) for one in sockets]
    for one in sockets:
        one.close()
    return ports


@dataclass
class Stack:
    """One running installation."""

    home: Path
    environment: dict[str, str] = field(default_factory=dict)
    output: list[str] = field(default_factory=list)
    process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        """The gateway's address."""
        return f"http://127.0.0.1:{self.environment['TANDEM_PORT']}"

    @property
    def pid(self) -> int:
        """The launcher's process id; 0 before the start."""
        return self.process.pid if self.process else 0

    @property
    def login(self) -> tuple[str, str]:
        """E-mail and password of the generated first log-in."""
        email, password = (self.home / "first-login.txt").read_text().split()
        return email, password

    def start(self, variables: Mapping[str, str] | None = None, timeout: float = 180) -> Stack:
        """Start everything and wait for the line that says that it is ready."""
        self._prepare()
        if not self.environment:
            chosen = zip(PORTS, free_ports(len(PORTS)), strict=True)
            self.environment = {f"TANDEM_{name}": str(port) for name, port in chosen}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "deploy.launch"],
            cwd=ROOT,
            env={
                **os.environ,
                **self.environment,
                **(variables or {}),
                "TANDEM_HOME": str(self.home),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        lines: queue.Queue[str | None] = queue.Queue()
        threading.Thread(target=self._read, args=(self.process, lines), daemon=True).start()
        deadline = time.monotonic() + timeout
        with contextlib.suppress(queue.Empty):
            while line := lines.get(timeout=max(0.0, deadline - time.monotonic())):
                if "Tandem is ready" in line:
                    return self
        self.stop()
        raise RuntimeError("Tandem did not become ready:\n" + "".join(self.output[-80:]))

    def _prepare(self) -> None:
        """Take the encoder and the index over from set-up, which need not be made twice."""
        for name in ("encoder", "index", "knowledge.sqlite3"):
            made, own = ROOT / ".tandem" / name, self.home / name
            if own.exists() or not made.exists():
                continue
            (shutil.copytree if made.is_dir() else shutil.copyfile)(made, own)

    def _read(self, process: subprocess.Popen[str], lines: queue.Queue[str | None]) -> None:
        if process.stdout is not None:
            with process.stdout as told:
                for line in told:
                    self.output.append(line)
                    lines.put(line)
        lines.put(None)

    def pids(self) -> dict[str, int]:
        """Return the process id of each process, as the launcher told it."""
        told = (line for line in self.output if "started (pid=" in line)
        found = {}
        for line in told:
            name, _, rest = line.split("| ", 1)[1].partition(" started (pid=")
            found[name] = int(rest.rstrip(")\n"))
        return found

    def stop(self, how: signal.Signals = signal.SIGINT, timeout: float = 30) -> int:
        """Stop everything and return the launcher's exit code."""
        if self.process is None:
            return 0
        self.process.send_signal(how)
        try:
            return self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
