"""Knowledge bases of our own writing, which encoder and ranking are fitted on (README.md here)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

#: The group that they are in, where bases of one group are left out together.
OWN = "own"
FILES = sorted(Path(__file__).parent.glob("*.jsonl"))


@dataclass(frozen=True)
class OwnEntry:
    """Its title as an editor words it, the name a designer of bots gives it, and what is asked."""

    title: str
    name: str
    answer: str
    asked: tuple[str, ...]


@dataclass(frozen=True)
class OwnBase:
    """A field of business, its entries, and questions that none of them answers."""

    name: str
    entries: tuple[OwnEntry, ...]
    unanswerable: tuple[str, ...]


def read_own_bases() -> list[OwnBase]:
    """All of them."""
    return [_read(path) for path in FILES]


def _read(path: Path) -> OwnBase:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return OwnBase(
        path.stem,
        tuple(
            OwnEntry(row["title"], row["name"], row["answer"], tuple(row["asked"]))
            for row in rows
            if "title" in row
        ),
        tuple(text for row in rows for text in row.get("unanswerable", ())),
    )
