"""A conversation as a whole, with everything that ever happened in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from handoff.model.conversation import Conversation
from handoff.model.events import Event


@dataclass(frozen=True, slots=True)
class Transcript:
    """The state of a conversation and all its events, oldest first; there is at least one."""

    conversation: Conversation
    events: Sequence[Event]

    @property
    def upto(self) -> str:
        """Id of the last event."""
        return self.events[-1].id
