"""Named regular expressions from a YAML file, with parts that several of them share."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files

import yaml

from handoff.escalation.needles import Quick

_PART = re.compile(r"<(\w+)>")

# A thousand question marks say no more than a dozen, and cost patterns their square.
_RUN = re.compile(r"(\W{12})\W+")

Patterns = Mapping[str, Quick]


def load(name: str) -> dict[str, dict[str, str]]:
    """The sections of a YAML file of this package, each a table of names and expressions."""
    text = files(__package__).joinpath(name).read_text(encoding="utf-8")
    sections: dict[str, dict[str, str]] = yaml.safe_load(text)
    return sections


def compiled(table: Mapping[str, str], parts: Mapping[str, str] | None = None) -> Patterns:
    """The expressions with `<part>` replaced by the part; case does not matter."""
    known = parts or {}
    return {name: Quick(_expand(text, known)) for name, text in table.items()}


def _expand(text: str, parts: Mapping[str, str]) -> str:
    def part(match: re.Match[str]) -> str:
        found = parts.get(match.group(1))
        return match.group(0) if found is None else _expand(found, parts)

    return _PART.sub(part, text)


@lru_cache(1024)
def straight(text: str) -> str:
    """The text as the expressions take it: plain apostrophes, no endless rows of signs."""
    return _RUN.sub(r"\1", text.replace("\u2019", "'"))
