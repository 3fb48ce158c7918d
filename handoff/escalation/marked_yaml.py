"""YAML that remembers on which line each key stood."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

from handoff.escalation.errors import BrokenTuning

Path = tuple[str | int, ...]

_BOOL = "tag:yaml.org,2002:bool"


class _Loader(yaml.CSafeLoader):
    """Takes `yes`, `no`, `on` and `off` for the words they are, as YAML 1.2 does."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != _BOOL or first in "tTfF"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


class Marked:
    """The content of a YAML text, and the line of every key in it, from 1."""

    def __init__(self, text: str, name: str) -> None:
        """Read `text`; `name` is the file's, for the message of BrokenTuning."""
        self.name = name
        loader = _Loader(text)
        try:
            node = loader.get_single_node()
            self._lines = dict(_lines(node)) if node is not None else {}
            self.content: Any = loader.construct_document(node) if node is not None else {}
        except yaml.MarkedYAMLError as error:
            raise BrokenTuning(_told(error, name)) from error
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            raise BrokenTuning(f"{name}: not YAML: {error}") from error
        finally:
            loader.dispose()

    def place(self, path: Path) -> str:
        """`file:line`, the line being that of the key or of the nearest one around it."""
        for size in range(len(path), 0, -1):
            if path[:size] in self._lines:
                return f"{self.name}:{self._lines[path[:size]]}"
        return self.name


def _lines(node: yaml.Node, path: Path = ()) -> Iterator[tuple[Path, int]]:
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen and key.tag != "tag:yaml.org,2002:merge":
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key.value!r} is there twice", key.start_mark
                )
            seen.add(key.value)
            yield (*path, key.value), key.start_mark.line + 1
            yield from _lines(value, (*path, key.value))
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            yield (*path, number), value.start_mark.line + 1
            yield from _lines(value, (*path, number))


def _told(error: yaml.MarkedYAMLError, name: str) -> str:
    mark = error.problem_mark or error.context_mark
    place = f"{name}:{mark.line + 1}" if mark is not None else name
    return f"{place}: {error.problem or error.context}"
