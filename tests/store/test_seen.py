"""Positions of what was delivered and read: they only move on, and never past what there is."""

import random

import pytest

from handoff.errors import BadRequest, UnknownConversation
from handoff.model import Position


async def talk(desk, stage, messages=3):
    """A conversation with Ann in which the customer wrote so often; the ids of the messages."""
    await stage.with_agent()
    return [await desk.say("c1", f"m{n}", f"text {n}") for n in range(messages)]


async def positions(desk):
    seen = (await desk.conversation("c1")).seen
    return seen.customer, seen.agent


async def test_nobody_has_seen_anything_at_first(desk, stage):
    await stage.with_bot()
    assert await positions(desk) == (Position(), Position())


async def test_each_side_has_its_own_positions(desk, stage):
    first, second, _ = await talk(desk, stage)
    await desk.seen_by_agent("c1", "ann", delivered=second, read=first)
    await desk.seen_by_customer("c1", delivered=first)
    assert await positions(desk) == (Position(first, None), Position(second, first))


async def test_what_was_read_was_delivered(desk, stage):
    _, second, _ = await talk(desk, stage)
    await desk.seen_by_agent("c1", "ann", read=second)
    assert (await positions(desk))[1] == Position(second, second)


async def test_positions_told_in_any_order_end_at_the_latest(desk, stage):
    ids = await talk(desk, stage, 12)
    chance = random.Random(5)
    told = [(chance.choice(ids), chance.choice([*ids, ""])) for _ in range(60)]
    furthest = Position()
    for delivered, read in told:
        await desk.seen_by_agent("c1", "ann", delivered, read)
        now = (await positions(desk))[1]
        for before, after in ((furthest.delivered, now.delivered), (furthest.read, now.read)):
            assert (after or "0") >= (before or "0")
        furthest = now
    read = max(read for _, read in told)
    assert furthest == Position(max(*(delivered for delivered, _ in told), read), read)


async def test_ids_are_compared_as_numbers(desk, stage, redis):
    await stage.with_agent()
    for event in ("5-9", "5-10"):
        await redis.execute_command("DEL", "{main}:log:c1")
        await redis.xadd("{main}:log:c1", {"type": "reopened", "at": 1, "body": "{}"}, event)
        await desk.seen_by_agent("c1", "ann", read=event)
    await desk.seen_by_agent("c1", "ann", read="5-9")
    assert (await positions(desk))[1].read == "5-10"


async def test_nobody_has_seen_what_is_yet_to_come(desk, stage):
    *_, last = await talk(desk, stage)
    await desk.seen_by_agent("c1", "ann", delivered="99999999999999-0", read=f"{10**19 - 1}-7")
    assert (await positions(desk))[1] == Position(last, last)
    await desk.say("c1", "later", "One more thing")
    assert (await positions(desk))[1] == Position(last, last)


async def test_the_customer_learns_nothing_of_events_they_are_not_told(desk, stage):
    *_, last = await talk(desk, stage)
    note = await desk.note("c1", "ann", "Ann", "n1", "Only for the team")
    await desk.note("c1", "ann", "Ann", "n2", "This too")
    for claimed in (note, "99999999999999-0"):
        await desk.seen_by_customer("c1", delivered=claimed, read=claimed)
        assert (await positions(desk))[0] == Position(last, last)
    await desk.seen_by_agent("c1", "ann", read=note)
    assert (await positions(desk))[1].read == note


async def test_only_who_serves_reads_for_the_team(desk, stage):
    first, second, third = await talk(desk, stage)
    await desk.seen_by_agent("c1", "bob", read=first)
    assert (await positions(desk))[1] == Position()
    await desk.join("c1", "sue", "Sue")
    await desk.seen_by_agent("c1", "sue", read=second)
    assert (await positions(desk))[1].read == second
    await desk.transfer_to_team("c1", "ann", "Ann", "support")
    await desk.seen_by_agent("c1", "bob", read=third)
    assert (await positions(desk))[1].read == third


async def test_a_position_that_moves_rings_once_and_nothing_else_rings(desk, stage):
    first, second, _ = await talk(desk, stage)
    async with desk.doorbell() as doorbell:
        await doorbell.ready()
        with doorbell.listen("c1") as bell:
            while (await bell.wait(0.1)).conversations or (await bell.wait(0.1)).everything:
                pass
            await desk.seen_by_agent("c1", "ann", delivered=second, read=second)
            assert (await bell.wait(2)).conversations == {"c1"}
            await desk.seen_by_agent("c1", "ann", delivered=second, read=first)
            assert not (await bell.wait(0.2)).conversations


async def test_positions_leave_no_event_and_no_key(desk, stage, redis):
    first, *_ = await talk(desk, stage)
    keys, events = set(await redis.keys()), await desk.events("c1")
    await desk.seen_by_agent("c1", "ann", read=first)
    await desk.seen_by_customer("c1", read=first)
    assert set(await redis.keys()) == keys
    assert await desk.events("c1") == events


@pytest.mark.parametrize("position", ["x", "1-2-3", "-", "+", f"{2**64}"])
async def test_what_is_no_position_is_refused(desk, stage, position):
    await stage.with_bot()
    with pytest.raises(BadRequest):
        await desk.seen_by_customer("c1", read=position)


async def test_an_unknown_conversation_stays_unknown(desk, redis):
    with pytest.raises(UnknownConversation):
        await desk.seen_by_customer("gone", read="1-0")
    assert await redis.keys() == []
