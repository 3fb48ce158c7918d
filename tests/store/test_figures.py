"""The scripts count what happens, in the step in which it does."""

from __future__ import annotations

import re
from pathlib import Path

import handoff.store
from handoff.metrics import BOUNDS_MS
from handoff.store.scripts import source

MOVES = Path(handoff.store.__file__).parent / "moves.lua"


def test_scripts_and_metrics_agree_on_the_buckets():
    (listed,) = re.findall(r"BOUNDS = \{([^}]*)\}", MOVES.read_text(encoding="utf-8"))
    assert tuple(map(int, listed.split(","))) == BOUNDS_MS
    assert "BOUNDS" in source("close")


async def one(desk):
    (team,) = (await desk.figures()).teams
    return team


async def backdate(redis, conversation, **fields):
    for field, ms in fields.items():
        key = f"{{main}}:conv:{conversation}"
        await redis.hset(key, field, int(await redis.hget(key, field)) - ms)


async def test_durations_fall_into_their_buckets(desk, stage, redis):
    await stage.queued()
    await backdate(redis, "c1", waiting_since=45_000)
    await stage.arrive("ann")
    await desk.claim("c1", "ann", "Ann")
    await desk.reply("c1", "ann", "Ann", "r1", "Hello")
    await desk.reply("c1", "ann", "Ann", "r2", "Are you there?")
    await backdate(redis, "c1", claimed_at=100_000_000)
    await desk.close("c1", "ann", "Ann")
    team = await one(desk)
    assert team.wait.under == {60_000: 1}
    assert 45_000 <= team.wait.total_ms < 55_000
    assert team.first_response.under == {60_000: 1}
    assert team.handling.under == {None: 1}


async def test_who_was_never_answered_has_no_first_response(desk, stage):
    await stage.closed()
    team = await one(desk)
    assert (team.handling.count, team.first_response.count) == (1, 0)


async def test_whoever_leaves_the_queue_is_counted_as_abandoned(desk, stage, redis):
    await stage.queued("c1")
    await desk.cancel_handoff("c1")
    await stage.queued("c2")
    await redis.hset("{main}:conv:c2", "away", 1)
    await redis.zadd("{main}:gone", {"c2": 1})
    assert await desk.abandon() == ["c2"]
    assert (await one(desk)).abandoned.count == 2


async def test_offers_that_are_refused_or_not_answered_are_counted(desk, stage, redis):
    await stage.queued()
    for agent in ("ann", "bob", "cleo"):
        await desk.heartbeat(agent, agent.title(), "socket")
    await desk.offer("c1", "ann", "Ann", 60_000)
    await desk.decline("c1", "ann", "Ann")
    await desk.offer("c1", "bob", "Bob", 60_000)
    await redis.zadd("{main}:offers", {"c1": 1})
    assert await desk.end_offers() == ["c1"]
    team = await one(desk)
    assert (team.declined, team.expired) == (1, 1)


async def test_who_waits_is_counted(desk, stage, redis, monkeypatch):
    monkeypatch.setattr("handoff.desk.figures.PAGE", 1)
    assert ((await one(desk)).waiting, (await one(desk)).longest_wait_ms) == (0, 0)
    for n in range(4):
        await stage.queued(f"c{n}")
    await backdate(redis, "c2", waiting_since=90_000)
    team = await one(desk)
    assert team.waiting == 4
    assert 90_000 <= team.longest_wait_ms < 100_000
