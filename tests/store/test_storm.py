"""Everybody at once, with real workers: the guarantees hold under load too."""

import asyncio
import random
from contextlib import suppress

from handoff.desk import Desk
from handoff.errors import Refused
from handoff.model import Owner, Role
from handoff.rasa_client import RasaClient
from handoff.store.connection import connect
from handoff.turns import TurnWorkers

CONVERSATIONS = [f"c{n}" for n in range(8)]


class Crowd:
    """Customers, agents and a sweeper who act at random and remember what was acknowledged."""

    def __init__(self, desk, redis, seed):
        self.desk, self.redis, self.random = desk, redis, random.Random(seed)
        self.said = {c: [] for c in CONVERSATIONS}
        self.replied = {c: [] for c in CONVERSATIONS}

    async def customer(self, c):
        for n in range(12):
            action = self.random.choice([self.write] * 4 + [self.ask, self.leave])
            with suppress(Refused):
                await action(c, n)
            await asyncio.sleep(self.random.random() * 0.03)

    async def write(self, c, n):
        text = f"{c} m{n}"
        ids = await asyncio.gather(*(self.desk.say(c, f"m{n}", text) for _ in range(2)))
        assert len(set(ids)) == 1
        self.said[c].append(text)

    async def ask(self, c, _):
        await self.desk.request_human(c)

    async def leave(self, c, _):
        await self.desk.cancel_handoff(c)

    async def agent(self, name):
        for n in range(30):
            await self.desk.heartbeat(name, name, "socket")
            for summary in await self.desk.queue(3):
                with suppress(Refused):
                    await self.desk.claim(summary.conversation, name, name)
            for c in [summary.conversation for summary in await self.desk.mine(name)]:
                with suppress(Refused):
                    text = f"{name} r{n}"
                    await self.desk.reply(c, name, name, f"{c}-{n}", text)
                    self.replied[c].append(text)
                    end = self.random.choice([self.desk.hand_back, self.desk.close, None])
                    if end:
                        await end(c, name, name)
            await asyncio.sleep(self.random.random() * 0.02)

    async def misfortune(self):
        for _ in range(10):
            await asyncio.sleep(0.04)
            agent = self.random.choice(["ann", "bob", "cyd"])
            if await self.redis.zscore("{main}:agents", agent):
                await self.redis.zincrby("{main}:agents", -60_000, agent)
            await self.desk.sweep()


async def test_the_guarantees_hold_in_a_storm(
    redis_url, stage, settings, *, stand_in, redis, replay
):
    for c in CONVERSATIONS:
        await stage.with_bot(c)
    stand_in.hold_s = 0.01
    connections = [connect(redis_url) for _ in range(2)]
    async with RasaClient(stand_in.url) as rasa:
        workers = [TurnWorkers(Desk(c, "main", settings), rasa, settings) for c in connections]
        tasks = [asyncio.create_task(worker.run()) for worker in workers]
        crowd = Crowd(stage.desk, redis, seed=2)
        await asyncio.gather(
            *(crowd.customer(c) for c in CONVERSATIONS),
            *(crowd.agent(name) for name in ("ann", "bob", "cyd")),
            crowd.misfortune(),
        )
        async with asyncio.timeout(10):
            while await redis.xlen("{main}:turns"):  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        for worker in workers:
            worker.stop()
        await asyncio.gather(*tasks)
    queue = {summary.conversation for summary in await stage.desk.queue()}
    for c in CONVERSATIONS:
        events = await stage.desk.events(c)
        conversation = await stage.desk.conversation(c)
        assert replay(events) == (conversation.owner, conversation.epoch)
        assert [e.text for e in events if e.role is Role.CUSTOMER] == crowd.said[c]
        assert sorted(e.text for e in events if e.role is Role.AGENT) == sorted(crowd.replied[c])
        assert (c in queue) == (conversation.owner is Owner.QUEUE)
        assert not conversation.bot_thinking
        answers = "\n".join(e.text for e in events if e.role is Role.BOT).split("\n")
        lines = [line.removeprefix("You said: ") for line in answers if " m" in line]
        assert len(lines) == len(set(lines)), "a message was answered twice"
    for connection in connections:
        await connection.aclose()
