"""Finds the class of a stored event once per type instead of once per event.

Rasa walks the tree of all event classes for every event of a conversation that it loads, which is
most of what a long conversation costs. The classes do not change while the process runs.
"""

from __future__ import annotations

from functools import lru_cache

from rasa.shared.core.events import Event

_by_walking = Event.resolve_by_type


def install() -> None:
    """Remember the class of each type, in this process; unknown types still raise ValueError."""
    Event.resolve_by_type = staticmethod(lru_cache(maxsize=256)(_by_walking))
