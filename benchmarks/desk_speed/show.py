"""The figures as tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from rich.console import Console
from rich.table import Table


def show(found: dict[str, Any]) -> None:
    """Print a table for each part that was measured."""
    console = Console(width=100)
    load = f"load {found['load_before']:.1f} before, {found['load_after']:.1f} after"
    console.print(f"{found['machine']}; {load}")
    for part, table in _TABLES.items():
        if part in found:
            console.print(table(found[part]))


def _table(title: str, columns: str, rows: Iterable[Iterable[Any]]) -> Table:
    table = Table(title=title)
    for column in columns.split("|"):
        table.add_column(column, justify="right")
    for row in rows:
        table.add_row(*map(str, row))
    return table


def _claims(rows: list[dict[str, Any]]) -> Table:
    return _table(
        "Claims",
        "waiting|claims/s|of a bare script",
        ((row["waiting"], row["claims_per_s"], row["ratio"]) for row in rows),
    )


def _delivery(rows: list[dict[str, Any]]) -> Table:
    def cells(row: dict[str, Any]) -> list[Any]:
        seen, accepted = row["due_to_seen"], row["accepted_to_seen"]
        times = [seen["p50"], seen["p95"], seen["p99"], accepted["p50"], accepted["p95"]]
        lost = row["unseen"] + row["doubled"] + row["refused"]
        return [row["sockets"], row["per_s"], *times, round(row["gateway_cpu_ms"], 2), lost]

    return _table(
        "From the writer's key to the other's screen, ms",
        "sockets|messages/s|p50|p95|p99|accepted to seen p50|p95|gateway CPU|lost, doubled",
        map(cells, rows),
    )


def _sockets(found: dict[str, Any]) -> Table:
    back = found["reconnect"]
    row = (found["sockets"], found["kb_a_socket"], back["median_hears_s"], back["all_hear_s"])
    return _table("Idle sockets", "sockets|kB each|after a cut: half hear, s|all hear, s", [row])


def _handover(rows: list[dict[str, Any]]) -> Table:
    names = ("queue", "p50_ms", "p95_ms", "per_s", "desk_p50_ratio", "desk_rate_ratio")
    return _table(
        "From producer to worker",
        "queue|p50 ms|p95 ms|jobs/s|desk's p50 : its|desk's rate : its",
        ([row.get(name, "") for name in names] for row in rows),
    )


_TABLES: dict[str, Callable[[Any], Table]] = {
    "claims": _claims,
    "delivery": _delivery,
    "sockets": _sockets,
    "handover": _handover,
}
