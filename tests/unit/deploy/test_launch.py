"""The launcher refuses to start with one clear line."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from deploy import launch
from deploy.settings import LaunchSettings
from deploy.stack import ROOT, free_ports


def test_a_busy_port_is_named_together_with_its_setting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(launch, "NEEDED", ())
    ports = free_ports(5)
    names = ("PORT", "RASA_PORT", "ACTIONS_PORT", "REDIS_PORT")
    for name, port in zip(names, ports, strict=False):
        monkeypatch.setenv(f"TANDEM_{name}", str(port))
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        monkeypatch.setenv("TANDEM_KNOWLEDGE_PORT", str(port))
        with pytest.raises(launch.LaunchError, match=f"port {port} .*TANDEM_KNOWLEDGE_PORT"):
            launch.check(LaunchSettings())


def test_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launch, "NEEDED", ("models/none.tar.gz",))
    with pytest.raises(launch.LaunchError, match=r"models/none\.tar\.gz.*make setup"):
        launch.check(LaunchSettings())


def test_a_wrong_setting_ends_the_launcher_with_one_line(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "deploy.launch"],
        cwd=ROOT,
        env={**os.environ, "TANDEM_HOME": str(tmp_path), "TANDEM_PORT": "eighty"},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 1
    assert "TANDEM_PORT" in done.stderr.upper() or "port" in done.stderr
    assert "Traceback" not in done.stderr
