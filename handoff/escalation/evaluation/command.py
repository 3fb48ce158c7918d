"""`python -m handoff.escalation eval --json`: the quality of the escalation, on data files."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from handoff.escalation.evaluation import tasks
from handoff.escalation.vectors import Encode, RememberedVectors, shipped_encoder

Task = Callable[[Iterable[dict[str, Any]], Encode], dict[str, Any]]

_TASKS: dict[str, Task] = {
    "requests": tasks.requests,
    "satisfaction": tasks.satisfaction,
    "breakdown": tasks.breakdown,
    "transfer": tasks.transfer,
    "sentiment": tasks.sentiment,
}


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what `run` reads."""
    for name in _TASKS:
        parser.add_argument(f"--{name}", type=Path, action="append", metavar="FILE")
    parser.add_argument("--json", action="store_true", help="on one line")
    parser.add_argument("--vectors", type=Path, help="remember embeddings in this .npz file")


def run(options: argparse.Namespace) -> int:
    """Measure on the files given; returns the exit code."""
    chosen = [(name, getattr(options, name)) for name in _TASKS]
    files = [(name, path) for name, paths in chosen for path in paths or ()]
    if not files:
        print("escalation: name at least one file")
        return 2
    encode = RememberedVectors(shipped_encoder(), options.vectors)
    found: dict[str, Any] = {}
    for name, path in files:
        figures = _TASKS[name](_records(path), encode)
        alone = sum(other == name for other, _ in files) == 1
        found[name] = figures if alone else {**found.get(name, {}), path.stem: figures}
    print(json.dumps(found) if options.json else json.dumps(found, indent=2))
    return 0


def _records(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if line.strip())
