"""Several people on one conversation, and customers who vanish."""

import asyncio

import pytest

from handoff.desk import Desk
from handoff.desk.watch import BATCH
from handoff.errors import (
    AtCapacity,
    BadRequest,
    NotAvailable,
    NotOffered,
    NotOwner,
    NotWithAgent,
)
from handoff.model import Outcome, Owner, Role, Status
from handoff.routing import DeskPlan, Team

PLAN = DeskPlan(
    teams=(
        Team(name="support", capacity=1, customer_away_s=0.05, idle_s=0.05),
        Team(name="billing", capacity=1),
    )
)
#: What the state of a conversation says that an agent of the other team has.
BILLED = {"owner": "agent", "agent": "bob", "team": "billing"}


@pytest.fixture
def desk(redis, settings):
    return Desk(redis, "main", settings, PLAN)


@pytest.fixture
async def served(desk, stage):
    """Ann serves c1; Bob is there."""
    for agent in ("ann", "bob"):
        await desk.heartbeat(agent, agent.title(), "socket")
    return await stage.with_agent("c1", "ann")


async def owner(desk):
    conversation = await desk.conversation("c1")
    return conversation.owner, conversation.agent


async def test_a_warm_transfer_waits_for_the_other_to_accept(desk, served):
    await desk.offer_to_agent("c1", "ann", "Ann", "bob", "He knows the product.")
    assert await owner(desk) == (Owner.AGENT, "ann")
    await desk.reply("c1", "ann", "Ann", "r1", "One moment, please")
    offered = (await desk.events("c1"))[-2].to_wire()
    assert (offered["type"], offered["from_name"], offered["note"]) == (
        "offered",
        "Ann",
        "He knows the product.",
    )
    await desk.accept("c1", "bob", "Bob")
    assert await owner(desk) == (Owner.AGENT, "bob")
    assert [len(await desk.mine(agent)) for agent in ("ann", "bob")] == [0, 1]


async def test_a_warm_transfer_is_declined_or_taken_back(desk, served):
    await desk.offer_to_agent("c1", "ann", "Ann", "bob")
    await desk.decline("c1", "bob", "Bob")
    assert await owner(desk) == (Owner.AGENT, "ann")
    await desk.offer_to_agent("c1", "ann", "Ann", "bob")
    with pytest.raises(NotOffered):
        await desk.take_back("c1", "bob", "Bob")
    await desk.take_back("c1", "ann", "Ann")
    with pytest.raises(NotOffered):
        await desk.accept("c1", "bob", "Bob")


async def test_a_cold_transfer_to_an_agent_is_done_at_once(desk, served):
    await desk.transfer_to_agent("c1", "ann", "Ann", "bob", "Yours")
    assert await owner(desk) == (Owner.AGENT, "bob")
    assert (await desk.conversation("c1")).agent_name == "Bob"
    with pytest.raises(NotOwner):
        await desk.reply("c1", "ann", "Ann", "r1", "Hello")


@pytest.mark.parametrize("warm", [True, False])
async def test_nothing_is_passed_to_who_cannot_take_it(desk, stage, served, warm):
    pass_on = desk.offer_to_agent if warm else desk.transfer_to_agent
    for missing in ("nobody", "ann"):
        with pytest.raises(NotAvailable):
            await pass_on("c1", "ann", "Ann", missing)
    with pytest.raises(NotOwner):
        await pass_on("c1", "bob", "Bob", "ann")
    await desk.set_status("bob", Status.BREAK)
    with pytest.raises(NotAvailable):
        await pass_on("c1", "ann", "Ann", "bob")
    await desk.set_status("bob", Status.AVAILABLE)
    await stage.with_agent("c2", "bob")
    with pytest.raises(AtCapacity):
        await pass_on("c1", "ann", "Ann", "bob")
    assert await owner(desk) == (Owner.AGENT, "ann")


@pytest.mark.parametrize("warm", [True, False])
async def test_nothing_is_passed_to_somebody_whose_name_is_not_known(desk, redis, served, warm):
    """Who comes back between the look for the name and the script has none yet."""
    await redis.hdel("{main}:presence", "bob")
    with pytest.raises(NotAvailable):
        await (desk.offer_to_agent if warm else desk.transfer_to_agent)("c1", "ann", "Ann", "bob")
    assert await owner(desk) == (Owner.AGENT, "ann")


async def test_a_transfer_to_a_team_keeps_the_waiting_time(desk, served):
    since = (await desk.conversation("c1")).waiting_since
    with pytest.raises(BadRequest):
        await desk.transfer_to_team("c1", "ann", "Ann", "nowhere")
    await desk.transfer_to_team("c1", "ann", "Ann", "billing", "An invoice")
    conversation = await desk.conversation("c1")
    assert (conversation.owner, conversation.wait.team) == (Owner.QUEUE, "billing")
    assert conversation.waiting_since == since
    assert await desk.position("c1") == 1
    await desk.claim("c1", "bob", "Bob")


async def test_a_supervisor_joins_speaks_and_leaves(desk, served, stage):
    with pytest.raises(NotOwner):
        await desk.reply("c1", "sue", "Sue", "r0", "Hello")
    for _ in range(2):
        await desk.join("c1", "sue", "Sue")
    await desk.reply("c1", "sue", "Sue", "r1", "I am with you too")
    await desk.reply("c1", "ann", "Ann", "r2", "Good")
    assert await stage.said(role=Role.AGENT) == ["I am with you too", "Good"]
    for _ in range(2):
        await desk.leave("c1", "sue", "Sue")
    with pytest.raises(NotOwner):
        await desk.reply("c1", "sue", "Sue", "r3", "Still here?")
    assert (await stage.types()).count("joined") == (await stage.types()).count("left") == 1


