"""Business hours where clocks change, at midnight, and on holidays that depend on the place."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.routing.hours import DAYS, Hours

EVERY_DAY = dict.fromkeys(DAYS, ("09:00-17:00",))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "before", "after"),
    [
        # The clocks go forward: 9 in the morning comes an hour sooner.
        ("Europe/Berlin", "2026-03-28T08:00", "2026-03-29T07:00"),
        ("America/New_York", "2026-03-07T14:00", "2026-03-08T13:00"),
        # They go back: an hour later.
        ("Europe/Berlin", "2026-10-24T07:00", "2026-10-25T08:00"),
        ("America/New_York", "2026-10-31T13:00", "2026-11-01T14:00"),
        # In the south it is the other way round, and half an hour on Lord Howe Island.
        ("Australia/Sydney", "2026-10-02T23:00", "2026-10-03T22:00"),
        ("Australia/Lord_Howe", "2026-10-02T22:30", "2026-10-03T22:00"),
    ],
)
def test_a_team_opens_by_the_clock_on_its_wall_when_clocks_change(zone, before, after):
    hours = Hours(timezone=zone, week=EVERY_DAY)
    for opening in map(utc, (before, after)):
        minute = timedelta(minutes=1)
        assert hours.is_open(opening)
        assert not hours.is_open(opening - minute)
        assert hours.next_opening(opening - minute) == opening
        assert hours.is_open(opening + timedelta(hours=8) - minute)
        assert not hours.is_open(opening + timedelta(hours=8))
    assert hours.next_opening(utc(before) + minute) == utc(after)


def test_in_the_night_of_the_change_a_team_works_its_hours_by_the_clock():
    night = Hours(timezone="Europe/Berlin", week={"sun": ("00:00-06:00",)})
    forward = [utc("2026-03-28T23:00") + timedelta(minutes=n) for n in range(10 * 60)]
    back = [utc("2026-10-24T22:00") + timedelta(minutes=n) for n in range(10 * 60)]
    assert sum(map(night.is_open, forward)) == 5 * 60
    assert sum(map(night.is_open, back)) == 7 * 60


def test_hours_that_a_change_leaves_out_are_no_opening():
    lost = Hours(timezone="Europe/Berlin", week={"sun": ("02:00-03:00",)})
    assert lost.next_opening(utc("2026-03-28T12:00")) == utc("2026-04-05T00:00")


@given(
    at=st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)),
    zone=st.sampled_from(["Europe/Berlin", "America/St_Johns", "Asia/Kolkata", "Pacific/Chatham"]),
    days=st.sets(st.sampled_from(DAYS), min_size=1),
    begin=st.integers(0, 22),
    country=st.sampled_from([None, "DE", "US", "JP"]),
)
def test_whoever_is_told_an_opening_finds_it_open(at, zone, days, begin, country):
    week = dict.fromkeys(days, (f"{begin:02}:00-{begin + 2:02}:00",))
    hours = Hours(timezone=zone, week=week, holidays={"country": country})
    opening = hours.next_opening(at.replace(tzinfo=UTC))
    assert opening > at.replace(tzinfo=UTC)
    assert hours.is_open(opening)
    assert opening.astimezone(ZoneInfo(zone)).strftime("%a").lower() in days


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        ("2026-12-24T22:59", True),  # 23:59 on Christmas Eve in Berlin
        ("2026-12-24T23:00", False),  # midnight: Christmas Day
        ("2026-12-26T22:59", False),
        ("2026-12-26T23:00", True),  # the 27th there, the 26th in Greenwich
    ],
)
def test_a_holiday_begins_and_ends_at_the_teams_midnight(at, is_open):
    always = Hours(
        timezone="Europe/Berlin",
        week=dict.fromkeys(DAYS, ("00:00-24:00",)),
        holidays={"country": "DE"},
    )
    assert always.is_open(utc(at)) is is_open


def test_holidays_are_those_of_the_state():
    at = utc("2026-01-06T10:00")  # Epiphany: a holiday in Bavaria, not in Berlin
    for subdivision, is_open in (("BY", False), ("BE", True)):
        hours = Hours(
            timezone="Europe/Berlin",
            week=EVERY_DAY,
            holidays={"country": "DE", "subdivision": subdivision},
        )
        assert hours.is_open(at) is is_open


def test_people_may_work_on_a_holiday():
    at = utc("2026-12-25T10:00")
    hours = Hours(
        timezone="Europe/Berlin",
        week=EVERY_DAY,
        holidays={"country": "DE", "open": ["2026-12-25"]},
    )
    assert hours.is_open(at)


def test_two_teams_in_two_zones_are_open_at_their_own_time():
    at = utc("2026-06-15T15:00")
    berlin, tokyo, chicago = (
        Hours(timezone=zone, week=EVERY_DAY)
        for zone in ("Europe/Berlin", "Asia/Tokyo", "America/Chicago")
    )
    assert [one.is_open(at) for one in (berlin, tokyo, chicago)] == [False, False, True]
