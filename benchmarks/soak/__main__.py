"""`python -m benchmarks.soak`: the long forms of what the tests show in short."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer
import uvloop
from redis.exceptions import RedisError

from benchmarks.soak.components import components
from benchmarks.soak.contest import BrokenOff, contest
from benchmarks.soak.cuts import cuts
from benchmarks.soak.outages import outages
from benchmarks.soak.servers import Valkey
from benchmarks.soak.takeover import histories, takeover

cli = typer.Typer(help=__doc__, no_args_is_help=True, pretty_exceptions_enable=False)

Processes = Annotated[int, typer.Option(min=1, help="Processes that act.")]
Seed = Annotated[int, typer.Option(help="Another seed, another course.")]


Found = dict[str, Any]


def _on_a_server(trial: Callable[[str, Path], Awaitable[Found]], *zero: str) -> None:
    """As `_in_a_folder`, with the address of a server of the trial's own."""

    async def on_a_server(folder: Path) -> Found:
        with Valkey(folder / "valkey") as server:
            return await trial(server.url, folder)

    _in_a_folder(on_a_server, *zero)


def _in_a_folder(trial: Callable[[Path], Awaitable[Found]], *zero: str) -> None:
    """Print what the trial found, in an empty folder; fail unless all of `zero` are nothing."""

    async def run() -> Found:
        with tempfile.TemporaryDirectory() as folder:
            return await trial(Path(folder))

    try:
        found = uvloop.run(run())
    except (BrokenOff, RedisError) as error:
        typer.echo(f"The trial was broken off: {error}", err=True)
        raise typer.Exit(2) from None
    print(orjson.dumps(found, option=orjson.OPT_INDENT_2).decode())
    raise typer.Exit(any(found[name] for name in zero))


@cli.command("contest")
def _contest(
    operations: Annotated[int, typer.Option(min=1)] = 1_000_000,
    processes: Processes = 6,
    seed: Seed = 1,
) -> None:
    """Fifty agents fight over conversations while processes are killed."""
    _on_a_server(lambda url, _: contest(url, operations, processes, seed), "faults")


@cli.command("takeover")
def _takeover(
    interleavings: Annotated[int, typer.Option(min=1)] = 100_000,
    processes: Processes = 3,
    seed: Seed = 1,
) -> None:
    """Random interleavings of customer, bot turn, claim and hand-back."""
    _on_a_server(
        lambda url, _: takeover(url, interleavings, processes, seed), "bot_messages_after_takeover"
    )


@cli.command("cuts")
def _cuts(
    sockets: Annotated[int, typer.Option(min=1, help="Sockets to cut.")] = 10_000,
    conversations: Annotated[int, typer.Option(min=4)] = 200,
    seed: Seed = 1,
) -> None:
    """Sockets are cut at random and gateways killed while everybody writes."""
    _on_a_server(lambda url, folder: cuts(url, folder, sockets, conversations, seed), "faults")


@cli.command("redis")
def _redis(
    kills: Annotated[int, typer.Option(min=1, help="Kills of Redis, with each policy.")] = 50,
    conversations: Annotated[int, typer.Option(min=4)] = 40,
    seed: Seed = 1,
) -> None:
    """Redis is killed and restarted while everybody writes, by what `appendfsync` says."""
    _in_a_folder(lambda folder: outages(folder, kills, conversations, seed), "faults")


@cli.command("components")
def _components() -> None:
    """Rasa, actions and knowledge fail in every way, one at a time."""
    _in_a_folder(components, "faults")


@cli.command("histories", hidden=True)
def _histories(url: str, count: int, seed: int, prefix: str) -> None:
    print(orjson.dumps(asyncio.run(histories(url, count, seed, prefix))).decode())


if __name__ == "__main__":
    cli()
