"""The process that plays everybody: `python -m benchmarks.desk_speed.crowd`, orders on its input.

One order a line, as JSON, and one line of JSON in answer; so the parent can look at the gateway
between two of them.
"""

from __future__ import annotations

import asyncio
import itertools
import random
import statistics
import sys
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any

import orjson
import uvloop

from benchmarks.desk_speed.people import PING_S, Agent, Customer, Log, Person
from benchmarks.desk_speed.process import figures_ms

OPENING = 100
"""Handshakes at a time while a crowd gathers."""
SETTLE_S = 1.5
"""From the last handshake to the first message, and from the last message to the count."""
LONGEST_S = 20.0
TEXT = "It was to come on Tuesday, and the parcel has not moved since; order 48213, please look."


class Crowd:
    """Everybody, and what they are told to do."""

    def __init__(self) -> None:
        self.port = 0
        self.customers: list[Customer] = []
        self.agents: list[Agent] = []
        self.log = Log()
        self._numbers = itertools.count()
        self._pinging: set[asyncio.Task[None]] = set()

    async def open(
        self, port: int, customers: Sequence[Sequence[str]], agents: Sequence[Any]
    ) -> dict[str, Any]:
        """Let further people come."""
        self.port = port
        came = [Customer(self.log, *one) for one in customers]
        staff = [Agent(self.log, *one) for one in agents]
        started = time.perf_counter()
        await _some_at_a_time([one.open for one in came], port)
        await _some_at_a_time([one.open for one in staff], port)
        took = time.perf_counter() - started
        self.customers += came
        self.agents += staff
        for person in [*came, *staff]:
            task = asyncio.create_task(self._keep_pinging(person))
            self._pinging.add(task)
        await asyncio.sleep(SETTLE_S)
        return {"sockets": len(self.customers) + len(self.agents), "took_s": round(took, 3)}

    async def talk(self, rate: float, seconds: float) -> dict[str, Any]:
        """Let agents and those they serve write `rate` messages a second, at random moments."""
        by_name = {one.conversation: one for one in self.customers}
        pairs = [(by_name[c], agent, c) for agent in self.agents for c in agent.conversations]
        self._start_anew()
        chance = random.Random(1)
        writing: list[asyncio.Task[None]] = []
        started = due = time.perf_counter()
        while (due := due + chance.expovariate(rate)) < started + seconds:
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            client_id = f"m{next(self._numbers)}"
            self.log.due[client_id] = due
            customer, agent, name = chance.choice(pairs)
            coming: Coroutine[Any, Any, None] = (
                customer.say(client_id, TEXT)
                if len(writing) % 2
                else agent.reply(name, client_id, TEXT)
            )
            writing.append(asyncio.create_task(coming))
        took = time.perf_counter() - started
        ended = await asyncio.gather(*writing, return_exceptions=True)
        refused = sum(isinstance(one, Exception) for one in ended)
        await self._until(lambda: len(self.log.seen) >= len(writing) - refused)
        return {"refused": refused, **self._told(len(writing), took)}

    async def forget(self) -> dict[str, Any]:
        """Let everybody leave for good."""
        for person in [*self.customers, *self.agents]:
            person.cut()
        self.customers, self.agents = [], []
        await asyncio.sleep(SETTLE_S)
        return {}

    async def cut(self) -> dict[str, Any]:
        """Let all customers lose their connections."""
        for customer in self.customers:
            customer.text.clear()
            customer.cut()
        await asyncio.sleep(SETTLE_S)
        return {}

    async def come_back(self, at_once: int) -> dict[str, Any]:
        """Let all customers connect again, `at_once` at a time; each was written to meanwhile."""
        started = time.perf_counter()
        back: list[float] = []
        hear: list[float] = []

        async def one(customer: Customer) -> None:
            await customer.open(self.port)
            back.append(time.perf_counter() - started)
            await customer.text.wait()
            hear.append(time.perf_counter() - started)

        opening = [one(customer) for customer in self.customers]
        await asyncio.wait_for(_bounded(opening, at_once), 6 * LONGEST_S)
        return {
            "sockets": len(hear),
            "all_back_s": round(max(back), 3),
            "all_hear_s": round(max(hear), 3),
            "median_hears_s": round(statistics.median(hear), 3),
        }

    def _start_anew(self) -> None:
        self.log = Log()
        for person in [*self.customers, *self.agents]:
            person.log = self.log

    def _told(self, messages: int, took: float) -> dict[str, Any]:
        log = self.log
        seen = [number for number in log.accepted if number in log.seen]
        return {
            "messages": messages,
            "per_s": round(messages / took, 1),
            "unseen": len(log.accepted.keys() - log.seen.keys()),
            "doubled": log.doubled,
            "sockets_lost": sum(one.lost for one in [*self.customers, *self.agents]),
            "due_to_seen": figures_ms(log.seen[n] - log.due[n] for n in seen),
            "sent_to_accepted": figures_ms(log.accepted[n] - log.sent[n] for n in seen),
            "accepted_to_seen": figures_ms(max(0, log.seen[n] - log.accepted[n]) for n in seen),
            "client_late": figures_ms(log.sent[n] - log.due[n] for n in seen),
            "ping": figures_ms(log.pings),
        }

    async def _keep_pinging(self, person: Person) -> None:
        await asyncio.sleep(random.random() * PING_S)
        while True:
            if not person.lost:
                await person.ping()
            await asyncio.sleep(PING_S)

    async def _until(self, true: Callable[[], bool]) -> None:
        deadline = time.perf_counter() + LONGEST_S
        while not true() and time.perf_counter() < deadline:  # noqa: ASYNC110 (cheap)
            await asyncio.sleep(0.01)
        await asyncio.sleep(SETTLE_S)


async def _some_at_a_time(opens: list[Callable[[int], Awaitable[None]]], port: int) -> None:
    await _bounded([open_it(port) for open_it in opens], OPENING)


async def _bounded(work: Sequence[Awaitable[None]], at_once: int) -> None:
    room = asyncio.Semaphore(at_once)

    async def one(item: Awaitable[None]) -> None:
        async with room:
            await item

    await asyncio.gather(*(one(item) for item in work))


async def main() -> None:
    """Carry out orders until the input ends."""
    crowd = Crowd()
    known = (crowd.open, crowd.talk, crowd.forget, crowd.cut, crowd.come_back)
    orders = {one.__name__: one for one in known}
    while line := await asyncio.to_thread(sys.stdin.buffer.readline):
        order = orjson.loads(line)
        answer = await orders[order.pop("do")](**order)
        sys.stdout.buffer.write(orjson.dumps(answer) + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    uvloop.run(main())
