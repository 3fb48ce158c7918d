"""What a strategy looks at: a conversation that waits, and the agents who might take it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a waiting conversation asks for, and who had it last."""

    conversation: str
    skills: frozenset[str] = frozenset()
    language: str = ""
    last_agent: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An agent on duty; `idle_since` is the time in ms since which the agent got nothing new."""

    agent: str
    name: str
    load: int
    capacity: int
    idle_since: int
    skills: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()

    def covers(self, wanted: Wanted) -> bool:
        """Tell whether the agent has everything the conversation asks for."""
        return self.fit(wanted) == len(wanted.skills) + bool(wanted.language)

    def fit(self, wanted: Wanted) -> int:
        """Count what the agent has of that."""
        return len(self.skills & wanted.skills) + (wanted.language in self.languages)


@dataclass(frozen=True, slots=True)
class Roster:
    """The team now: `free` may be offered something, `on_duty` are all who work."""

    free: Collection[Candidate]
    on_duty: Collection[Candidate]
