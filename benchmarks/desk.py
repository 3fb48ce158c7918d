"""`python -m benchmarks.desk [--json]`: every figure of the desk's speed, in one run of minutes."""

from __future__ import annotations

import asyncio
import os
import platform
import time
from collections.abc import Callable
from typing import Annotated, Any

import orjson
import psutil
import typer

from benchmarks.desk_speed import claims, delivery, handover, sockets
from benchmarks.desk_speed.show import show

IDLE = 5000
"""Sockets whose memory is measured, and which come back at once."""
RETURNS = 2
PARTS: dict[str, Callable[[], Any]] = {
    "claims": lambda: claims.run((1_000, 10_000, 100_000)),
    "delivery": lambda: asyncio.run(delivery.measure(delivery.Load())),
    "sockets": lambda: asyncio.run(sockets.measure(IDLE, RETURNS)),
    "handover": lambda: asyncio.run(handover.measure(handover.Jobs())),
}


def main(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    parts: Annotated[str, typer.Option(help="What to measure.")] = ",".join(PARTS),
) -> None:
    """Measure claims, delivery, sockets and the handover; each part is told when it is done."""
    wanted = parts.split(",")
    if "handover" in wanted:
        handover.prepare()
    found: dict[str, Any] = {"machine": _machine(), "load_before": os.getloadavg()[0]}
    for part in wanted:
        started = time.monotonic()
        found[part] = PARTS[part]()
        took = f"{part}, {time.monotonic() - started:.0f} s: "
        typer.echo(took + orjson.dumps(found[part]).decode(), err=True)
    found["load_after"] = os.getloadavg()[0]
    if as_json:
        print(orjson.dumps(found).decode())
    else:
        show(found)


def _machine() -> str:
    return f"{psutil.cpu_count()} cores, {platform.machine()}, {platform.system()}"


if __name__ == "__main__":
    typer.run(main)
