"""Offers, capacity, status, and the dispatcher that makes offers."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from handoff.desk import Desk
from handoff.dispatcher import TICK_S, Dispatcher
from handoff.errors import (
    AtCapacity,
    NotAvailable,
    NotOffered,
    NotYourTeam,
    PickingNotAllowed,
    Refused,
    Unavailable,
)
from handoff.model import Owner, Status
from handoff.routing import DeskPlan, Team
from handoff.routing.plan import AgentProfile
from handoff.tasks import stop

LASTS_MS = 60_000
PLAN = DeskPlan(
    teams=(Team(name="support", strategy="longest_idle", picking=False, capacity=2, wrap_up_s=60),)
)


@pytest.fixture
def desk(redis, settings):
    return Desk(redis, "main", settings, PLAN)


@pytest.fixture
def dispatcher(desk):
    return Dispatcher(desk, desk.doorbell(), PLAN)


async def arrive(desk, *agents):
    for agent in agents:
        await desk.heartbeat(agent, agent.title(), "socket")
        await asyncio.sleep(0.002)


async def offered(desk, conversation="c1"):
    offer = (await desk.conversation(conversation)).offer
    return offer and offer.agent


async def nth(desk, kind, n):
    """Wait until the transcript has the nth event of this kind, and return it."""
    async with asyncio.timeout(10):
        while True:
            found = [one for one in await desk.events("c1") if one.type.value == kind]
            if len(found) >= n:
                return found[n - 1]
            await asyncio.sleep(0.02)


@asynccontextmanager
async def working(desk):
    """A dispatcher at work, as every gateway has one."""
    doorbell = desk.doorbell()
    async with doorbell:
        task = asyncio.create_task(Dispatcher(desk, doorbell, PLAN).run())
        try:
            yield
        finally:
            await stop(task)


async def load(desk, agent):
    return next(one.load for one in await desk.staff() if one.agent == agent)


async def test_nobody_bypasses_a_team_that_forbids_picking(desk, stage):
    await arrive(desk, "ann")
    await stage.queued()
    with pytest.raises(PickingNotAllowed):
        await desk.claim("c1", "ann", "Ann")
    assert (await desk.conversation("c1")).owner is Owner.QUEUE


async def test_an_offer_is_accepted(desk, stage, dispatcher):
    await arrive(desk, "ann", "bob")
    await stage.queued()
    await dispatcher.round()
    assert (await offered(desk), await load(desk, "ann")) == ("ann", 1)
    assert await desk.position("c1") == 1
    with pytest.raises(NotOffered):
        await desk.accept("c1", "bob", "Bob")
    await desk.accept("c1", "ann", "Ann")
    await desk.accept("c1", "ann", "Ann")
    conversation = await desk.conversation("c1")
    assert (conversation.owner, conversation.agent, conversation.offer) == ("agent", "ann", None)
    assert (await load(desk, "ann"), await desk.queue_length()) == (1, 0)


async def test_a_declined_offer_goes_to_the_next_and_keeps_its_place(desk, stage, dispatcher):
    await arrive(desk, "ann", "bob")
    await stage.queued("c1")
    await dispatcher.round()
    await desk.decline("c1", "ann", "Ann")
    assert (await load(desk, "ann"), await desk.position("c1")) == (0, 1)
    await dispatcher.round()
    assert await offered(desk) == "bob"
    await desk.decline("c1", "bob", "Bob")
    await dispatcher.round()
    assert await offered(desk) is None  # everybody declined just now


async def test_who_declined_is_asked_again_when_everybody_has(desk, stage, dispatcher, redis):
    await arrive(desk, "ann")
    await stage.queued()
    await dispatcher.round()
    await desk.decline("c1", "ann", "Ann")
    await redis.hincrby("{main}:conv:c1", "declined_at", -11_000)
    await dispatcher.round()
    assert await offered(desk) == "ann"


async def test_an_offer_that_is_not_answered_goes_on_and_the_agent_is_away(
    desk, stage, dispatcher, redis
):
    await arrive(desk, "ann", "bob")
    await stage.queued()
    await dispatcher.round()
    await redis.zadd("{main}:offers", {"c1": 1})
    with pytest.raises(NotOffered):
        await desk.accept("c1", "ann", "Ann")
    await dispatcher.round()
    assert await offered(desk) == "bob"
    (ann,) = [one for one in await desk.staff() if one.agent == "ann"]
    assert (ann.status, ann.reason, ann.load) == (Status.AWAY, "missed_offer", 0)


async def test_an_offer_that_ended_while_nobody_served_is_held_against_nobody(
    desk, stage, dispatcher, redis
):
    await arrive(desk, "ann")
    await stage.queued()
    await dispatcher.round()
    await redis.zadd("{main}:offers", {"c1": 1})
    async with working(desk):
        assert (await nth(desk, "declined", 1)).data["by"] == "outage"
        await nth(desk, "offered", 2)
    await blameless(desk)


async def test_an_offer_that_ended_while_redis_was_away_is_held_against_nobody(
    desk, stage, redis, monkeypatch
):
    async def fails(_served_s):
        raise Unavailable("away")

    await arrive(desk, "ann")
    async with working(desk):
        await stage.queued()
        await nth(desk, "offered", 1)
        with monkeypatch.context() as away:
            away.setattr(desk, "end_offers", fails)
            await redis.zadd("{main}:offers", {"c1": 1})
            await asyncio.sleep(1.5 * TICK_S)
        assert (await nth(desk, "declined", 1)).data["by"] == "outage"
        await nth(desk, "offered", 2)
    await blameless(desk)


async def blameless(desk):
    (ann,) = await desk.staff()
    assert (ann.status, ann.load, await offered(desk)) == (Status.AVAILABLE, 1, "ann")
    (team,) = (await desk.figures()).teams
    assert (team.expired, team.declined) == (0, 0)


async def test_agents_get_what_they_can_hold_and_no_more(desk, stage, dispatcher):
    await arrive(desk, "ann", "bob")
    for n in range(7):
        await stage.queued(f"c{n}")
    await dispatcher.round()
    assert [await offered(desk, f"c{n}") for n in range(7)] == ["ann", "bob"] * 2 + [None] * 3
    for n in range(4):
        await desk.accept(f"c{n}", await offered(desk, f"c{n}"), "x")
    with pytest.raises(AtCapacity):
        await desk.offer("c5", "ann", "Ann", LASTS_MS)


@pytest.mark.parametrize("status", [Status.AWAY, Status.BREAK, Status.OFFLINE])
async def test_who_is_not_available_gets_nothing_and_keeps_what_there_is(
    desk, stage, dispatcher, status
):
    await arrive(desk, "ann")
    await stage.queued("c1")
    await dispatcher.round()
    await desk.accept("c1", "ann", "Ann")
    await desk.set_status("ann", status, "lunch")
    await stage.queued("c2")
    await dispatcher.round()
    assert await offered(desk, "c2") is None
    assert (await desk.outlooks())["support"].availability == "nobody"
    await desk.reply("c1", "ann", "Ann", "r1", "Still here")
    await desk.set_status("ann", Status.AVAILABLE)
    await dispatcher.round()
    assert await offered(desk, "c2") == "ann"


async def test_after_a_conversation_comes_the_wrap_up(desk, stage, dispatcher):
    await arrive(desk, "ann")
    await stage.queued("c1")
    await dispatcher.round()
    await desk.accept("c1", "ann", "Ann")
    await desk.close("c1", "ann", "Ann")
    await stage.queued("c2")
    await dispatcher.round()
    assert await offered(desk, "c2") is None
    with pytest.raises(NotAvailable):
        await desk.offer("c2", "ann", "Ann", LASTS_MS)
    await desk.set_status("ann", Status.AVAILABLE)  # ready before the time is over
    await dispatcher.round()
    assert await offered(desk, "c2") == "ann"


async def test_several_dispatchers_offer_each_conversation_once(desk, stage):
    await arrive(desk, "ann", "bob", "cyd")
    for n in range(9):
        await stage.queued(f"c{n}")
    await asyncio.gather(*(Dispatcher(desk, desk.doorbell(), PLAN).round() for _ in range(5)))
    assert [(await stage.types(f"c{n}")).count("offered") for n in range(9)] == [1] * 6 + [0] * 3
    assert [one.load for one in await desk.staff()] == [2, 2, 2]


async def test_an_agent_who_vanishes_holds_no_offer_for_longer_than_it_lasts(
    desk, stage, dispatcher, redis
):
    await arrive(desk, "ann")
    await stage.queued()
    await dispatcher.round()
    await redis.zincrby("{main}:agents", -60_000, "ann")
    await desk.sweep()
    await redis.zadd("{main}:offers", {"c1": 1})
    await arrive(desk, "bob")
    await dispatcher.round()
    assert await offered(desk) == "bob"
    assert await redis.hgetall("{main}:reserved") == {"bob": "1"}


async def test_who_picks_is_held_to_team_status_and_capacity(redis, settings, stage):
    desk = Desk(redis, "main", settings, DeskPlan(teams=(Team(name="a", capacity=1),)))
    stage.desk = desk
    profile = AgentProfile(teams=("b",), capacity=1)
    await desk.heartbeat("bob", "Bob", "socket", profile)
    await stage.queued("c1")
    with pytest.raises(NotYourTeam):
        await desk.claim("c1", "bob", "Bob")
    await arrive(desk, "ann")
    await desk.set_status("ann", Status.BREAK)
    with pytest.raises(NotAvailable):
        await desk.claim("c1", "ann", "Ann")
    await desk.set_status("ann", Status.AVAILABLE)
    await desk.claim("c1", "ann", "Ann")
    await stage.queued("c2")
    with pytest.raises(AtCapacity):
        await desk.claim("c2", "ann", "Ann")


async def test_of_many_conversations_claimed_at_once_an_agent_gets_as_many_as_allowed(
    redis, settings, stage
):
    desk = Desk(redis, "main", settings, DeskPlan(teams=(Team(name="a", capacity=3),)))
    stage.desk = desk
    await arrive(desk, "ann")
    for n in range(20):
        await stage.queued(f"c{n}")
    outcomes = await asyncio.gather(
        *(desk.claim(f"c{n}", "ann", "Ann") for n in range(20)), return_exceptions=True
    )
    assert sum(outcome is None for outcome in outcomes) == 3
    assert all(isinstance(outcome, AtCapacity) for outcome in outcomes if outcome)


async def test_a_pick_wins_over_an_offer_to_somebody_else(redis, settings, stage):
    team = Team(name="a", strategy="longest_idle", capacity=1)
    desk = Desk(redis, "main", settings, DeskPlan(teams=(team,)))
    stage.desk = desk
    await arrive(desk, "ann", "bob")
    await stage.queued()
    await desk.offer("c1", "ann", "Ann", LASTS_MS)
    await desk.claim("c1", "bob", "Bob")
    with pytest.raises(Refused):
        await desk.accept("c1", "ann", "Ann")
    assert (await desk.conversation("c1")).agent == "bob"
    assert await load(desk, "ann") == 0


async def test_the_dispatcher_works_by_itself(desk, stage):
    async with working(desk):
        await arrive(desk, "ann")
        await stage.queued()
        await nth(desk, "offered", 1)
