"""Who serves whom and when: teams, business hours, strategies, the estimate of a wait.

Nothing here talks to a network: everything is a pure function of what it is given.
"""

from handoff.routing.plan import AgentProfile, DeskPlan, Team, load_plan
from handoff.routing.strategies import STRATEGIES

__all__ = ["STRATEGIES", "AgentProfile", "DeskPlan", "Team", "load_plan"]
