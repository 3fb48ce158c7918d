"""Finding the interpreters that set-up needs."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from deploy import pythons


def script(path: Path, body: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return path


def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine with nothing but what the test puts on its PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    monkeypatch.delenv("RASA_PYTHON", raising=False)
    monkeypatch.delenv("TANDEM_PYTHON", raising=False)
    return folder


def test_a_shim_that_refuses_to_run_is_not_a_python(tmp_path: Path) -> None:
    shim = script(
        tmp_path / "python3.10", "echo 'pyenv: python3.10: command not found' >&2; exit 1"
    )
    assert pythons.version_of(shim) is None


def test_the_running_interpreter_tells_its_version() -> None:
    assert pythons.version_of(sys.executable) == sys.version_info[:2]


def test_a_refusing_shim_on_the_path_is_passed_over_for_pyenvs_own(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = alone(monkeypatch, tmp_path)
    script(folder / "python3.10", "exit 127")
    real = script(tmp_path / "pyenv/versions/3.10.13/bin/python", "echo 3 10")
    assert pythons.rasa_python(tmp_path / "uv") == real


def test_a_chosen_python_of_another_version_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    alone(monkeypatch, tmp_path)
    monkeypatch.setenv("RASA_PYTHON", sys.executable)
    with pytest.raises(pythons.SetupError, match=r"RASA_PYTHON=.* is not a Python 3\.10"):
        pythons.rasa_python(tmp_path / "uv")


def test_uv_is_asked_to_find_and_then_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = alone(monkeypatch, tmp_path)
    python = script(tmp_path / "uv-python", "echo 3 10")
    installed = tmp_path / "installed"
    script(
        folder / "uv",
        f'case "$2" in install) : > {installed};; find) [ -e {installed} ] && echo {python};; esac',
    )
    assert pythons.rasa_python(tmp_path / "uv") == python


def test_without_any_python_3_10_the_message_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    alone(monkeypatch, tmp_path)
    monkeypatch.setattr(pythons, "own_uv", lambda _folder: None)
    with pytest.raises(pythons.SetupError, match=r"pyenv install 3\.10"):
        pythons.rasa_python(tmp_path / "uv")
