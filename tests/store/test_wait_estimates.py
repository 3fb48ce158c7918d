"""What customers are told of their wait, held against what they had."""

from __future__ import annotations

import asyncio
import random
from types import SimpleNamespace

import pytest
from prometheus_client.parser import text_string_to_metric_families

from benchmarks.waits import SETTINGS, figures
from handoff.desk import Desk
from handoff.metrics import Metrics, exposition
from handoff.routing import DeskPlan, Team
from handoff.routing.estimate import rounded_s

TOLERANCE_S = 3.0
"""Real time that may pass between two steps of a test that shifts times."""


async def told(desk):
    """What Prometheus is told of the estimates: (name, labels' values) -> value."""
    text = exposition(Metrics(), await desk.figures()).decode()
    return {
        (sample.name.removeprefix("tandem_wait_estimate_"), tuple(sample.labels.values())): (
            sample.value
        )
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if "wait_estimate" in sample.name
    }


async def later(redis, conversation, seconds):
    """Let this time have passed since the conversation began to wait and was told its wait."""
    key = f"{{main}}:conv:{conversation}"
    for field in ("waiting_since", "promised_at"):
        if at := await redis.hget(key, field):
            await redis.hset(key, field, int(at) - int(seconds * 1000))


async def served(desk, stage, redis, conversation, *, promise_s, had_s):
    await stage.queued(conversation)
    await desk.promise(conversation, int(promise_s * 1000))
    await later(redis, conversation, had_s)
    await stage.arrive("ann")
    await desk.claim(conversation, "ann", "Ann")


async def test_a_wait_longer_or_shorter_than_told_is_counted_by_how_much(desk, stage, redis):
    await served(desk, stage, redis, "early", promise_s=60, had_s=40)
    await served(desk, stage, redis, "late", promise_s=60, had_s=130)
    values = await told(desk)
    assert values["error_seconds_count", ("support", "shorter")] == 1
    assert values["error_seconds_count", ("support", "longer")] == 1
    assert values["error_seconds_sum", ("support", "shorter")] == pytest.approx(20, abs=TOLERANCE_S)
    assert values["error_seconds_sum", ("support", "longer")] == pytest.approx(70, abs=TOLERANCE_S)
    mean = values["mean_absolute_error_seconds", ("support",)]
    assert mean == pytest.approx(45, abs=TOLERANCE_S)


async def test_the_error_is_that_of_what_was_told_and_not_of_what_was_computed(desk, stage, redis):
    await served(desk, stage, redis, "c1", promise_s=61, had_s=75)  # told in steps: 75 s
    assert (await told(desk))["mean_absolute_error_seconds", ("support",)] < TOLERANCE_S


async def test_a_wait_that_is_told_late_is_counted_from_then_on(desk, stage, redis):
    await stage.queued()
    await later(redis, "c1", 1000)  # nobody was there to tell by
    await desk.promise("c1", 60_000)
    await stage.arrive("ann")
    await later(redis, "c1", 60)
    await desk.claim("c1", "ann", "Ann")
    assert (await told(desk))["mean_absolute_error_seconds", ("support",)] < TOLERANCE_S


async def test_only_the_first_that_was_told_counts_and_only_once(desk, stage, redis):
    await stage.queued()
    await stage.arrive("ann")
    await desk.promise("c1", 60_000)
    await desk.promise("c1", 600_000)
    await desk.claim("c1", "ann", "Ann")
    await desk.transfer_to_team("c1", "ann", "Ann", "support")
    await desk.promise("c1", 300_000)
    await desk.claim("c1", "ann", "Ann")
    values = await told(desk)
    assert values["error_seconds_count", ("support", "shorter")] == 1
    assert values["error_seconds_sum", ("support", "shorter")] == pytest.approx(60, abs=TOLERANCE_S)


async def test_whoever_was_told_nothing_or_left_has_no_error(desk, stage):
    await stage.with_agent("c1")
    await stage.queued("c2")
    await desk.promise("c2", 60_000)
    await desk.cancel_handoff("c2")
    values = await told(desk)
    assert {values["error_seconds_count", ("support", way)] for way in ("longer", "shorter")} == {0}


