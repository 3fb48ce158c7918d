"""The watch as every gateway keeps it: who vanishes, and what is due, without anybody asking."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager

import pytest

from handoff.desk import Desk
from handoff.errors import Unavailable
from handoff.model import Outcome, Owner, Status
from handoff.routing import DeskPlan, Team
from handoff.tasks import stop
from handoff.watch import Watch

GRACE_S = 0.3
AGENT_GRACE_S = 1.5


@pytest.fixture
def quick(settings):
    """Settings in which a customer who is silent for 0.3 s has vanished."""
    return settings.model_copy(update={"customer_grace_s": GRACE_S, "sweep_interval_s": 0.02})


@pytest.fixture
def strict(quick):
    """Settings in which an agent who is silent for a second has."""
    return quick.model_copy(update={"agent_grace_s": AGENT_GRACE_S})


@pytest.fixture
def with_team(redis, quick, stage):
    """Gives the stage a desk of one such team."""

    def make(**rules):
        plan = DeskPlan(teams=(Team(name="support", **rules),))
        stage.desk = Desk(redis, "main", quick, plan)
        return stage.desk

    return make


@asynccontextmanager
async def watching(desk, settings):
    task = asyncio.create_task(Watch(desk, settings).run())
    try:
        yield
    finally:
        await stop(task)


async def seen(stage, kind, nth=1):
    """Wait until the transcript has the nth event of this kind, and return it."""
    async with asyncio.timeout(20):
        while True:
            found = [event for event in await stage.desk.events("c1") if event.type.value == kind]
            if len(found) >= nth:
                return found[nth - 1]
            await asyncio.sleep(0.02)


async def test_a_customer_who_goes_frees_the_agents_place_and_finds_the_chat_again(
    with_team, stage, quick
):
    desk = with_team(capacity=1, customer_away_s=0.1)
    await desk.heartbeat("ann", "Ann", "socket")
    await stage.with_agent()
    await desk.customer_here(["c1"])
    async with watching(desk, quick):
        away = await seen(stage, "customer_away")
        closed = await seen(stage, "closed")
    assert closed.at - away.at >= 100
    assert closed.data == {"by": "system", "reason": "customer_left"}
    assert await desk.mine("ann") == []
    await desk.heartbeat("ann", "Ann", "socket")
    await stage.with_agent("c2")  # the place is free
    await desk.say("c1", "m1", "I am back")
    assert (await desk.conversation("c1")).owner is Owner.BOT
    assert (await stage.types())[-2:] == ["reopened", "message"]
    assert (await stage.taken()).outcome is Outcome.CUSTOMER_LEFT


async def test_the_time_with_a_customer_who_left_is_handling_time(with_team, stage, quick):
    desk = with_team(customer_away_s=0.01)
    await stage.with_agent()
    await desk.customer_here(["c1"])
    async with watching(desk, quick):
        await seen(stage, "closed")
    (team,) = (await desk.figures()).teams
    assert (team.handling.count, team.abandoned.count) == (1, 0)


async def test_a_customer_who_goes_during_a_turn_that_hands_off_is_noticed(with_team, stage, quick):
    desk = with_team(customer_away_s=0.1)
    await stage.with_bot()
    await desk.say("c1", "m1", "I want a person")
    await desk.customer_here(["c1"])
    async with watching(desk, quick):
        await asyncio.sleep(2 * GRACE_S)
        await desk.bot_failed(await stage.taken(), "no answer")
        await seen(stage, "closed")


async def test_silence_of_both_sides_is_an_event_and_so_is_the_end_of_patience(
    with_team, stage, quick
):
    desk = with_team(idle_s=0.05, patience_s=0.1)
    await stage.with_agent()
    async with watching(desk, quick):
        assert (await seen(stage, "idle")).data == {"waiting_for": "agent"}
        await desk.hand_back("c1", "ann", "Ann")
        await desk.set_status("ann", Status.OFFLINE)
        await desk.request_human("c1")
        assert (await seen(stage, "unserved")).data == {"outcome": "nobody_there"}


async def test_after_an_outage_everybody_has_the_grace_time_to_come_back(
    redis, strict, stage, monkeypatch
):
    """Nobody could be heard while Redis was away: their chats are not taken from them for that."""
    desk = stage.desk = Desk(redis, "main", strict)
    await stage.with_agent()

    async def fails():
        raise Unavailable("away")

    with monkeypatch.context() as away:
        away.setattr(desk, "sweep", fails)
        away.setattr(desk, "note_idle", fails)
        async with watching(desk, strict):
            await redis.zincrby("{main}:agents", -60_000, "ann")
            await asyncio.sleep(1.2 * AGENT_GRACE_S)
            away.undo()
            await asyncio.sleep(AGENT_GRACE_S / 4)
            assert (await desk.conversation("c1")).agent == "ann"
            again = await seen(stage, "queued", nth=2)
    assert again.data["again"]


async def test_a_watch_that_begins_gives_everybody_the_grace_time(strict, redis, stage):
    desk = stage.desk = Desk(redis, "main", strict)
    await stage.with_agent()
    await redis.zincrby("{main}:agents", -60_000, "ann")  # while nothing ran
    async with watching(desk, strict):
        await asyncio.sleep(AGENT_GRACE_S / 4)
        assert (await desk.conversation("c1")).agent == "ann"
        assert (await seen(stage, "queued", nth=2)).data["again"]
