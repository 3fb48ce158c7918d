"""Agents pick for themselves."""

from __future__ import annotations

from handoff.routing.people import Candidate, Roster, Wanted


def choose(_wanted: Wanted, _roster: Roster) -> Candidate | None:
    """Choose nobody."""
    return None
