"""Turns per second of Tandem's whole way beside stock Rasa, measured in one run.

Rounds of both alternate, so that a noisy machine disturbs both alike; the figures are medians
over the rounds and the ratio is the median of the rounds' ratios.
"""

from __future__ import annotations

import asyncio
import json
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import psutil
from rich.console import Console
from rich.table import Table

from benchmarks.stock import StockRasa
from benchmarks.whole import Tandem
from deploy.stack import ROOT, Stack

Customer = Callable[[int, float, list[float]], Awaitable[None]]
ROUNDS = 5
ROUND_S = 12.0


@dataclass(frozen=True)
class Round:
    """What one round of one side showed."""

    rate: float
    p50_ms: float
    p95_ms: float


async def run_round(customer: Customer, customers: int, seconds: float = ROUND_S) -> Round:
    """Let `customers` talk at the same time for `seconds`."""
    latencies: list[float] = []
    started = time.perf_counter()
    until = started + seconds
    await asyncio.gather(*(customer(number, until, latencies) for number in range(customers)))
    took = time.perf_counter() - started
    cuts = statistics.quantiles(latencies, n=20)
    return Round(len(latencies) / took, cuts[9] * 1000, cuts[18] * 1000)


def memory_mb(pid: int) -> float:
    """Return the memory of a process and all its descendants (proportional set size), in MB."""
    family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    return float(sum(one.memory_full_info().pss for one in family)) / 1e6


def median(rounds: list[Round]) -> Round:
    """Return the median of each figure."""
    rates, p50s, p95s = zip(*((one.rate, one.p50_ms, one.p95_ms) for one in rounds), strict=True)
    return Round(statistics.median(rates), statistics.median(p50s), statistics.median(p95s))


async def compare(stock: Customer, tandem: Customer, customers: int) -> dict[str, object]:
    """Alternate rounds of both sides and return the medians and ratios."""
    pairs = [
        (await run_round(stock, customers), await run_round(tandem, customers))
        for _ in range(ROUNDS)
    ]
    ours, theirs = median([pair[1] for pair in pairs]), median([pair[0] for pair in pairs])
    return {
        "customers": customers,
        "stock": vars(theirs),
        "tandem": vars(ours),
        "rate_ratio": statistics.median(own.rate / other.rate for other, own in pairs),
        "p95_ratio": statistics.median(own.p95_ms / other.p95_ms for other, own in pairs),
    }


async def measure(folder: Path) -> dict[str, object]:
    """Start both sides, measure, stop both."""
    stock = StockRasa(ROOT / ".tandem" / "bench" / "stock-rasa")
    stock.prepare()
    stack = Stack(folder)
    try:
        await stock.start()
        # One customer's machine plays all customers here, so its limits are lifted.
        limits = {"TANDEM_CUSTOMER_COMMANDS": "100000", "TANDEM_CUSTOMER_SESSIONS": "100000/minute"}
        await asyncio.to_thread(stack.start, limits)
        tandem = Tandem(stack)
        for customer in (stock.customer, tandem.customer):
            await run_round(customer, 4, 5.0)
        results = [await compare(stock.customer, tandem.customer, number) for number in (1, 16)]
        return {
            "machine": f"{psutil.cpu_count()} cores, {platform.machine()}, {platform.system()}",
            "rounds": ROUNDS,
            "results": results,
            "handed_over": tandem.handed_over,
            "stock_memory_mb": memory_mb(stock.pid),
            "tandem_memory_mb": memory_mb(stack.pid),
        }
    finally:
        stock.stop()
        stack.stop()


def show(result: dict[str, object]) -> None:
    """Print the table."""
    table = Table(title=f"Turns, {result['machine']}, median of {result['rounds']} rounds")
    for column in ("customers", "side", "turns/s", "p50 ms", "p95 ms", "memory MB", "x stock"):
        table.add_column(column, justify="right")
    for row in result["results"]:  # type: ignore[attr-defined]
        for side in ("stock", "tandem"):
            figures = row[side]
            table.add_row(
                str(row["customers"]),
                {"stock": "stock rasa init", "tandem": "Tandem, whole way"}[side],
                *(f"{figures[key]:.1f}" for key in ("rate", "p50_ms", "p95_ms")),
                f"{result[side + '_memory_mb']:.0f}",
                f"{row['rate_ratio']:.2f}" if side == "tandem" else "1",
            )
    Console(width=100).print(table)


def main() -> None:
    """Measure and print; `--json` prints one JSON object instead of the table."""
    with tempfile.TemporaryDirectory() as folder:
        result = asyncio.run(measure(Path(folder)))
    if "--json" in sys.argv:
        print(json.dumps(result))
    else:
        show(result)


if __name__ == "__main__":
    main()
