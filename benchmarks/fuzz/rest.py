"""Runs schemathesis against a gateway, once for everybody who may call it."""

from __future__ import annotations

import asyncio
import os
import sys
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from benchmarks.fuzz.scene import ROLES, Scene
from deploy.stack import ROOT
from handoff.gateway.api import OPERATIONS
from handoff.gateway.operations import Customer, SignedIn, Who

_CONFIG = Path(__file__).with_name("schemathesis.toml")
_VARIABLES = {
    "NO_COLOR": "1",
    "COLUMNS": "120",
    # Its table of characters, which takes seconds to make.
    "HYPOTHESIS_STORAGE_DIRECTORY": str(ROOT / ".hypothesis"),
}
#: Everybody who may call, by what they show; nobody shows nothing.
CALLERS = ("nobody", "customer", *ROLES)


@dataclass(frozen=True)
class Outcome:
    """How one run ended."""

    caller: str
    passed: bool
    report: str


def own(caller: str) -> tuple[str, ...]:
    """Options that try only what asks `caller` for a proof; nobody tries everything."""
    if caller == "nobody":
        return ()
    names = (one.handler.__name__ for one in OPERATIONS if _needs(one.who, caller))
    return tuple(option for name in names for option in ("--include-operation-id", name))


def _needs(who: Who, caller: str) -> bool:
    if isinstance(who, SignedIn):
        return caller in (who.roles or ROLES)
    return isinstance(who, Customer) and caller == "customer"


async def run(scene: Scene, caller: str, folder: Path, *options: str) -> Outcome:
    """One run of schemathesis as `caller`; further `options` are its own."""
    config = folder / f"{caller}.toml"
    config.write_text(_CONFIG.read_text() + await _proof(scene, caller))
    command = [str(Path(sys.executable).with_name("schemathesis")), "--config-file", str(config)]
    command += ["run", f"{scene.url}/api/openapi.json", *options]
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=folder,
        env=os.environ | _VARIABLES,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        out, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return Outcome(caller, process.returncode == 0, out.decode())


async def _proof(scene: Scene, caller: str) -> str:
    """The part of the configuration that says who calls."""
    async with aiohttp.ClientSession() as http:
        if caller == "customer":
            _, token = await scene.conversation(http)
            return f'\n[auth.openapi.customer]\nbearer = "{token}"\n'
        if caller in ROLES:
            cookie = await scene.cookie(http, f"{caller}@example.com")
            return f'\n[auth.openapi.session]\napi_key = "{cookie}"\n'
    return ""
