"""Whoever has the most room."""

from __future__ import annotations

from handoff.routing.people import Candidate, Roster, Wanted


def choose(_wanted: Wanted, roster: Roster) -> Candidate | None:
    """Choose the smallest share of the own capacity in use, then the longest idle."""
    return min(roster.free, key=lambda one: (one.load / one.capacity, one.idle_since, one.agent))
