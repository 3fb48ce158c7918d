"""Find the two Python interpreters: 3.11+ for Tandem, 3.10 for Rasa."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path


class SetupError(Exception):
    """Something that the person who installs Tandem has to mend; its text says what."""


def version_of(python: str | Path) -> tuple[int, int] | None:
    """Return (major, minor) if this really runs: a pyenv shim may exist and still refuse."""
    try:
        result = subprocess.run(
            [str(python), "-c", "import sys, venv, ensurepip; print(*sys.version_info[:2])"],
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    if result.returncode:
        return None
    major, minor = result.stdout.split()
    return int(major), int(minor)


def pyenv_versions(prefix: str) -> Iterator[Path]:
    """Yield the interpreters of pyenv whose version starts with `prefix`, newest first."""
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    yield from sorted(root.glob(f"versions/{prefix}*/bin/python"), reverse=True)


def app_python() -> Path:
    """Return a Python of at least 3.11, the oldest first: wheels are surest for it.

    Raises:
        SetupError: None was found.
    """
    named: Iterable[str | None] = (
        os.environ.get("TANDEM_PYTHON"),
        shutil.which("python3.11"),
        *(str(path) for path in pyenv_versions("3.11")),
        sys.executable,
        *(shutil.which(f"python3.{minor}") for minor in (12, 13, 14)),
    )
    for python in named:
        if python and (version_of(python) or (0, 0)) >= (3, 11):
            return Path(python)
    raise SetupError("Tandem needs Python 3.11 or newer with venv; set TANDEM_PYTHON to one.")


def own_uv(folder: Path) -> str | None:
    """Install uv from the package index into an environment of its own; None if that fails."""
    try:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True, capture_output=True)
        pip = [folder / "bin" / "python", "-m", "pip", "install", "-q", "uv"]
        subprocess.run([str(part) for part in pip], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return str(folder / "bin" / "uv")


def uv_python(folder: Path) -> Path | None:
    """Let uv, the machine's or our own in `folder`, find or install Python 3.10."""
    uv = shutil.which("uv") or own_uv(folder)
    if not uv:
        return None
    for verb in ("find", "install", "find"):
        command = [uv, "python", verb, "3.10"]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        found = result.stdout.strip()
        if verb == "find" and not result.returncode and version_of(found) == (3, 10):
            return Path(found)
    return None


def rasa_python(uv_folder: Path) -> Path:
    """Return a Python 3.10, the last one Rasa Open Source runs on.

    Raises:
        SetupError: None was found and none could be installed.
    """
    asked = os.environ.get("RASA_PYTHON")
    if asked and version_of(asked) != (3, 10):
        raise SetupError(f"RASA_PYTHON={asked} is not a Python 3.10 that runs.")
    for python in (asked, shutil.which("python3.10"), *pyenv_versions("3.10")):
        if python and version_of(python) == (3, 10):
            return Path(python)
    found = uv_python(uv_folder)
    if found:
        return found
    raise SetupError(
        "Rasa needs Python 3.10 and none was found. Install one of: 'pyenv install 3.10',"
        " 'uv python install 3.10', your system's python3.10 with venv;"
        " or set RASA_PYTHON to its path."
    )
