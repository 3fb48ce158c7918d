"""Customer, bot turn, claim and hand-back in random interleavings: the bot must not talk over."""

from __future__ import annotations

import asyncio
import random
import sys
from collections.abc import Awaitable
from contextlib import suppress
from typing import Any

import orjson
from pydantic import SecretStr

from benchmarks.soak.checks import replay
from handoff.desk import Desk
from handoff.errors import Refused
from handoff.model import BotReply, EventType, HandoffRequest, Reason, Role
from handoff.settings import Settings
from handoff.store.connection import connect

AT_ONCE = 8


async def takeover(url: str, interleavings: int, processes: int, seed: int) -> dict[str, Any]:
    """Try so many histories in several processes, and sum up what each found."""
    share = -(-interleavings // processes)
    running = [
        await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "benchmarks.soak", "histories", url, str(share), str(seed + n), f"p{n}"),
            stdout=asyncio.subprocess.PIPE,
        )
        for n in range(processes)
    ]
    outputs = [(await process.communicate())[0] for process in running]
    found = [orjson.loads(output) for output in outputs]
    return {"processes": processes} | {name: sum(one[name] for one in found) for name in found[0]}


async def histories(url: str, count: int, seed: int, prefix: str) -> dict[str, int]:
    """Try `count` histories, a few at once, and count what came of them."""
    settings = Settings(redis_url=url, secret_key=SecretStr("soak" * 10))
    one, two = connect(url), connect(url)
    desks = [Desk(redis, "main", settings) for redis in (one, two)]
    found = {"interleavings": 0, "turns_refused": 0, "bot_messages_after_takeover": 0}

    async def some(place: int) -> None:
        chance = random.Random(f"{seed}-{place}")
        for n in range(place, count, AT_ONCE):
            refused = await history(desks, f"{prefix}-{n}", chance, found)
            found["interleavings"] += 1
            found["turns_refused"] += refused
            await one.delete(*[f"{{main}}:{k}:{prefix}-{n}" for k in ("conv", "log", "sent")])
            await one.zrem("{main}:all", f"{prefix}-{n}")

    await asyncio.gather(*(some(place) for place in range(AT_ONCE)))
    await one.aclose()
    await two.aclose()
    return found


async def history(desks: list[Desk], c: str, chance: random.Random, found: dict[str, int]) -> bool:
    """One history: a turn is under way while others act; tells whether the turn was refused."""
    bot, people = desks
    await people.open(c, "Ada")
    await people.heartbeat(f"{c}-a", "Ann", "socket")
    await people.say(c, "m1", "Hello")
    turn = await bot.take_turn(c, "token")
    if turn is None:
        raise RuntimeError("no turn is due")
    wish = HandoffRequest((Reason("anger"),)) if chance.random() < 0.3 else None
    finished = asyncio.create_task(_later(chance, bot.finish_turn(turn, [BotReply("b")], wish)))
    acts: list[Awaitable[object]] = [
        people.request_human(c),
        people.claim(c, f"{c}-a", "Ann"),
        people.reply(c, f"{c}-a", "Ann", "r1", "Hi"),
        people.say(c, "m2", "Are you there?"),
        people.hand_back(c, f"{c}-a", "Ann"),
        people.cancel_handoff(c),
        people.close(c, f"{c}-a", "Ann"),
    ]
    keep = chance.randrange(1, len(acts) + 1)
    for number, act in enumerate(acts):
        if number < keep:
            with suppress(Refused):
                await _later(chance, act)
        else:
            act.close()  # type: ignore[attr-defined]
    refused = await _refused(finished)
    await _settle(people, c)
    events = await people.events(c)
    try:
        replay(events)
    except AssertionError:
        found["bot_messages_after_takeover"] += 1
    spoke = any(event.role is Role.BOT for event in events)
    took_over = any(event.type is EventType.CLAIMED for event in events)
    return refused and took_over and not spoke


async def _later(chance: random.Random, act: Awaitable[object]) -> None:
    for _ in range(chance.randrange(4)):
        await asyncio.sleep(0)
    if chance.random() < 0.3:
        await asyncio.sleep(chance.random() * 0.002)
    await act


async def _refused(task: asyncio.Task[None]) -> bool:
    try:
        await task
    except Refused:
        return True
    return False


async def _settle(desk: Desk, c: str) -> None:
    """Leave nothing of the history behind that other conversations share."""
    for act in (desk.cancel_handoff(c), desk.close(c, f"{c}-a", "Ann")):
        with suppress(Refused):
            await act
