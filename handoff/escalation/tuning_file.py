"""Reads `escalation.yml`: the shipped one, and one's own, which names only what differs."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from handoff.escalation.errors import BrokenTuning
from handoff.escalation.marked_yaml import Marked
from handoff.escalation.tuning import Tuning

_FILE = "escalation.yml"
_WORDS = "words"
_CHANGES = frozenset({"add", "drop"})


def read_tuning(path: Path) -> Tuning:
    """The shipped tuning with what the file changes; raises BrokenTuning."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BrokenTuning(f"{path.name}: cannot be read: {error}") from error
    own = Marked(text, path.name)
    if not isinstance(own.content or {}, Mapping):
        raise BrokenTuning(f"{path.name}:1: should be a table of keys and values")
    return _validated(_merged(_shipped_content(), own.content or {}), own)


def _validated(content: Any, marked: Marked) -> Tuning:
    try:
        return Tuning.model_validate(content)
    except ValidationError as error:
        faults = [_told(fault, marked) for fault in error.errors(include_url=False)]
        raise BrokenTuning("\n".join(faults)) from error


def _told(fault: ErrorDetails, marked: Marked) -> str:
    path = tuple(fault["loc"])
    key = ".".join(str(part) for part in path)
    if fault["type"] == "extra_forbidden":
        return f"{marked.place(path)}: {key}: there is no such key"
    given = fault["input"]
    shown = f" (it is {given!r})" if isinstance(given, int | float | str | None) else ""
    message = fault["msg"].removeprefix("Value error, ")
    return f"{marked.place(path)}: {key or 'all'}: {message}{shown}"


def _merged(base: Any, own: Any) -> Any:
    """The base with the own values in it; a list is replaced, or changed by `add` and `drop`."""
    if isinstance(base, list) and isinstance(own, Mapping) and own and _CHANGES.issuperset(own):
        return _changed(base, own)
    if not isinstance(own, Mapping):
        return own
    known = base if isinstance(base, Mapping) else {}
    added = {key: _merged(known.get(key), value) for key, value in own.items()}
    return {**known, **added}


def _changed(base: list[Any], change: Mapping[str, Any]) -> Any:
    add, drop = change.get("add") or [], change.get("drop") or []
    if not isinstance(add, list) or not isinstance(drop, list):
        return dict(change)
    return [entry for entry in base if entry not in drop] + add


@cache
def _shipped_content() -> dict[str, Any]:
    folder = files(__package__)
    content = Marked(folder.joinpath(_FILE).read_text(encoding="utf-8"), _FILE).content
    lists = {
        entry.name.removesuffix(".yml"): Marked(entry.read_text(encoding="utf-8"), entry.name)
        for entry in folder.joinpath(_WORDS).iterdir()
        if entry.name.endswith(".yml")
    }
    words = {language: marked.content for language, marked in sorted(lists.items())}
    return {**content, "words": words}


#: The tuning that Tandem comes with.
SHIPPED: Tuning = _validated(_shipped_content(), Marked("", _FILE))
