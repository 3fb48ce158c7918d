"""One process of a crowd: all that a gateway process does, and the people behind its sockets.

As in a gateway there are the dispatcher that offers conversations, the watch that looks for agents
and customers who are gone and for times that are over, the doorbell, and bot workers that take,
finish and adopt turns. All of it dies with the process in the middle of whatever it does.
"""

from __future__ import annotations

import asyncio
import itertools
import random
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress

from pydantic import SecretStr
from redis.asyncio import Redis
from redis.exceptions import RedisError

from handoff.desk import Desk
from handoff.dispatcher import Dispatcher
from handoff.errors import Refused, Unavailable
from handoff.log import configure_logging
from handoff.model import BotReply, HandoffRequest, Reason, Status
from handoff.routing import DeskPlan, Team
from handoff.settings import Settings
from handoff.store.connection import connect
from handoff.watch import Watch

CAPACITY = 2
AGENTS = [f"agent{n}" for n in range(50)]
CONVERSATIONS = [f"c{n}" for n in range(150)]
OPERATIONS = "soak:operations"
LOST_REDIS = 3
"""Exit code of a process that cannot reach Redis."""
PLAN = DeskPlan(
    teams=(
        Team(name="pick", capacity=CAPACITY, patience_s=3),
        Team(
            name="offer",
            capacity=CAPACITY,
            strategy="least_busy",
            picking=False,
            accept_timeout_s=0.2,
            skills=("hard",),
        ),
    )
)


def settings_for(url: str) -> Settings:
    """Settings with graces so short that every loss is noticed during a trial."""
    return Settings(
        redis_url=url, secret_key=SecretStr("soak" * 10), agent_grace_s=1.0, sweep_interval_s=0.3
    )


class Crowd:
    """Acts until cancelled or killed; every operation is counted in Redis."""

    def __init__(self, redis: Redis, settings: Settings, agents: list[str], seed: int) -> None:
        self.desk = Desk(redis, settings.desk, settings, PLAN)
        self._redis = redis
        self._settings = settings
        self._agents = agents
        self._random = random.Random(seed)
        self._numbers = itertools.count(seed << 32)
        self._count = 0

    async def run(self) -> None:
        """Act."""
        await self.desk.prepare_turns()
        async with self.desk.doorbell() as doorbell:
            await asyncio.gather(
                *(self._forever(self._agent, name) for name in self._agents),
                *(self._forever(self._customer) for _ in range(6)),
                *(self._forever(self._bot) for _ in range(2)),
                Dispatcher(self.desk, doorbell, PLAN).run(),
                Watch(self.desk, self._settings).run(),
                self._report(),
            )

    async def _forever(self, act: Callable[..., Awaitable[None]], *args: str) -> None:
        while True:
            with suppress(Refused):
                await act(*args)
            await asyncio.sleep(0)

    async def _do(self, *operations: Awaitable[object]) -> None:
        for operation in operations:
            self._count += 1
            with suppress(Refused):
                await operation

    async def _report(self) -> None:
        while True:
            await asyncio.sleep(0.1)
            done, self._count = self._count, 0
            await self._redis.incrby(OPERATIONS, done)

    async def _customer(self) -> None:
        desk, c, n = self.desk, self._random.choice(CONVERSATIONS), next(self._numbers)
        action = self._random.random()
        if action < 0.5:
            await self._do(desk.say(c, f"m{n}", f"m{n}"))
        elif action < 0.85:
            await self._do(desk.request_human(c))
        elif action < 0.95:
            await self._do(desk.cancel_handoff(c))
        else:
            await self._do(desk.leave_message(c, "ada@example.com", "Call me"))

    async def _bot(self) -> None:
        for scheduled in await self.desk.read_turns(f"w{next(self._numbers)}", 4, 20):
            turn = await self.desk.take_turn(
                scheduled.conversation, f"t{next(self._numbers)}", scheduled.entry
            )
            await asyncio.sleep(self._random.random() * 0.01)
            wish = HandoffRequest((Reason("anger"),), self._random.randrange(10), skills=("hard",))
            if turn:
                asks = wish if self._random.random() < 0.4 else None
                await self._do(self.desk.finish_turn(turn, [BotReply("answer")], asks))
        self._count += len(await self.desk.adopt_turns("adopter", 4, 1000))

    async def _agent(self, name: str) -> None:
        desk, chance = self.desk, self._random
        await self._do(desk.heartbeat(name, name, "socket"))
        if chance.random() < 0.1:
            status = chance.choice([Status.AVAILABLE] * 3 + [Status.BREAK])
            await self._do(desk.set_status(name, status))
        for c in await self._front():
            await self._do(desk.claim(c, name, name))
        for c in await self._offers_to(name):
            answer = desk.accept if chance.random() < 0.8 else desk.decline
            await self._do(answer(c, name, name))
        for summary in await desk.mine(name):
            await self._with_own(summary.conversation, name)
        if chance.random() < 0.05:
            await self._do(desk.take_over(chance.choice(CONVERSATIONS), name, name))

    async def _front(self) -> list[str]:
        """A few of those that everybody wants."""
        waiting = list(map(str, await self._redis.zrange("{main}:line:pick", 0, 4)))
        return self._random.sample(waiting, min(2, len(waiting)))

    async def _offers_to(self, name: str) -> list[str]:
        offers = list(map(str, await self._redis.zrange("{main}:offers", 0, -1)))
        async with self._redis.pipeline(transaction=False) as pipe:
            for c in offers:
                pipe.hget(f"{{main}}:conv:{c}", "offer")
            agents = await pipe.execute()
        return [c for c, agent in zip(offers, agents, strict=True) if agent == name]

    async def _with_own(self, c: str, name: str) -> None:
        desk, n = self.desk, next(self._numbers)
        other = self._random.choice(AGENTS)
        await self._do(desk.reply(c, name, name, f"r{n}", f"r{n}"))
        ends: list[Callable[[], Awaitable[object]]] = [
            lambda: desk.hand_back(c, name, name),
            lambda: desk.close(c, name, name),
            lambda: desk.transfer_to_agent(c, name, name, other),
            lambda: desk.transfer_to_team(c, name, name, self._random.choice(PLAN.names)),
            lambda: desk.offer_to_agent(c, name, name, other),
        ]
        if self._random.random() < 0.5:
            await self._do(self._random.choice(ends)())


async def crowd(url: str, agents: list[str], seed: int) -> None:
    """Be one process of the crowd until killed; ends with `LOST_REDIS` if Redis is gone."""
    configure_logging("critical", as_json=False)
    redis = connect(url)
    try:
        await Crowd(redis, settings_for(url), agents, seed).run()
    except (RedisError, OSError, Unavailable):
        raise SystemExit(LOST_REDIS) from None


if __name__ == "__main__":
    asyncio.run(crowd(sys.argv[1], sys.argv[3:], int(sys.argv[2])))
