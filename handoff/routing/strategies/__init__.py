"""The strategies, each a pure function. Adding one: a file here and a line below."""

from collections.abc import Callable

from handoff.routing.people import Candidate, Roster, Wanted
from handoff.routing.strategies import (
    least_busy,
    longest_idle,
    manual,
    same_agent,
    skill_match,
)

Strategy = Callable[[Wanted, Roster], Candidate | None]
"""Chooses who is offered a conversation now, or nobody; `Roster.free` is never empty."""

STRATEGIES: dict[str, Strategy] = {
    "manual": manual.choose,
    "longest_idle": longest_idle.choose,
    "least_busy": least_busy.choose,
    "skill_match": skill_match.choose,
    "same_agent": same_agent.choose,
}
