"""The desk file: which teams there are, how each is served, and who belongs to them."""

from __future__ import annotations

import math
from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from typing import Annotated, Self

import yaml
from pydantic import Field, field_validator, model_validator

from handoff.routing.hours import Hours, Part
from handoff.routing.strategies import STRATEGIES

Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
Word = Annotated[str, Field(pattern=r"^[\w -]{1,64}$")]
Seconds = Annotated[float, Field(gt=0, le=10_000_000)]


class Team(Part):
    """One team and the rules of its line; durations in seconds."""

    name: Name
    title: str = Field("", max_length=80)
    """What people read; the name if empty."""
    strategy: str = "manual"
    """Which of `STRATEGIES` offers conversations to agents."""
    picking: bool = True
    """Whether agents may take conversations from the line themselves."""
    capacity: int = Field(8, ge=1, le=1000)
    """Conversations an agent of the team may hold at a time, unless the agent has another."""
    accept_timeout_s: Seconds = 30.0
    """How long an agent may think about an offer."""
    wrap_up_s: float = Field(0.0, ge=0, le=86_400)
    """Time without offers after a conversation ended."""
    queue_limit: int | None = Field(None, ge=0)
    """Most conversations that may wait; more go to `overflow`, or are asked for a message."""
    overflow: Name | None = None
    """Team that takes what is above the limit."""
    patience_s: Seconds | None = None
    """After this long unserved a conversation returns to the bot; without it, it waits on."""
    customer_away_s: Seconds = 600.0
    """After this long without the customer a conversation is closed and its place free."""
    idle_s: Seconds = 300.0
    """Silence in a conversation after which an event tells who is waited for."""
    skills: tuple[Word, ...] = ()
    """Handoffs that need one of these come to this team."""
    languages: tuple[Word, ...] = ()
    """Handoffs in one of these languages come to this team."""
    hours: Hours = Hours()

    @field_validator("strategy")
    @classmethod
    def _strategy_is_known(cls, name: str) -> str:
        if name not in STRATEGIES:
            raise ValueError("strategies are: " + ", ".join(STRATEGIES))
        return name

    @model_validator(mode="after")
    def _somebody_can_be_served(self) -> Self:
        if self.strategy == "manual" and not self.picking:
            raise ValueError("without picking a team needs a strategy other than manual")
        return self


class AgentProfile(Part):
    """What one agent can do."""

    teams: tuple[Name, ...] | None = None
    """Teams the agent works for; all if left out."""
    skills: tuple[Word, ...] = ()
    languages: tuple[Word, ...] = ()
    capacity: int | None = Field(None, ge=1, le=1000)
    """Conversations at a time; by default the smallest of the agent's teams."""


class DeskPlan(Part):
    """The teams of a desk, the first being the one for whatever fits no other, and its agents."""

    teams: tuple[Team, ...] = Field((Team(name="support"),), min_length=1, max_length=50)
    agents: dict[str, AgentProfile] = Field(default_factory=dict)
    """Email address -> profile; whoever is not named works for all teams."""
    aging_s: Seconds = 600.0
    """How many seconds of waiting one level of priority is worth."""

    @model_validator(mode="after")
    def _names_are_known(self) -> Self:
        names = [team.name for team in self.teams]
        if len(set(names)) < len(names):
            raise ValueError("two teams have the same name")
        named = {team.overflow for team in self.teams if team.overflow}
        named |= {name for profile in self.agents.values() for name in profile.teams or ()}
        if not named <= set(names):
            raise ValueError("there is no team " + ", ".join(sorted(named - set(names))))
        return self

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the teams in their order."""
        return tuple(team.name for team in self.teams)

    def team(self, name: str) -> Team:
        """Return the team called `name`, or the first if there is none (any more)."""
        return next((team for team in self.teams if team.name == name), self.teams[0])

    def team_for(self, skills: Collection[str] = (), language: str = "") -> Team:
        """Return the team that fits best: by most skills, then by language, then by order."""

        def fit(team: Team) -> tuple[int, bool]:
            return len(set(skills) & set(team.skills)), language in team.languages

        return max(self.teams, key=fit)

    def profile(self, email: str) -> AgentProfile:
        """Return the profile of an agent with teams and capacity filled in."""
        given = self.agents.get(email, AgentProfile())
        teams = given.teams if given.teams is not None else self.names
        capacity = given.capacity or min(
            (self.team(name).capacity for name in teams), default=self.teams[0].capacity
        )
        return given.model_copy(update={"teams": teams, "capacity": capacity})

    def open_teams(self, at: datetime) -> frozenset[str]:
        """Return the names of the teams that work at `at`."""
        return frozenset(team.name for team in self.teams if team.hours.is_open(at))


def load_plan(path: Path | None) -> DeskPlan:
    """Read the desk file; without one there is a single team that picks and never closes.

    Raises:
        OSError: the file cannot be read.
        ValueError: it is not YAML, or not a desk; the text names what is wrong and where.
    """
    if path is None:
        return DeskPlan()
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise ValueError(f"{path} is not YAML: {error}") from error
    return DeskPlan.model_validate(content or {})


def milliseconds(seconds: float | None) -> int:
    """Return whole milliseconds, rounded up; 0 for None."""
    return math.ceil((seconds or 0) * 1000)
