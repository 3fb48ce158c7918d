"""Runs in Rasa's own environment: one connection to the action server serves many calls."""

from __future__ import annotations

import asyncio

from aiohttp import web
from rasa.utils.endpoints import EndpointConfig

from bot import kept_sessions, verdict_policy


async def connections_of(calls):
    """Call a real server and count the connections it saw."""
    seen = set()

    async def answer(request):
        seen.add(request.transport.get_extra_info("peername"))
        return web.json_response({"got": await request.json()})

    app = web.Application()
    app.router.add_post("/webhook", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = site._server.sockets[0].getsockname()[1]
    endpoint = EndpointConfig(f"http://127.0.0.1:{port}/webhook")
    try:
        for number in range(calls):
            assert await endpoint.request(json={"n": number}) == {"got": {"n": number}}
        return len(seen)
    finally:
        await endpoint._kept[1].close()
        await runner.cleanup()


def test_loading_the_policy_keeps_sessions_open():
    assert verdict_policy.kept_sessions is kept_sessions
    assert EndpointConfig.session is kept_sessions.kept_session


def test_one_connection_serves_many_calls():
    assert asyncio.run(connections_of(5)) == 1


def test_a_new_event_loop_gets_a_session_of_its_own():
    assert asyncio.run(connections_of(1)) == 1
    assert asyncio.run(connections_of(1)) == 1
