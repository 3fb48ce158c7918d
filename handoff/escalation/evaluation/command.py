"""`python -m handoff.escalation eval --json`: the quality of the escalation, on data files."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from handoff.escalation.evaluation import tasks
from handoff.escalation.remembered import Encode

Figures = dict[str, Any]
Task = Callable[[Iterable[dict[str, Any]], Encode], Figures]

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
    parser.add_argument("--embeddings", type=Path, help="remember embeddings in this .npz file")


def run(options: argparse.Namespace) -> int:
    """Measure on the files given; returns the exit code.

    The figures of one file stand alone; those of several are keyed by option, and by the file's
    name where an option was given more than once.
    """
    from handoff.escalation.remembered import serving_encoder  # noqa: PLC0415 (libraries are slow)

    files = [(name, path) for name in _TASKS for path in getattr(options, name) or ()]
    if not files:
        print("escalation: name at least one file", file=sys.stderr)
        return 2
    encode = serving_encoder(options.embeddings)
    measured = [(name, path, _TASKS[name](_records(path), encode)) for name, path in files]
    encode.store()
    print(json.dumps(_arranged(measured), indent=None if options.json else 2))
    return 0


def _arranged(measured: Sequence[tuple[str, Path, Figures]]) -> Figures:
    if len(measured) == 1:
        return measured[0][2]
    often = Counter(name for name, _, _ in measured)
    found: Figures = {}
    for name, path, figures in measured:
        if often[name] == 1:
            found[name] = figures
        else:
            found.setdefault(name, {})[path.stem] = figures
    return found


def _records(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if line.strip())