@pytest.mark.parametrize("way", ["longer", "shorter"])
@pytest.mark.parametrize("how", ["cancelled", "away", "given up"])
async def test_who_left_unserved_is_counted_by_whether_the_told_wait_was_over(
    redis, settings, stage, way, how
):
    rules = {"patience_s": 0.001, "customer_away_s": 0.001}
    desk = stage.desk = Desk(redis, "main", settings, DeskPlan(teams=(Team(name="a", **rules),)))
    await stage.queued()
    await desk.promise("c1", 60_000)
    await later(redis, "c1", {"longer": 90, "shorter": 20}[way])
    if how == "cancelled":
        await desk.cancel_handoff("c1")
    elif how == "away":
        await redis.zadd("{main}:here", {"c1": 1})
        await desk.mark_absent_customers(1)
        await asyncio.sleep(0.01)
        assert await desk.abandon() == ["c1"]
    else:
        assert await desk.give_up([]) == ["c1"]
    values = await told(desk)
    other = {"longer": "shorter", "shorter": "longer"}[way]
    assert values["unserved_total", ("a", way)] == 1
    assert values["unserved_total", ("a", other)] == 0


async def test_each_team_has_its_own(redis, settings, stage):
    teams = (Team(name="support", queue_limit=0, overflow="second"), Team(name="second"))
    desk = stage.desk = Desk(redis, "main", settings, DeskPlan(teams=teams))
    await served(desk, stage, redis, "c1", promise_s=60, had_s=130)
    values = await told(desk)
    assert values["error_seconds_count", ("support", "longer")] == 0
    assert values["error_seconds_count", ("second", "longer")] == 1


async def test_the_error_of_a_simulated_day_is_what_its_customers_had(redis, settings, stage):
    """Two places, random handling times: every wait is told by the desk's own outlook."""
    plan = DeskPlan(teams=(Team(name="support", capacity=2),))
    desk = stage.desk = Desk(redis, "main", settings, plan)
    await desk.heartbeat("ann", "Ann", "socket")
    day = SimpleNamespace(rng=random.Random(7), now=0.0, open=[], line=[], errors=[])
    for n in range(60):
        day.now += day.rng.expovariate(1 / 100)
        while day.open and day.open[0][0] <= day.now:
            await _one_ends(desk, redis, day)
        await stage.queued(f"c{n}")
        if len(day.open) < 2 and not day.line:
            await _one_begins(desk, redis, day, f"c{n}", day.now)
            continue
        day.line.append((f"c{n}", day.now, await _told_s(desk, f"c{n}")))
    while day.line:
        await _one_ends(desk, redis, day)
    assert len(day.errors) > 20
    values = await told(desk)
    sums = {way: values["error_seconds_sum", ("support", way)] for way in ("shorter", "longer")}
    assert sums["shorter"] == pytest.approx(sum(e for e in day.errors if e >= 0), rel=0.02)
    assert sums["longer"] == pytest.approx(-sum(e for e in day.errors if e < 0), rel=0.02)


async def _told_s(desk, conversation):
    wait_ms = (await desk.outlooks())["support"].wait_ms(await desk.position(conversation))
    if wait_ms is None:
        return None
    await desk.promise(conversation, wait_ms)
    return rounded_s(wait_ms)


async def _one_begins(desk, redis, day, conversation, at):
    lasts = day.rng.expovariate(1 / 180)
    await desk.claim(conversation, "ann", "Ann")
    await redis.hincrby(f"{{main}}:conv:{conversation}", "claimed_at", -int(lasts * 1000))
    day.open = sorted([*day.open, (at + lasts, conversation)])


async def _one_ends(desk, redis, day):
    """The conversation that ends first ends, and the first in the line gets its place."""
    (now, ended), *day.open = day.open
    await desk.close(ended, "ann", "Ann")
    if not day.line:
        return
    (conversation, since, promise_s), *day.line = day.line
    await later(redis, conversation, now - since)
    if promise_s is not None:
        day.errors.append(promise_s - (now - since))
    await _one_begins(desk, redis, day, conversation, now)


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_the_estimate_is_about_as_good_as_can_be(setting):
    """In virtual time, so the same on every machine."""
    errors = figures(setting, customers=5_000, seed=3)["mean_absolute_error_s"]
    assert errors["exact"] < 1.1 * errors["best"]
    assert errors["told"] < 0.9 * min(errors["last wait"], errors["mean wait"])


async def test_a_wait_that_was_told_before_its_time_was_kept_harms_no_claim(desk, stage, redis):
    await stage.queued()
    await stage.arrive("ann")
    await redis.hset("{main}:conv:c1", "promised", 60_000)
    await desk.claim("c1", "ann", "Ann")
    assert (await desk.conversation("c1")).agent == "ann"
    assert (await told(desk))["error_seconds_count", ("support", "longer")] == 0
