"""The generated first log-in, so that a fresh installation can be entered without a default one."""

from __future__ import annotations

import secrets
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from deploy.settings import LaunchSettings

MADE = "first-login.made"


def ensure_first_login(settings: LaunchSettings, environment: Mapping[str, str]) -> Path:
    """Create the first user once per installation; return the file that tells its password.

    Raises:
        subprocess.CalledProcessError: The user could not be created.
    """
    told = settings.home / "first-login.txt"
    made = settings.home / MADE
    if made.exists():
        return told
    password = secrets.token_urlsafe(12)
    subprocess.run(
        [
            *(sys.executable, "-m", "handoff", "create-user", "--password-stdin"),
            *("--email", settings.first_login, "--name", "Admin"),
            *("--role", "agent", "--role", "editor", "--role", "supervisor"),
        ],
        input=password + "\n",
        env=dict(environment),
        text=True,
        capture_output=True,
        check=True,
    )
    told.touch(mode=0o600)
    told.write_text(f"{settings.first_login}  {password}\n")
    made.touch()
    return told
