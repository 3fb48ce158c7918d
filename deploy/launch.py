"""Start all processes of the Procfile, wait until they are ready, stop them together."""

from __future__ import annotations

import contextlib
import io
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

from honcho.environ import parse_procfile
from honcho.manager import Manager
from honcho.printer import Message, Printer
from pydantic import ValidationError

from deploy.environments import environments
from deploy.first_login import ensure_first_login
from deploy.settings import LaunchSettings, load_secrets

ROOT = Path(__file__).resolve().parent.parent
NEEDED = (
    ".venv-rasa/bin/python",
    "models/tandem.tar.gz",
    "handoff/web/dist/widget.js",
)
BY_SIGNAL = (130, 143)


class LaunchError(Exception):
    """Tandem cannot start; the text says why and what to do."""


class Output(Printer):  # type: ignore[misc]
    """Honcho's printer; when nobody reads any more (a closed terminal), everything is stopped."""

    def write(self, message: Message) -> None:
        """Print one line of a process."""
        try:
            super().write(message)
        except OSError:
            self.output = io.StringIO()
            os.kill(os.getpid(), signal.SIGTERM)


class Processes(Manager):  # type: ignore[misc]
    """Honcho's manager, safe against a signal that comes while processes are being started."""

    def terminate(self) -> None:
        """Stop everything, once every process has told its id (honcho needs it to end it)."""
        if not self._all_started():
            threading.Timer(0.1, self.terminate).start()
            return
        super().terminate()


def check(settings: LaunchSettings) -> None:
    """Refuse to start on a busy port or with something missing.

    Raises:
        LaunchError: Names what is in the way.
    """
    missing = [name for name in NEEDED if not (ROOT / name).exists()]
    if missing:
        raise LaunchError(f"missing: {', '.join(missing)}. Run 'make setup' first.")
    for variable, port in settings.ports().items():
        host = settings.host if variable == "TANDEM_PORT" else "127.0.0.1"
        with socket.socket() as probe, contextlib.suppress(ConnectionRefusedError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                raise LaunchError(
                    f"port {port} on {host} cannot be used ({error.strerror});"
                    f" stop what uses it or set {variable} to another."
                ) from None


def readiness(settings: LaunchSettings) -> dict[str, object]:
    """Ask the gateway which parts are ready; empty while it does not answer."""
    host = "127.0.0.1" if settings.host in {"0.0.0.0", "::"} else settings.host  # noqa: S104
    try:
        with urllib.request.urlopen(f"http://{host}:{settings.port}/ready", timeout=5) as answer:
            return dict(json.load(answer)) | {"ready": True}
    except urllib.error.HTTPError as refusal:
        with contextlib.suppress(ValueError):
            return dict(json.load(refusal)) | {"ready": False}
    except (OSError, ValueError):
        pass
    return {}


def announce(settings: LaunchSettings, processes: Processes, login: Path) -> None:
    """Wait until the gateway is ready, then print where everything is."""
    started = time.monotonic()
    last: dict[str, object] = {}
    while time.monotonic() - started < settings.ready_timeout_s:
        if processes.returncode is not None:
            return
        last = readiness(settings)
        if last.get("ready"):
            break
        time.sleep(0.25)
    else:
        print(f"\nTandem is not ready after {settings.ready_timeout_s:.0f} s: {last}", flush=True)
        processes.returncode = 1
        processes.terminate()
        return
    address = f"http://{settings.host}:{settings.port}"
    password = login.read_text().strip() if login.exists() else "(file removed)"
    print(
        f"\nTandem is ready ({time.monotonic() - started:.0f} s).\n"
        f"  Demo shop with the chat   {address}/\n"
        f"  Agent console             {address}/console/\n"
        f"  Article editor            {address}/editor/\n"
        f"  First log-in              {password}\n"
        f"  (kept in {login}; delete that file once you have made your own users)\n"
        "Ctrl-C stops everything.\n",
        flush=True,
    )


def launch() -> int:
    """Run until stopped; return the exit code: 0 only after a wished stop.

    Raises:
        LaunchError: Something is in the way before anything was started.
    """
    settings = LaunchSettings()
    check(settings)
    secrets = load_secrets(settings.home)
    told = environments(settings, secrets)
    login = ensure_first_login(settings, told["gateway"])
    processes = Processes(Output(sys.stdout))
    signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))
    for name, command in parse_procfile((ROOT / "Procfile").read_text()).processes.items():
        if name == "redis" and settings.redis_url:
            continue
        processes.add_process(name, command, env=told[name], cwd=str(ROOT))
    threading.Thread(target=announce, args=(settings, processes, login), daemon=True).start()
    processes.loop()
    code = int(processes.returncode or 0)
    if code in BY_SIGNAL:
        return code
    ended = [
        name for name, state in processes._processes.items() if state.get("returncode", 0) >= 0
    ]
    print(f"\nTandem stopped: {', '.join(ended)} ended by itself; its last lines are above.")
    return code or 1


def main() -> None:
    """Start Tandem from the command line."""
    os.chdir(ROOT)
    try:
        sys.exit(launch())
    except LaunchError as problem:
        sys.exit(f"Tandem cannot start: {problem}")
    except ValidationError as problem:
        first = problem.errors()[0]
        sys.exit(f"Tandem cannot start: {'.'.join(map(str, first['loc']))}: {first['msg']}")
    except subprocess.CalledProcessError as problem:
        sys.exit(f"Tandem cannot start: {problem.stderr or problem}")


if __name__ == "__main__":
    main()
