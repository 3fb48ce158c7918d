"""What agents do, on a real server."""

import asyncio

import pytest

from handoff.errors import AlreadyTaken, NotOwner, NotQueued
from handoff.model import BotReply, HandoffRequest, Owner, Reason, Role


async def test_claiming_takes_the_conversation_from_the_queue(desk, stage):
    await stage.queued()
    await stage.arrive("ann")
    await desk.claim("c1", "ann", "Ann")
    conversation = await desk.conversation("c1")
    assert (conversation.owner, conversation.agent, conversation.agent_name) == (
        Owner.AGENT,
        "ann",
        "Ann",
    )
    assert await desk.queue() == []
    assert [summary.conversation for summary in await desk.mine("ann")] == ["c1"]
    event = (await desk.events("c1"))[-1].to_wire()
    assert (event["type"], event["agent"], event["name"]) == ("claimed", "ann", "Ann")


async def test_a_second_claim_is_refused(desk, stage):
    await stage.with_agent(agent="ann")
    with pytest.raises(AlreadyTaken):
        await desk.claim("c1", "bob", "Bob")
    assert (await desk.conversation("c1")).agent == "ann"
    assert await desk.mine("bob") == []


async def test_claiming_ones_own_conversation_again_changes_nothing(desk, stage):
    await stage.with_agent()
    before = await desk.events("c1")
    await desk.claim("c1", "ann", "Ann")
    assert await desk.events("c1") == before
    assert (await desk.conversation("c1")).epoch == 3


@pytest.mark.parametrize("state", ["with_bot", "closed"])
async def test_what_does_not_wait_cannot_be_claimed(desk, stage, state):
    await getattr(stage, state)()
    with pytest.raises(NotQueued):
        await desk.claim("c1", "ann", "Ann")


async def test_of_fifty_claims_at_once_exactly_one_wins(desk, stage):
    await stage.queued()
    await stage.arrive(*(f"agent{n}" for n in range(50)))
    results = await asyncio.gather(
        *(desk.claim("c1", f"agent{n}", f"Agent {n}") for n in range(50)), return_exceptions=True
    )
    winners = [n for n, result in enumerate(results) if result is None]
    assert len(winners) == 1
    assert sum(isinstance(result, AlreadyTaken) for result in results) == 49
    assert (await desk.conversation("c1")).agent == f"agent{winners[0]}"
    assert (await stage.types()).count("claimed") == 1


async def test_a_reply_is_stored_once(desk, stage):
    await stage.with_agent()
    first = await desk.reply("c1", "ann", "Ann", "r1", "Hello, this is Ann.")
    assert await desk.reply("c1", "ann", "Ann", "r1", "Hello, this is Ann.") == first
    assert await stage.said(role=Role.AGENT) == ["Hello, this is Ann."]
    assert (await desk.events("c1"))[-1].data["name"] == "Ann"


async def test_a_reply_sent_again_after_the_end_is_still_acknowledged(desk, stage):
    await stage.with_agent()
    first = await desk.reply("c1", "ann", "Ann", "r1", "Bye")
    await desk.close("c1", "ann", "Ann")
    assert await desk.reply("c1", "ann", "Ann", "r1", "Bye") == first


async def test_customer_and_agents_may_use_the_same_client_id(desk, stage):
    await stage.with_agent()
    ids = {await desk.say("c1", "1", "Hi"), await desk.reply("c1", "ann", "Ann", "1", "Hello")}
    assert len(ids) == 2


@pytest.mark.parametrize("state", ["with_bot", "queued", "with_agent", "closed"])
@pytest.mark.parametrize("action", ["reply", "hand_back", "close"])
async def test_only_the_owner_acts(desk, stage, state, action):
    await getattr(stage, state)()
    before = await desk.conversation("c1")
    further = ["r1", "Hello"] if action == "reply" else []
    with pytest.raises(NotOwner):
        await getattr(desk, action)("c1", "bob", "Bob", *further)
    assert await desk.conversation("c1") == before


async def test_handing_back_gives_the_bot_a_turn_to_say_so(desk, stage):
    await stage.with_agent()
    await desk.say("c1", "m1", "for Ann")
    await desk.hand_back("c1", "ann", "Ann")
    conversation = await desk.conversation("c1")
    assert (conversation.owner, conversation.agent, conversation.waiting_since) == (
        Owner.BOT,
        None,
        None,
    )
    assert await desk.mine("ann") == []
    turn = await stage.taken()
    assert turn.kind == "handed_back"
    assert turn.texts == ()


async def test_what_was_written_to_the_agent_is_not_answered_by_the_bot(desk, stage):
    await stage.with_agent()
    await desk.say("c1", "m1", "for Ann")
    await desk.hand_back("c1", "ann", "Ann")
    await desk.say("c1", "m2", "for the bot")
    turn = await stage.taken()
    await desk.finish_turn(turn, [BotReply("I am back.")])
    turn = await stage.taken()
    assert (turn.kind, turn.texts, turn.fresh) == ("say", ("for the bot",), False)


async def test_closing_ends_the_conversation(desk, stage):
    await stage.with_agent()
    await desk.close("c1", "ann", "Ann")
    conversation = await desk.conversation("c1")
    assert (conversation.owner, conversation.agent) == (Owner.CLOSED, None)
    assert await desk.mine("ann") == []
    event = (await desk.events("c1"))[-1].to_wire()
    assert (event["type"], event["by"], event["name"]) == ("closed", "agent", "Ann")


async def test_the_queue_serves_urgent_first_and_then_who_waits_longest(desk, stage):
    for conversation, priority in [("calm", 5), ("angry", 6), ("broken", 7), ("calm2", 5)]:
        await stage.with_bot(conversation)
        await desk.say(conversation, "m1", "Hello")
        turn = await stage.taken()
        await desk.finish_turn(turn, [], HandoffRequest((Reason("anger"),), priority))
        await asyncio.sleep(0.002)
    expected = ["broken", "angry", "calm", "calm2"]
    assert [summary.conversation for summary in await desk.queue()] == expected
    assert [await desk.position(conversation) for conversation in expected] == [1, 2, 3, 4]
    assert await desk.queue_length() == 4
    assert [summary.conversation for summary in await desk.queue(limit=2)] == expected[:2]


async def test_a_summary_tells_what_an_agent_needs_to_choose(desk, stage):
    await stage.with_bot()
    await desk.say("c1", "m1", "This is the third time I ask!\n" + "really " * 50)
    turn = await stage.taken()
    reason = Reason("anger", "third time")
    await desk.finish_turn(turn, [BotReply("I'll get somebody.")], HandoffRequest((reason,), 6))
    await desk.say("c1", "m2", "This is\nthe third time! " + "really " * 50)
    wire = (await desk.summary("c1")).to_wire()
    assert wire["customer"] == "Ada"
    assert wire["reasons"] == [{"code": "anger", "detail": "third time"}]
    assert (wire["priority"], wire["owner"], wire["agent"]) == (6, "queue", None)
    assert wire["preview"].startswith("This is the third time! really")
    assert len(wire["preview"]) == 120
    assert wire["last_at"] >= wire["waiting_since"]


async def test_agents_who_are_heard_are_present(desk):
    await desk.heartbeat("ann", "Ann", "socket-1")
    (presence,) = await desk.agents()
    assert (presence.agent, presence.name, presence.connection) == ("ann", "Ann", "socket-1")
