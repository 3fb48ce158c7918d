"""The doorbell rings for everything new, and again after Redis was away."""

import asyncio

import pytest

from handoff.errors import NotQueued
from handoff.model import BotReply, HandoffRequest, Reason, Role
from handoff.store.doorbell import Bell, Ring


@pytest.fixture
async def doorbell(desk):
    async with desk.doorbell() as bell:
        await bell.ready()
        yield bell


async def settled(bell):
    """Swallow what rang while the stage was set."""
    while await bell.wait(0.1) != Ring():
        pass


async def test_every_change_of_a_conversation_rings(desk, stage, redis, doorbell):
    await stage.with_bot()
    await stage.arrive("ann", "bob")

    async def finish():
        await desk.finish_turn(await stage.taken(), [], HandoffRequest((Reason("anger"),)))

    async def lose_agent():
        await redis.zincrby("{main}:agents", -60_000, "ann")
        assert await desk.sweep() == ["c1"]

    changes = [
        lambda: desk.say("c1", "m1", "Hello"),
        finish,
        lambda: desk.cancel_handoff("c1"),
        lambda: desk.request_human("c1"),
        lambda: desk.claim("c1", "ann", "Ann"),
        lambda: desk.reply("c1", "ann", "Ann", "r1", "Hello"),
        lose_agent,
        lambda: desk.claim("c1", "bob", "Bob"),
        lambda: desk.hand_back("c1", "bob", "Bob"),
        lambda: desk.request_human("c1"),
        lambda: desk.claim("c1", "bob", "Bob"),
        lambda: desk.close("c1", "bob", "Bob"),
        lambda: desk.say("c1", "m2", "Hello again"),
    ]
    with doorbell.listen("c1") as bell, doorbell.listen_all() as of_all:
        for number, change in enumerate(changes):
            await change()
            assert (await bell.wait(2)).conversations == {"c1"}, f"change {number}"
            assert (await of_all.wait(2)).conversations == {"c1"}, f"change {number}"


async def test_a_refusal_rings_nobody(desk, stage, doorbell):
    await stage.with_bot()
    with doorbell.listen_all() as bell:
        with pytest.raises(NotQueued):
            await desk.claim("c1", "ann", "Ann")
        ring = await bell.wait(0.1)
    assert not ring.conversations
    assert not ring.everything


async def test_a_listener_hears_only_its_conversation(desk, stage, doorbell):
    await stage.with_bot("c1")
    await stage.with_bot("c2")
    with doorbell.listen("c1") as bell, doorbell.listen("c1") as twin:
        await desk.say("c2", "m1", "Hello")
        await desk.say("c1", "m1", "Hello")
        assert (await bell.wait(2)).conversations == {"c1"}
        assert (await twin.wait(2)).conversations == {"c1"}


async def test_rings_between_two_looks_are_merged(desk, stage, doorbell):
    await stage.with_bot()
    with doorbell.listen("c1") as bell, doorbell.listen_all() as witness:
        for n in range(50):
            await desk.say("c1", f"m{n}", "Hello")
        await settled(witness)
        assert (await bell.wait(2)).conversations == {"c1"}
        assert (await bell.wait(0.05)).conversations == frozenset()


async def test_typing_is_heard_and_never_stored(desk, stage, redis, doorbell):
    await stage.with_bot()
    keys = {key async for key in redis.scan_iter()}
    with doorbell.listen("c1") as bell, doorbell.listen("c2") as other:
        await desk.typing("c1", Role.AGENT)
        ring = await bell.wait(2)
        assert ring.typing == {("c1", Role.AGENT)}
        assert ring.conversations == frozenset()
        assert (await other.wait(0.05)).typing == frozenset()
    assert {key async for key in redis.scan_iter()} == keys
    assert await desk.events("c1") == []


async def test_desks_do_not_hear_each_other(desk, redis, settings, doorbell):
    from handoff.desk import Desk

    other = Desk(redis, "other", settings)
    await other.open("c1", "Ada")
    with doorbell.listen_all() as bell:
        await other.say("c1", "m1", "Hello")
        assert (await bell.wait(0.1)).conversations == frozenset()
    assert await desk.queue() == []


async def test_everybody_is_rung_after_the_connection_was_lost(desk, stage, redis, doorbell):
    await stage.with_bot()
    with doorbell.listen("c1") as bell, doorbell.listen_all() as of_all:
        await redis.execute_command("CLIENT", "KILL", "TYPE", "pubsub")
        assert (await bell.wait(5)).everything
        assert (await of_all.wait(5)).everything
        await settled(bell)
        await desk.say("c1", "m1", "Hello")
        assert (await bell.wait(2)).conversations == {"c1"}


async def test_leaving_stops_listening(desk, doorbell):
    with doorbell.listen("c1"):
        pass
    assert doorbell._of_one == {}


async def test_a_failed_turn_rings(desk, stage, doorbell):
    await stage.with_bot()
    await desk.say("c1", "m1", "Hello")
    turn = await stage.taken()
    with doorbell.listen("c1") as bell:
        await bell.wait(0.2)
        await desk.finish_turn(turn, [BotReply("Hi")])
        assert (await bell.wait(2)).conversations == {"c1"}


async def test_leaving_at_any_moment_ends_for_certain(desk):
    async with asyncio.timeout(20):
        for moment in range(150):
            async with desk.doorbell():
                for _ in range(moment % 30):
                    await asyncio.sleep(0)


@pytest.mark.parametrize("payload", ["", "not JSON", '["c1"]', '["c1", "king"]', "5"])
async def test_what_no_desk_sent_deafens_nobody(desk, stage, redis, doorbell, payload):
    await stage.with_bot()
    with doorbell.listen("c1") as bell:
        await redis.publish("{main}:typing", payload)
        assert (await bell.wait(5)).everything
        await settled(bell)
        await desk.say("c1", "m1", "Hello")
        assert (await bell.wait(2)).conversations == {"c1"}


async def test_whoever_gives_up_waiting_still_hears_the_next_ring():
    bell = Bell()
    waiting = asyncio.create_task(bell.wait())
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert await bell.wait(0.01) == Ring()
    bell.ring("c1")
    bell.ring_staff()
    assert await bell.wait() == Ring(conversations=frozenset({"c1"}), staff=True)
    waiting = asyncio.create_task(bell.wait())
    await asyncio.sleep(0)
    bell.ring("c2")
    bell.ring("c3")
    assert (await waiting).conversations == {"c2", "c3"}
