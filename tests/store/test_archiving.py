"""A closed conversation waits for the archive, and expires only once the archive has it."""

from __future__ import annotations

import pytest

KINDS = ("conv", "log", "sent")


async def ttls(redis, conversation="c1"):
    return [await redis.pttl(f"{{main}}:{kind}:{conversation}") for kind in KINDS]


async def last(desk, conversation="c1"):
    return (await desk.events(conversation))[-1].id


@pytest.fixture
async def closed(desk, stage):
    await stage.with_agent()
    await desk.say("c1", "m1", "Hello")
    await desk.close("c1", "ann", "Ann")
    return "c1"


async def test_what_the_archive_lacks_does_not_expire(desk, redis, closed):
    assert await desk.to_archive(10) == [closed]
    assert await desk.count_to_archive() == 1
    assert await ttls(redis) == [-1, -1, -1]


async def test_a_customer_who_left_waits_for_the_archive_too(desk, stage, redis):
    await stage.with_agent()
    await redis.hset("{main}:conv:c1", "away", 1)
    await redis.zadd("{main}:gone", {"c1": 1})
    assert await desk.abandon() == ["c1"]
    assert await desk.to_archive(10) == ["c1"]
    assert await ttls(redis) == [-1, -1, -2]


async def test_what_the_archive_has_waits_no_more(desk, redis, closed):
    assert await desk.archived(closed, await last(desk))
    assert await desk.to_archive(10) == []
    assert min(await ttls(redis)) > 0


async def test_an_event_after_the_archived_ones_keeps_the_conversation(desk, redis, closed):
    upto = await last(desk)
    await desk.note(closed, "ann", "Ann", "n1", "To be called")
    assert not await desk.archived(closed, upto)
    assert await desk.to_archive(10) == [closed]
    assert await ttls(redis) == [-1, -1, -1]


async def test_a_note_on_an_archived_conversation_is_archived_as_well(desk, redis, closed):
    await desk.archived(closed, await last(desk))
    await desk.note(closed, "ann", "Ann", "n1", "To be called")
    assert await desk.to_archive(10) == [closed]
    assert await ttls(redis) == [-1, -1, -1]
    assert await redis.zcard("{main}:closed") == 0


async def test_a_reopened_conversation_is_archived_when_it_is_closed_again(desk, stage, closed):
    upto = await last(desk)
    await desk.say(closed, "m2", "One more thing")
    assert await desk.transcript(closed) is None
    assert not await desk.archived(closed, upto)
    assert await desk.to_archive(10) == []
    await stage.desk.request_human(closed)
    await stage.arrive("ann")
    await desk.claim(closed, "ann", "Ann")
    await desk.close(closed, "ann", "Ann")
    assert await desk.to_archive(10) == [closed]


async def test_a_transcript_has_every_event(desk, closed, monkeypatch):
    monkeypatch.setattr("handoff.desk.archiving.PAGE", 1)
    transcript = await desk.transcript(closed)
    assert [event.type.value for event in transcript.events] == [
        "queued",
        "claimed",
        "message",
        "closed",
    ]
    assert transcript.upto == await last(desk)


async def test_what_redis_has_forgotten_waits_no_more(desk, redis, closed):
    await redis.delete(*(f"{{main}}:{kind}:c1" for kind in KINDS))
    assert await desk.transcript(closed) is None
    assert not await desk.archived(closed, "0-0")
    assert await desk.to_archive(10) == []
