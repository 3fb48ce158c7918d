from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from gateway_clients import Gateway
from redis.asyncio import Redis
from structlog.testing import capture_logs

from handoff.errors import Unavailable, UnknownConversation
from handoff.gateway.together import Together


class Teller:
    """Doubles numbers; refuses odd ones, and everything while it is broken."""

    def __init__(self) -> None:
        self.calls: list[list[int]] = []
        self.was_called = asyncio.Event()
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self.broken = False

    async def __call__(self, questions: Sequence[int]) -> list[int | Exception]:
        self.calls.append(list(questions))
        self.was_called.set()
        await self.may_answer.wait()
        if self.broken:
            raise ConnectionError("away")
        return [ValueError(f"{one}") if one % 2 else 2 * one for one in questions]


async def test_what_is_asked_during_a_call_becomes_the_next_one() -> None:
    teller = Teller()
    together = Together(teller, most=100)
    teller.may_answer.clear()
    first = asyncio.create_task(together.get(0))
    await teller.was_called.wait()
    others = [asyncio.create_task(together.get(n)) for n in (2, 4, 2)]
    await asyncio.sleep(0)
    teller.may_answer.set()
    assert await asyncio.gather(first, *others) == [0, 4, 8, 4]
    assert teller.calls == [[0], [2, 4]]
    assert await together.get(0) == 0
    assert teller.calls[-1] == [0], "an answer is not kept for later questions"


async def test_no_call_has_more_questions_than_allowed() -> None:
    teller = Teller()
    together = Together(teller, most=3)
    assert await asyncio.gather(*(together.get(2 * n) for n in range(8))) == [
        4 * n for n in range(8)
    ]
    assert [len(call) for call in teller.calls] == [3, 3, 2]


async def test_an_error_reaches_whom_it_is_for_and_a_failed_call_everybody() -> None:
    teller = Teller()
    together = Together(teller, most=100)
    found = await asyncio.gather(together.get(1), together.get(2), return_exceptions=True)
    assert isinstance(found[0], ValueError)
    assert found[1] == 4
    teller.broken = True
    found = await asyncio.gather(together.get(2), together.get(4), return_exceptions=True)
    assert [type(one) for one in found] == [ConnectionError] * 2
    teller.broken = False
    assert await together.get(2) == 4


async def test_who_leaves_takes_nothing_from_the_others() -> None:
    teller = Teller()
    together = Together(teller, most=100)
    teller.may_answer.clear()
    leaving, staying = (asyncio.create_task(together.get(2)) for _ in range(2))
    await asyncio.sleep(0)
    leaving.cancel()
    teller.may_answer.set()
    assert await staying == 4
    with pytest.raises(asyncio.CancelledError):
        await leaving


async def test_views_of_many_conversations_are_each_their_own(
    gateway: Gateway, redis: Redis
) -> None:
    glance, desk = gateway.parts.glance, gateway.parts.desk
    names = [f"c{n}" for n in range(250)]
    for name in names:
        await desk.open(name, f"Customer {name}")
    await desk.request_human("c1")
    said = await desk.say("c1", "m1", "Hello")
    (queued, _) = await desk.events("c1")
    await redis.hset("{main}:conv:broken", "id", "broken")
    asked = [(name, "0") for name in names]
    asked += [("nobody", "0"), ("broken", "0"), ("c1", queued.id)]
    found = await asyncio.gather(
        *(glance.view(name, after, 10) for name, after in asked), return_exceptions=True
    )
    *views, nobody, broken, later = found
    assert [view.conversation.customer for view in views] == [f"Customer {n}" for n in names]
    assert [view.position for view in views] == [None, 1] + [None] * 248
    assert [event.id for event in views[1].events] == [queued.id, said]
    assert [event.id for event in later.events] == [said]
    assert isinstance(nobody, UnknownConversation)
    assert isinstance(broken, KeyError)


async def test_a_view_that_redis_refuses_is_unavailable_and_logged(
    gateway: Gateway, redis: Redis
) -> None:
    await gateway.parts.desk.open("c1", "Ada")
    await redis.set("{main}:log:c1", "no stream")
    with capture_logs() as logs, pytest.raises(Unavailable):
        await gateway.parts.glance.view("c1", "0", 10)
    (line,) = [one for one in logs if one["event"] == "redis_refused"]
    assert line["error"].startswith("WRONGTYPE")
