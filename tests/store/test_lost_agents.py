"""Agents whose heartbeat stops, and conversations that are over."""

import asyncio
from itertools import chain

import pytest

from handoff.desk import Desk
from handoff.errors import NotAvailable, NotYourTeam
from handoff.model import Owner, Status
from handoff.routing.plan import AgentProfile

DAY_MS = 86_400_000


async def age(redis, agent, by_ms):
    """Make the last heartbeat of an agent older."""
    await redis.zincrby("{main}:agents", -by_ms, agent)


async def test_an_agents_conversations_return_with_their_waiting_time(desk, stage, redis):
    await stage.queued("c1")
    since = (await desk.conversation("c1")).waiting_since
    await stage.arrive("ann")
    await desk.claim("c1", "ann", "Ann")
    await asyncio.sleep(0.01)
    await stage.queued("c2")
    await age(redis, "ann", 31_000)
    assert await desk.sweep() == ["c1"]
    conversation = await desk.conversation("c1")
    assert (conversation.owner, conversation.agent, conversation.waiting_since) == (
        Owner.QUEUE,
        None,
        since,
    )
    assert await desk.position("c1") == 1
    event = (await desk.events("c1"))[-1].to_wire()
    assert (event["type"], event["again"]) == ("queued", True)
    assert event["reasons"] == [{"code": "explicit_request", "detail": ""}]
    assert await desk.mine("ann") == []
    assert await desk.sweep() == []


async def test_an_agent_who_is_heard_keeps_the_conversations(desk, stage, redis):
    await stage.with_agent()
    await age(redis, "ann", 29_000)
    assert await desk.sweep() == []
    await age(redis, "ann", 3_000)
    await desk.heartbeat("ann", "Ann", "socket-1")
    assert await desk.sweep() == []
    assert (await desk.conversation("c1")).agent == "ann"


async def test_only_the_lost_agents_conversations_return(desk, stage, redis):
    await stage.with_agent("c1", "ann")
    await stage.with_agent("c2", "bob")
    await stage.with_agent("c3", "ann")
    await stage.with_agent("c4", "ann")
    await desk.hand_back("c4", "ann", "Ann")
    await age(redis, "ann", 31_000)
    assert sorted(await desk.sweep()) == ["c1", "c3"]
    assert [summary.conversation for summary in await desk.mine("bob")] == ["c2"]


async def test_sweeps_at_the_same_time_return_each_conversation_once(desk, stage, redis):
    for n in range(5):
        await stage.with_agent(f"c{n}")
    await age(redis, "ann", 31_000)
    swept = await asyncio.gather(*(desk.sweep() for _ in range(8)))
    assert sorted(chain.from_iterable(swept)) == [f"c{n}" for n in range(5)]
    assert (await stage.types("c0")).count("queued") == 2


async def test_a_sweep_that_comes_late_leaves_the_next_owner_alone(desk, stage, redis):
    await stage.with_agent("c1", "bob")
    await desk.heartbeat("ann", "Ann", "socket-1")
    await redis.sadd("{main}:chats:ann", "c1")  # as the sweeper read it before bob claimed
    await age(redis, "ann", 31_000)
    assert await desk.sweep() == []
    assert (await desk.conversation("c1")).agent == "bob"


async def test_an_agent_heard_during_a_sweep_keeps_the_conversations(desk, stage, redis):
    await stage.with_agent()
    await age(redis, "ann", 31_000)
    await desk.heartbeat("ann", "Ann", "socket-1")
    assert await desk._sweep_agent("ann") == []  # the sweeper found ann missing before
    assert (await desk.conversation("c1")).agent == "ann"


async def test_a_lost_agent_is_no_longer_present(desk, stage, redis):
    await desk.heartbeat("ann", "Ann", "socket-1")
    await age(redis, "ann", 31_000)
    assert await desk.agents() == []
    await desk.sweep()
    assert await redis.zcard("{main}:agents") == 0
    assert await redis.hlen("{main}:presence") == 0


async def forget(desk, redis, agent):
    """The heartbeat of an agent stops for longer than the grace time."""
    await age(redis, agent, 31_000)
    await desk.sweep()


@pytest.fixture(params=["never seen", "forgotten", "forgotten, but says to be available"])
async def stranger(request, desk, stage, redis):
    """Bob, who is not there."""
    if request.param != "never seen":
        await stage.arrive("bob")
        await forget(desk, redis, "bob")
    if "says" in request.param:
        await desk.set_status("bob", Status.AVAILABLE)
    return "bob"


async def test_who_is_not_there_gets_nothing_in_any_way(desk, stage, stranger):
    await stage.queued("c1")
    await stage.with_agent("c2", "ann")
    for attempt in (
        desk.claim("c1", stranger, "Bob"),
        desk.offer("c1", stranger, "Bob", 60_000),
        desk.transfer_to_agent("c2", "ann", "Ann", stranger),
        desk.offer_to_agent("c2", "ann", "Ann", stranger),
        desk.take_over("c2", stranger, "Bob"),
    ):
        with pytest.raises(NotAvailable):
            await attempt
    assert (await desk.conversation("c1")).owner is Owner.QUEUE
    assert (await desk.conversation("c2")).agent == "ann"
    assert await desk.mine(stranger) == []


