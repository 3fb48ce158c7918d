"""The browser of tests: a Chromium or Chrome that is installed; none is downloaded."""

import shutil

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def installed() -> str | None:
    """Where it is, or None."""
    return shutil.which("chromium") or shutil.which("google-chrome") or shutil.which("chrome")
