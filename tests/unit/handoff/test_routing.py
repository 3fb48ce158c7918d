"""Who is offered what, when a team works, and how long a wait will be."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import ValidationError

from handoff.routing import STRATEGIES, DeskPlan, Team, load_plan
from handoff.routing.estimate import Measured, expected_wait_ms, rounded_s
from handoff.routing.hours import Hours
from handoff.routing.people import Candidate, Roster, Wanted


def agent(name: str, idle_since: int = 0, load: int = 0, capacity: int = 4, **more) -> Candidate:
    return Candidate(name, name.title(), load, capacity, idle_since, **more)


def chosen(strategy: str, wanted: Wanted, *free: Candidate, busy: tuple[Candidate, ...] = ()):
    one = STRATEGIES[strategy](wanted, Roster(free, [*free, *busy]))
    return one and one.agent


PLAIN = Wanted("c1")
SPANISH = Wanted("c1", skills=frozenset({"billing"}), language="es")
ABLE = {"skills": frozenset({"billing"}), "languages": frozenset({"es"})}


def test_with_manual_pick_nobody_is_offered_anything():
    assert chosen("manual", PLAIN, agent("ann")) is None


def test_the_longest_idle_is_chosen():
    assert chosen("longest_idle", PLAIN, agent("ann", 20), agent("bob", 10)) == "bob"


def test_the_least_busy_is_chosen_by_the_share_of_the_own_capacity():
    busy, calm = agent("ann", load=1, capacity=2), agent("bob", 9, load=2, capacity=8)
    assert chosen("least_busy", PLAIN, busy, calm) == "bob"


def test_skills_and_language_decide_before_idle_time():
    assert chosen("skill_match", SPANISH, agent("ann"), agent("bob", 99, **ABLE)) == "bob"


def test_a_conversation_waits_for_somebody_on_duty_who_has_the_skill():
    assert chosen("skill_match", SPANISH, agent("ann"), busy=(agent("bob", **ABLE),)) is None


def test_a_skill_that_nobody_on_duty_has_keeps_nobody_waiting():
    half = agent("bob", 99, languages=frozenset({"es"}))
    assert chosen("skill_match", SPANISH, agent("ann"), half) == "bob"


def test_a_returning_customer_gets_the_same_agent_if_free_and_somebody_otherwise():
    back = Wanted("c1", last_agent="bob")
    assert chosen("same_agent", back, agent("ann"), agent("bob", 99)) == "bob"
    assert chosen("same_agent", back, agent("ann"), busy=(agent("bob"),)) == "ann"


BERLIN = Hours(
    timezone="Europe/Berlin",
    week={"mon": ("09:00-12:30", "13:30-18:00"), "fri": ("09:00-24:00",)},
    holidays={"country": "DE", "closed": ["2026-11-30"]},
)


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        ("2026-11-23T07:59", False),  # a Monday, 08:59 in Berlin
        ("2026-11-23T08:00", True),
        ("2026-11-23T11:45", False),
        ("2026-07-06T07:00", True),  # 09:00 in summer
        ("2026-11-24T10:00", False),  # a Tuesday
        ("2026-11-30T10:00", False),  # closed that day
        ("2026-12-25T10:00", False),  # a public holiday on a Friday
        ("2026-11-27T22:59", True),
        ("2026-11-27T23:00", False),
    ],
)
def test_a_team_works_at_its_own_hours_in_its_own_zone(at, is_open):
    assert BERLIN.is_open(datetime.fromisoformat(at).replace(tzinfo=UTC)) is is_open


@pytest.mark.parametrize(
    ("at", "opening"),
    [
        ("2026-11-23T05:00", "2026-11-23T08:00"),
        ("2026-11-23T11:40", "2026-11-23T12:30"),
        ("2026-11-27T23:30", "2026-12-04T08:00"),  # the Monday between is closed
    ],
)
def test_the_next_opening_passes_over_weekends_and_holidays(at, opening):
    found = BERLIN.next_opening(datetime.fromisoformat(at).replace(tzinfo=UTC))
    assert found == datetime.fromisoformat(opening).replace(tzinfo=UTC)


def test_without_a_week_a_team_always_works():
    assert Hours().is_open(datetime.now(UTC))
    assert Hours().next_opening(datetime.now(UTC)) is None


def test_a_desk_file_is_read(tmp_path: Path):
    file = tmp_path / "desk.yml"
    file.write_text(
        """
        teams:
          - {name: support, strategy: longest_idle, picking: false, capacity: 3}
          - {name: billing, skills: [invoice], languages: [de], overflow: support, queue_limit: 5}
        agents:
          ann@example.com: {teams: [billing], skills: [invoice], capacity: 2}
        """
    )
    plan = load_plan(file)
    assert plan.team_for(["invoice"]).name == "billing"
    assert plan.team_for([], "de").name == "billing"
    assert plan.team_for(["shoes"], "fr").name == "support"
    assert plan.profile("ann@example.com").capacity == 2
    assert plan.profile("bob@example.com").teams == ("support", "billing")
    assert plan.profile("bob@example.com").capacity == 3


@pytest.mark.parametrize(
    "content",
    [
        {"teams": []},
        {"teams": [{"name": "a"}, {"name": "a"}]},
        {"teams": [{"name": "a", "overflow": "b"}]},
        {"teams": [{"name": "a", "strategy": "roulette"}]},
        {"teams": [{"name": "a", "picking": False}]},
        {"teams": [{"name": "a", "colour": "red"}]},
        {"teams": [{"name": "a", "hours": {"timezone": "Mars/Base"}}]},
        {"teams": [{"name": "a", "hours": {"week": {"mon": ["18:00-09:00"]}}}]},
        {"teams": [{"name": "a", "hours": {"holidays": {"country": "XX"}}}]},
        {"teams": [{"name": "a"}], "agents": {"x@y.z": {"teams": ["b"]}}},
    ],
)
def test_a_desk_file_that_makes_no_sense_is_refused(content):
    with pytest.raises(ValidationError):
        DeskPlan.model_validate(content)


def test_a_file_that_is_not_yaml_is_named(tmp_path: Path):
    (tmp_path / "desk.yml").write_text("teams: [")
    with pytest.raises(ValueError, match=r"desk\.yml is not YAML"):
        load_plan(tmp_path / "desk.yml")


def test_the_expected_wait_follows_place_handling_time_and_places():
    measured = Measured(handled=10, handling_ms=300_000)
    assert expected_wait_ms(1, places=5, free=0, measured=measured) == 60_000
    assert expected_wait_ms(4, places=5, free=1, measured=measured) == 180_000
    assert expected_wait_ms(2, places=5, free=2, measured=measured) == 0


def test_a_wait_that_nobody_can_know_is_not_told():
    assert expected_wait_ms(1, 0, 0, Measured(handled=10, handling_ms=1)) is None
    assert expected_wait_ms(1, 5, 0, Measured(handled=2, handling_ms=1)) is None


@pytest.mark.parametrize(
    ("wait_ms", "told"), [(0, 15), (15_001, 30), (119_000, 120), (121_000, 180)]
)
def test_a_wait_is_told_in_steps(wait_ms, told):
    assert rounded_s(wait_ms) == told


def test_the_default_desk_is_one_team_that_picks():
    (team,) = DeskPlan().teams
    assert (team.strategy, team.picking) == ("manual", True)
    assert Team(name="x").hours.week is None