async def test_everybody_leaves_with_the_end_of_the_agents_part(desk, served):
    await desk.join("c1", "sue", "Sue")
    await desk.hand_back("c1", "ann", "Ann")
    assert (await desk.conversation("c1")).guests == ()
    with pytest.raises(NotWithAgent):
        await desk.join("c1", "sue", "Sue")


async def test_a_supervisor_takes_over(desk, served, stage):
    await stage.arrive("sue")
    await desk.take_over("c1", "sue", "Sue")
    await desk.take_over("c1", "sue", "Sue")
    assert await owner(desk) == (Owner.AGENT, "sue")
    with pytest.raises(NotOwner):
        await desk.reply("c1", "ann", "Ann", "r1", "Hello")
    assert await desk.mine("ann") == []


async def test_taking_over_needs_an_agent_to_take_it_from(desk, stage):
    await stage.queued()
    with pytest.raises(NotWithAgent):
        await desk.take_over("c1", "sue", "Sue")


async def test_a_note_is_stored_once(desk, served, stage):
    first = await desk.note("c1", "sue", "Sue", "n1", "Offer a refund")
    assert await desk.note("c1", "sue", "Sue", "n1", "Offer a refund") == first
    assert (await stage.types()).count("note") == 1


async def vanish(desk, redis):
    """The sockets of the customer fall silent."""
    await desk.customer_here(["c1"])
    await redis.zincrby("{main}:here", -60_000, "c1")
    return await desk.mark_absent_customers(30_000)


async def test_however_many_stay_the_customer_behind_them_is_marked(desk, served, redis, stage):
    stay = [f"bot{n}" for n in range(2 * BATCH)]
    for conversation in stay:
        await stage.with_bot(conversation)
        await desk.say(conversation, "m1", "Hello")  # a turn is under way
    await redis.zadd("{main}:here", dict.fromkeys(stay, 1))
    assert await vanish(desk, redis) == ["c1"]
    assert await redis.zcard("{main}:here") == len(stay)


async def test_a_customer_who_vanishes_is_marked_and_then_let_go(desk, served, redis, stage):
    await desk.customer_here(["c1"])
    assert await desk.mark_absent_customers(30_000) == []
    assert await vanish(desk, redis) == ["c1"]
    assert (await desk.summary("c1")).wait.away
    assert await desk.abandon() == []
    await asyncio.sleep(0.06)
    assert await desk.abandon() == ["c1"]
    assert (await stage.types())[-2:] == ["customer_away", "closed"]
    assert (await desk.events("c1"))[-1].data["reason"] == "customer_left"
    assert await desk.mine("ann") == []
    await desk.say("c1", "m1", "I am back")
    assert (await desk.conversation("c1")).owner is Owner.BOT
    turn = await stage.taken()
    assert (turn.fresh, turn.outcome) == (True, Outcome.CUSTOMER_LEFT)


async def test_a_customer_who_comes_back_in_time_is_not_let_go(desk, served, redis, stage):
    await vanish(desk, redis)
    await desk.customer_here(["c1"])
    await asyncio.sleep(0.06)
    assert await desk.abandon() == []
    assert (await stage.types())[-1] == "customer_back"
    assert (await desk.summary("c1")).wait.away is None


async def test_who_waits_and_vanishes_frees_the_place_in_the_line(desk, stage, redis):
    await stage.queued()
    assert await vanish(desk, redis) == ["c1"]
    await asyncio.sleep(0.06)
    assert await desk.abandon() == ["c1"]
    assert (await desk.queue_length(), await desk.position("c1")) == (0, None)


async def test_who_left_a_message_need_not_stay(desk, stage, redis):
    await stage.with_bot()
    await desk.leave_message("c1", "ada@example.com", "Call me")
    assert await vanish(desk, redis) == []
    assert await desk.queue_length() == 1


async def test_silence_is_noted_once_with_who_is_waited_for(desk, served, stage):
    await asyncio.sleep(0.06)
    assert await desk.note_idle() == ["c1"]
    assert (await desk.events("c1"))[-1].data == {"waiting_for": "agent"}
    await asyncio.sleep(0.06)
    assert await desk.note_idle() == []
    await desk.reply("c1", "ann", "Ann", "r1", "Sorry")
    assert await desk.note_idle() == []
    await asyncio.sleep(0.06)
    assert await desk.note_idle() == ["c1"]
    assert (await desk.events("c1"))[-1].data == {"waiting_for": "customer"}


async def test_however_many_may_be_silent_for_longer_others_silence_is_noted(
    desk, served, stage, redis
):
    others = [f"long{n}" for n in range(BATCH)]
    for conversation in others:
        await stage.with_bot(conversation)
    silent = await redis.time()
    await redis.zadd("{main}:talk", dict.fromkeys(others, (silent[0] - 1) * 1000))
    for conversation in others:
        await redis.hset(f"{{main}}:conv:{conversation}", mapping=BILLED)
    await asyncio.sleep(0.06)
    assert await desk.note_idle() == ["c1"]


async def test_holders_who_change_all_the_time_stop_nobody(desk, served, stage):
    """Two supervisors take over from whoever has it at the moment."""
    await stage.arrive("sue", "tom")
    await asyncio.gather(*(desk.take_over("c1", name, name) for name in ("sue", "tom")))
    _, agent = await owner(desk)
    assert agent in {"sue", "tom"}
    assert [len(await desk.mine(one)) for one in ("ann", agent)] == [0, 1]
