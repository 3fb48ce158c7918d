"""`python -m handoff.escalation eval --json`: the quality of the escalation, on data files."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
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


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure on the files given; returns the exit code."""
    options = _parser().parse_args(arguments)
    chosen = [(name, getattr(options, name)) for name in _TASKS]
    files = [(name, path) for name, paths in chosen for path in paths or ()]
    if not files:
        _parser().error("name at least one file")
    encode = RememberedVectors(shipped_encoder(), options.vectors)
    found: dict[str, Any] = {}
    for name, path in files:
        figures = _TASKS[name](_records(path), encode)
        alone = sum(other == name for other, _ in files) == 1
        found[name] = figures if alone else {**found.get(name, {}), path.stem: figures}
    print(json.dumps(found) if options.json else json.dumps(found, indent=2))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m handoff.escalation", description=__doc__)
    command = parser.add_subparsers(dest="command", required=True).add_parser("eval")
    for name in _TASKS:
        command.add_argument(f"--{name}", type=Path, action="append", metavar="FILE")
    command.add_argument("--json", action="store_true", help="on one line")
    command.add_argument("--vectors", type=Path, help="remember embeddings in this .npz file")
    return parser


def _records(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if line.strip())


if __name__ == "__main__":
    raise SystemExit(main())
