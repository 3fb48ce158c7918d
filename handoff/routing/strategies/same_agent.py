"""Whoever spoke with this customer last time."""

from __future__ import annotations

from handoff.routing.people import Candidate, Roster, Wanted
from handoff.routing.strategies import longest_idle


def choose(wanted: Wanted, roster: Roster) -> Candidate | None:
    """Choose the agent of last time if free now, else the longest idle: nobody waits for one."""
    known = (one for one in roster.free if one.agent == wanted.last_agent)
    return next(known, None) or longest_idle.choose(wanted, roster)
