"""One listener's bell: it merges what rings, and never grows."""

import asyncio

from handoff.model import Role
from handoff.store.doorbell import MAX_REMEMBERED, Bell, Ring


async def test_silence_ends_with_an_empty_ring():
    assert await Bell().wait(0.01) == Ring()


async def test_what_rang_before_the_look_is_not_missed():
    bell = Bell()
    bell.ring("c1")
    bell.ring("c2")
    bell.ring("c1")
    bell.show_typing("c1", Role.AGENT)
    assert await bell.wait() == Ring(frozenset({"c1", "c2"}), frozenset({("c1", Role.AGENT)}))
    assert await bell.wait(0.01) == Ring()


async def test_a_waiting_listener_is_woken():
    bell = Bell()
    waiting = asyncio.create_task(bell.wait(5))
    await asyncio.sleep(0)
    bell.ring("c1")
    assert (await waiting).conversations == {"c1"}


async def test_too_many_rings_become_everything():
    bell = Bell()
    for n in range(MAX_REMEMBERED * 3):
        bell.ring(f"c{n}")
        bell.show_typing(f"c{n}", Role.CUSTOMER)
    ring = await bell.wait()
    assert ring.everything
    assert ring.conversations == frozenset()
    assert len(ring.typing) == MAX_REMEMBERED
    bell.ring("c1")
    assert await bell.wait() == Ring(frozenset({"c1"}))