async def test_who_was_forgotten_accepts_nothing_until_heard_again(desk, stage, redis):
    await stage.queued()
    await stage.arrive("bob")
    await desk.offer("c1", "bob", "Bob", 60_000)
    await forget(desk, redis, "bob")
    with pytest.raises(NotAvailable):
        await desk.accept("c1", "bob", "Bob")
    assert (await desk.conversation("c1")).owner is Owner.QUEUE
    await stage.arrive("bob")
    await desk.accept("c1", "bob", "Bob")
    assert (await desk.conversation("c1")).agent == "bob"


async def test_who_was_forgotten_is_held_to_the_teams_on_return(desk, stage, redis):
    await stage.queued()
    profile = AgentProfile(teams=("another",), capacity=1)
    await desk.heartbeat("bob", "Bob", "socket", profile)
    await forget(desk, redis, "bob")
    await desk.heartbeat("bob", "Bob", "socket", profile)
    with pytest.raises(NotYourTeam):
        await desk.claim("c1", "bob", "Bob")


@pytest.mark.parametrize("status", [Status.BREAK, Status.AWAY])
async def test_who_comes_back_has_the_status_from_before(desk, stage, redis, status):
    await stage.queued()
    await stage.arrive("ann")
    await desk.set_status("ann", status, "lunch")
    await forget(desk, redis, "ann")
    assert await desk.agents() == []
    await stage.arrive("ann")
    (ann,) = await desk.staff()
    assert (ann.status, ann.reason) == (status, "lunch")
    with pytest.raises(NotAvailable):
        await desk.claim("c1", "ann", "Ann")


async def test_who_was_only_away_for_a_missed_offer_comes_back_as_available(desk, stage, redis):
    await stage.arrive("ann")
    await redis.hset("{main}:agent:ann", mapping={"status": "away", "reason": "missed_offer"})
    await forget(desk, redis, "ann")
    await stage.arrive("ann")
    (ann,) = await desk.staff()
    assert (ann.status, ann.reason) == (Status.AVAILABLE, "")


async def test_a_status_is_remembered_for_a_shift_and_not_while_the_agent_is_there(
    desk, stage, redis
):
    await stage.arrive("ann")
    await forget(desk, redis, "ann")
    left = await redis.pttl("{main}:agent:ann")
    assert DAY_MS / 3 - 10_000 < left <= DAY_MS / 3
    await stage.arrive("ann")
    assert await redis.pttl("{main}:agent:ann") == -1


async def test_a_claim_counts_as_a_heartbeat(desk, stage, redis):
    await stage.queued()
    await stage.arrive("ann")
    await age(redis, "ann", 31_000)
    await desk.claim("c1", "ann", "Ann")
    assert await desk.sweep() == []
    await age(redis, "ann", 31_000)
    assert await desk.sweep() == ["c1"]


async def test_nothing_expires_while_the_conversation_is_open(desk, stage, redis):
    await stage.with_agent()
    await desk.say("c1", "m1", "Hello")
    for kind in ("conv", "log", "sent"):
        assert await redis.pttl(f"{{main}}:{kind}:c1") == -1


async def test_a_closed_conversation_expires_after_the_retention(desk, stage, redis):
    await stage.with_agent()
    await desk.say("c1", "m1", "Hello")
    await desk.close("c1", "ann", "Ann")
    assert await desk.archived("c1", (await desk.events("c1"))[-1].id)
    for kind in ("conv", "log", "sent"):
        left = await redis.pttl(f"{{main}}:{kind}:c1")
        assert 30 * DAY_MS - 10_000 < left <= 30 * DAY_MS


async def test_a_reopened_conversation_does_not_expire(desk, stage, redis):
    await stage.with_agent()
    await desk.reply("c1", "ann", "Ann", "r1", "Bye")
    await desk.close("c1", "ann", "Ann")
    assert await desk.archived("c1", (await desk.events("c1"))[-1].id)
    await desk.say("c1", "m1", "Hello again")
    for kind in ("conv", "log", "sent"):
        assert await redis.pttl(f"{{main}}:{kind}:c1") == -1
    assert await redis.zcard("{main}:closed") == 0


async def test_nothing_is_left_of_an_expired_conversation(stage, redis, settings):
    short = settings.model_copy(update={"closed_retention_days": 0.05 / 86_400})
    desk = Desk(redis, "main", short)
    stage.desk = desk
    await stage.with_bot()
    await desk.say("c1", "m1", "Hello")
    await desk.finish_turn(await stage.taken(), [])
    await stage.closed()
    assert await desk.archived("c1", (await desk.events("c1"))[-1].id)
    await asyncio.sleep(0.1)
    await desk.sweep()
    left = [key async for key in redis.scan_iter() if "c1" in key]
    assert left == []
    assert await redis.zcard("{main}:all") == 0
    assert await redis.zcard("{main}:closed") == 0
