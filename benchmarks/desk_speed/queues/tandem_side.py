"""The desk: `worker URL` claims what waits, `produce URL ONE_BY_ONE AT_ONCE` asks for a person."""

from __future__ import annotations

import asyncio
import itertools
import os
import sys

import redis.asyncio
from pydantic import SecretStr

from benchmarks.desk_speed.queues.producer import TAKEN, WARM, note, produce
from handoff.desk import Desk
from handoff.errors import Refused
from handoff.routing import DeskPlan, Team
from handoff.settings import Settings
from handoff.store.connection import connect

CAPACITY = 1000
TEAM = "support"
_FRONT = 4
_AT_ONCE = 64
PLAN = DeskPlan(teams=(Team(name=TEAM, capacity=CAPACITY),))


def _desk(url: str) -> Desk:
    settings = Settings(redis_url=url, secret_key=SecretStr("bench" * 8))
    return Desk(connect(url), settings.desk, settings, PLAN)


async def _work(url: str) -> None:
    """Claim one conversation after the other, the first of the line first."""
    desk, told = _desk(url), redis.asyncio.Redis.from_url(url)
    claims = itertools.count()
    async with desk.doorbell() as doorbell:
        with doorbell.listen_all() as bell:
            while True:
                waiting = await desk.waiting(TEAM, _FRONT)
                if not waiting:
                    await bell.wait()
                for conversation in waiting:
                    number = next(claims)
                    agent = f"agent-{os.getpid()}-{number // CAPACITY}"
                    if number % CAPACITY == 0:
                        await desk.heartbeat(agent, "Ann", "socket")
                    try:
                        await desk.claim(conversation.id, agent, "Ann")
                    except Refused:  # the other worker was first
                        continue
                    await told.rpush(TAKEN, note(conversation.id))


async def _produce(url: str, one_by_one: int, at_once: int) -> None:
    desk = _desk(url)
    names = [f"warm{number}" for number in range(WARM)]
    names += [f"single{number}" for number in range(one_by_one)]
    names += [f"many{number}" for number in range(at_once)]
    for start in range(0, len(names), _AT_ONCE):
        await asyncio.gather(*(desk.open(one, "Ada") for one in names[start : start + _AT_ONCE]))
    await produce(url, desk.request_human, one_by_one, at_once)


if __name__ == "__main__":
    role, url, *numbers = sys.argv[1:]
    if role == "produce":
        asyncio.run(_produce(url, int(numbers[0]), int(numbers[1])))
    else:
        asyncio.run(_work(url))
