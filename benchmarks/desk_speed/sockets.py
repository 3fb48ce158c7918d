"""What an idle socket costs, and how long it takes until everybody is back."""

from __future__ import annotations

from typing import Any

from benchmarks.desk_speed.process import allow_sockets, median_of, order, running
from benchmarks.desk_speed.scene import Scene, scene
from handoff.model import dump
from handoff.store.connection import connect
from handoff.store.keys import Keys


async def measure(count: int, rounds: int) -> dict[str, Any]:
    """Memory of `count` idle customers' sockets, and all of them coming back at once."""
    allow_sockets(count)
    async with scene() as stage, running("-m", "benchmarks.desk_speed.crowd", talks=True) as crowd:
        customers = await stage.customers(0, count)
        await _warm(stage, crowd)
        before = stage.rss()
        opened = await order(crowd, "open", port=stage.port, customers=customers, agents=[])
        memory = stage.rss() - before
        back = []
        for _ in range(rounds):
            await order(crowd, "cut")
            await _write_to_all(stage, [name for name, _ in customers])
            started = stage.cpu_s()
            told = await order(crowd, "come_back", at_once=count)
            back.append({**told, "gateway_cpu_s": stage.cpu_s() - started})
    return {
        "sockets": count,
        "kb_a_socket": round(memory / 1000 / count, 1),
        "gathered_in_s": opened["took_s"],
        "reconnect": median_of(back),
    }


async def _warm(stage: Scene, crowd: Any) -> None:
    """Let one customer come first, so that what is loaded once is not counted as a socket's."""
    first = await stage.customers(10**9, 1)
    await order(crowd, "open", port=stage.port, customers=first, agents=[])
    await order(crowd, "forget")


async def _write_to_all(stage: Scene, names: list[str]) -> None:
    """Store a message of the bot in each conversation, as a turn would."""
    body = dump({"role": "bot", "text": "Your parcel has left our house."})
    redis, keys = connect(stage.settings.redis_url), Keys(stage.settings.desk)
    async with redis.pipeline(transaction=False) as pipe:
        for name in names:
            pipe.xadd(keys.log(name), {"type": "message", "at": 1, "body": body})
        await pipe.execute()
    await redis.aclose()
