"""Whoever has had nothing new for the longest time."""

from __future__ import annotations

from handoff.routing.people import Candidate, Roster, Wanted


def choose(_wanted: Wanted, roster: Roster) -> Candidate | None:
    """Choose the longest idle, and of several the one whose id comes first."""
    return min(roster.free, key=lambda one: (one.idle_since, one.agent))
