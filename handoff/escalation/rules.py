"""Rules on what the page tells about the customer: a gold card, an open order, a language."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Skill = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
Priority = Annotated[int, Field(ge=0, le=9)]
Plain = bool | int | float | str

_MISSING = object()


class Strict(BaseModel):
    """A part of the tuning file: unknown keys are faults, and nothing changes once it is read."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Limits(Strict):
    """A number between two others, both included."""

    at_least: float | None = None
    at_most: float | None = None

    @model_validator(mode="after")
    def _has_one(self) -> Limits:
        if self.at_least is None and self.at_most is None:
            raise ValueError("give at_least, at_most or both")
        return self

    def holds(self, value: object) -> bool:
        """Whether `value` is a number within the limits."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        low = self.at_least is None or value >= self.at_least
        return low and (self.at_most is None or value <= self.at_most)


class Rule(Strict):
    """What follows where all of `when` holds.

    A key of `when` is a name in the metadata, with dots for names inside. Its value is what it
    must be, a list of which it must be one, or limits; in texts `*` stands for anything.
    `weight` is added to the log-odds that a person is needed. `decision` forces a person.
    """

    name: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    when: Annotated[dict[str, Limits | Plain | list[Plain]], Field(min_length=1)]
    detail: str = ""
    weight: float = Field(0.0, ge=-10, le=10)
    priority: Priority | None = None
    skills: tuple[Skill, ...] = ()
    decision: Literal["offer", "escalate"] | None = None

    def holds(self, metadata: Mapping[str, Any]) -> bool:
        """Whether the customer is one the rule is about."""
        return all(_fits(wanted, _at(metadata, key)) for key, wanted in self.when.items())


def _at(metadata: Mapping[str, Any], key: str) -> object:
    value: Any = metadata
    for part in key.split("."):
        if not isinstance(value, Mapping) or part not in value:
            return _MISSING
        value = value[part]
    return value


def _fits(wanted: Limits | Plain | list[Plain], value: object) -> bool:
    if value is _MISSING:
        return False
    if isinstance(wanted, Limits):
        return wanted.holds(value)
    if isinstance(wanted, list):
        return any(_fits(one, value) for one in wanted)
    if isinstance(value, list | tuple):
        return any(_fits(wanted, one) for one in value)
    if isinstance(wanted, str) and isinstance(value, str):
        return fnmatchcase(value.casefold(), wanted.casefold())
    return isinstance(wanted, bool) is isinstance(value, bool) and wanted == value
