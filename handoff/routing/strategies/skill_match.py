"""Whoever knows the subject and the language."""

from __future__ import annotations

from handoff.routing.people import Candidate, Roster, Wanted


def choose(wanted: Wanted, roster: Roster) -> Candidate | None:
    """Choose, of those who cover everything asked for, the longest idle.

    While somebody on duty covers it, the conversation waits for such a person. If nobody does,
    it goes to whoever covers most: a missing skill must not let a customer wait for ever.
    """
    if any(one.covers(wanted) for one in roster.on_duty):
        able = [one for one in roster.free if one.covers(wanted)]
        return min(able, key=lambda one: (one.idle_since, one.agent), default=None)
    return min(roster.free, key=lambda one: (-one.fit(wanted), one.idle_since, one.agent))
