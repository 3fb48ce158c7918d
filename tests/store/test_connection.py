"""Connections to Redis are few, however many commands come at a time."""

import asyncio

from handoff.store.connection import CONNECTIONS, connect


async def test_more_commands_than_connections_wait_for_one(redis_url):
    redis = connect(redis_url)
    keys = [f"many:{number}" for number in range(4 * CONNECTIONS)]
    try:
        assert all(await asyncio.gather(*(redis.set(key, "here") for key in keys)))
        assert await asyncio.gather(*(redis.getdel(key) for key in keys)) == ["here"] * len(keys)
        mine = [one for one in await redis.client_list() if one["cmd"] in {"set", "getdel"}]
        assert len(mine) <= CONNECTIONS
    finally:
        await redis.aclose()


async def test_text_is_read_as_bytes_where_that_is_asked_for(redis_url):
    redis = connect(redis_url, text=False)
    try:
        await redis.set("kind", "bytes")
        assert await redis.getdel("kind") == b"bytes"
    finally:
        await redis.aclose()
