"""A written conversation: from a YAML or JSONL file to the turns in it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from handoff.escalation.errors import BrokenConversation, BrokenTuning
from handoff.escalation.marked_yaml import Marked
from handoff.escalation.turn import SearchDecision

_CUSTOMER = frozenset({"customer", "user"})


class Line(BaseModel):
    """What one side said. The fields after `text` say how Rasa and the search took it."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    role: str = "customer"
    text: Annotated[str, Field(validation_alias=AliasChoices("text", "customer", "say"))]
    intent: str = ""
    confidence: float = 0.9
    search: SearchDecision | None = None
    score: float | None = Field(None, ge=0, le=1)
    metadata: dict[str, Any] = Field(default_factory=dict)

    @property
    def by_customer(self) -> bool:
        """Whether the customer said it."""
        return self.role in _CUSTOMER


@dataclass(frozen=True, slots=True)
class Script:
    """A conversation and what the page tells about the customer."""

    lines: tuple[Line, ...]
    metadata: dict[str, Any] = field(default_factory=dict)


_LINES = TypeAdapter(tuple[Line, ...])


def parsed(text: str, name: str) -> Script:
    """The conversation in the text: a list of turns, a table with `turns`, or a turn a line.

    Raises BrokenConversation.
    """
    content = _content(text, name)
    table = content if isinstance(content, dict) else {"turns": content}
    turns = table.get("turns")
    if not isinstance(turns, list):
        raise BrokenConversation(f"{name}: holds no list of turns")
    plain = [{"text": turn} if isinstance(turn, str) else turn for turn in turns]
    try:
        lines = _LINES.validate_python(plain)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        number, *key = first["loc"]
        where = ".".join(str(part) for part in key)
        raise BrokenConversation(f"{name}: turn {number}: {where}: {first['msg']}") from error
    metadata = table.get("metadata")
    return Script(lines, metadata if isinstance(metadata, dict) else {})


def _content(text: str, name: str) -> Any:
    if text.lstrip().startswith("{"):
        try:
            records = list(_records(text))
        except ValueError:
            records = []
        if len(records) == 1 and "turns" in records[0]:
            return records[0]
        if records:
            return records
    try:
        return Marked(text, name).content
    except BrokenTuning as error:
        raise BrokenConversation(str(error)) from error


def _records(text: str) -> Iterator[dict[str, Any]]:
    for line in text.splitlines():
        if line.strip():
            record = json.loads(line)
            if not isinstance(record, dict):
                raise ValueError("not a table")
            yield record
