"""Written conversations: from a YAML or JSONL file to the turns in them."""

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
_AGENT, _BOT = "agent", "bot"
_HANDED_BACK = "handed_back"


class Line(BaseModel):
    """What one side said. The fields after `text` say how Rasa and the search took it.

    `role` is customer (or user), agent for a person of the desk, and anything else for the bot.
    """

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

    @property
    def by_agent(self) -> bool:
        """Whether a person of the desk said it."""
        return self.role == _AGENT

    @property
    def by_bot(self) -> bool:
        """Whether the bot said it."""
        return not (self.by_customer or self.by_agent or self.hands_back)

    @property
    def hands_back(self) -> bool:
        """Whether a person gave the conversation back to the bot here."""
        return self.role == _HANDED_BACK


@dataclass(frozen=True, slots=True)
class Script:
    """A conversation, what is known about the customer, and its name if it has one."""

    lines: tuple[Line, ...]
    metadata: dict[str, Any] = field(default_factory=dict)
    name: str = ""


_LINES = TypeAdapter(tuple[Line, ...])


def parsed(text: str, name: str) -> Script | tuple[Script, ...]:
    """The conversation in the text: a list of turns, a table with `turns`, or a turn a line.

    A list of tables with `turns` is that many conversations. `name` is the file's, for the
    message of BrokenConversation, which this raises.
    """
    content = _content(text, name)
    if isinstance(content, list) and any(_is_conversation(each) for each in content):
        return tuple(_script(each, f"{name}: {_called(each, n)}") for n, each in enumerate(content))
    return _script(content, name)


def _is_conversation(content: Any) -> bool:
    return isinstance(content, dict) and "turns" in content


def _called(content: Any, number: int) -> str:
    named = content.get("name") if isinstance(content, dict) else None
    return f"conversation {named!r}" if named else f"conversation {number}"


def _script(content: Any, where: str) -> Script:
    table = content if isinstance(content, dict) else {"turns": content}
    turns = table.get("turns")
    if not isinstance(turns, list):
        raise BrokenConversation(f"{where}: holds no list of turns")
    try:
        lines = _LINES.validate_python([_plain(turn) for turn in turns])
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        number, *key = first["loc"]
        path = ".".join(str(part) for part in key)
        raise BrokenConversation(f"{where}: turn {number}: {path}: {first['msg']}") from error
    metadata = table.get("metadata")
    return Script(lines, metadata if isinstance(metadata, dict) else {}, str(table.get("name", "")))


def _plain(turn: Any) -> Any:
    if isinstance(turn, str):
        return {"text": turn}
    if isinstance(turn, dict) and turn.get(_HANDED_BACK) is True:
        return {"role": _HANDED_BACK, "text": ""}
    if isinstance(turn, dict) and "text" not in turn:
        for role in (_AGENT, _BOT):
            if role in turn:
                return {"role": role, "text": turn[role]}
    return turn


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
