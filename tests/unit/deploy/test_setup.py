"""Set-up does what is missing, and nothing twice."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from deploy import setup
from deploy.pythons import SetupError


@pytest.fixture(autouse=True)
def logs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(setup, "LOGS", tmp_path / "logs")


def test_a_step_is_done_once_and_again_when_its_sources_changed(tmp_path: Path) -> None:
    done: list[str] = []
    for fingerprint in ("a", "a", "b"):
        setup.step("x: y", tmp_path / "stamp", fingerprint, lambda _log: done.append("once"))
    assert len(done) == 2


def test_a_failed_step_is_tried_again(tmp_path: Path) -> None:
    def fail(_log: Path) -> None:
        raise SetupError("no")

    done: list[str] = []
    with pytest.raises(SetupError):
        setup.step("x: y", tmp_path / "stamp", "a", fail)
    setup.step("x: y", tmp_path / "stamp", "a", lambda _log: done.append("once"))
    assert done


def test_a_failing_command_shows_its_last_lines_and_where_the_rest_is(tmp_path: Path) -> None:
    log = tmp_path / "step.log"
    with pytest.raises(SetupError, match=r"(?s)out of disk.*step\.log"):
        setup.run(log, "sh", "-c", "echo out of disk; exit 3")


def test_jobs_run_side_by_side_and_an_error_in_one_is_raised() -> None:
    done: list[str] = []

    def fail() -> None:
        raise SetupError("left")

    with pytest.raises(SetupError, match="left"):
        setup.together(fail, lambda: done.append("right"))
    assert done == ["right"]


def test_without_node_on_the_machine_the_pip_packages_npm_is_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    command, variables = setup.npm()
    assert command != ("npm",)
    done = subprocess.run(
        [*map(str, command), "--version"],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    assert int(done.stdout.split(".")[0]) >= 10
