"""A client that does not read costs little, is cut off, and misses and doubles nothing."""

from __future__ import annotations

import asyncio
import itertools
import json
import socket as sockets
from collections.abc import Awaitable, Callable

import pytest
from aiohttp import ClientWebSocketResponse, WSMsgType
from gateway_clients import Frame, Gateway, Socket
from structlog.testing import capture_logs

from handoff.gateway.channel import Channel
from handoff.gateway.limits import Limits

Start = Callable[..., Awaitable[Gateway]]
TEXT = "é" * 4000
BACKLOG = 8
#: Bytes: what is written and not sent, one frame above it, and the frames that wait for the writer.
MOST = 3 * 64 * 1024 + (BACKLOG + 1) * 2 * len(TEXT)


def network(ws: ClientWebSocketResponse) -> asyncio.Transport:
    """The client's end of the connection."""
    transport: asyncio.Transport = ws._conn.transport  # type: ignore[union-attr,assignment]
    return transport


def held(channel: Channel) -> int:
    """Bytes that the gateway keeps for a socket."""
    waiting = sum(len(frame) for frame in channel._outgoing._queue)  # type: ignore[attr-defined]
    assert channel._transport is not None
    return waiting + channel._transport.get_write_buffer_size()


async def what_had_arrived(ws: ClientWebSocketResponse) -> list[Frame]:
    """Read what the network holds of a connection that was cut."""
    network(ws).resume_reading()
    frames: list[Frame] = []
    async with asyncio.timeout(30):
        while (message := await ws.receive()).type is WSMsgType.TEXT:
            frames.append(json.loads(message.data))
    return frames


async def until_cut_off(gateway: Gateway, conversation: str, slow: Socket) -> tuple[int, list[str]]:
    """Write until the socket is cut off; the most that was held for it, and the events."""
    (channel,) = gateway.parts.channels._open
    assert channel._transport is not None
    # The kernel would take megabytes before anything is held here.
    line = channel._transport.get_extra_info("socket")
    line.setsockopt(sockets.SOL_SOCKET, sockets.SO_SNDBUF, 16 * 1024)
    most, said = 0, []
    network(slow.ws).pause_reading()
    with capture_logs() as logs:
        for number in itertools.count():
            said.append(await gateway.parts.desk.say(conversation, f"m{number}", TEXT))
            await asyncio.sleep(0.002)
            most = max(most, held(channel))
            if channel.finished.is_set():
                break
            assert number < 5000, "it was never cut off"
    assert [entry["event"] for entry in logs if entry["log_level"] == "warning"] == ["slow_reader"]
    async with asyncio.timeout(5):
        while gateway.parts.channels._open:  # noqa: ASYNC110 - it is forgotten a moment after it has finished
            await asyncio.sleep(0.01)
    return most, said


@pytest.fixture
async def gateway(start: Start) -> Gateway:
    """A gateway of little patience."""
    return await start(Limits(slow_reader_s=0.3, backlog=BACKLOG, ping_s=600))


async def test_a_customer_who_does_not_read_costs_little_and_resumes(gateway: Gateway) -> None:
    conversation, token = await gateway.open()
    await gateway.parts.desk.request_human(conversation)
    slow = await gateway.customer(token)
    shown = [(await slow.event())["id"]]
    most, said = await until_cut_off(gateway, conversation, slow)
    assert most <= MOST
    said.insert(0, shown[0])
    late = await what_had_arrived(slow.ws)
    shown += [frame["event"]["id"] for frame in late if frame["type"] == "event"]
    async with await gateway.customer(token, after=shown[-1]) as again:
        while len(shown) < len(said):
            shown.append((await again.event())["id"])
        assert [push for push in await again.quiet() if push["type"] == "event"] == []
    assert shown == said


async def test_a_console_that_does_not_read_costs_little_and_resumes(gateway: Gateway) -> None:
    slow = await gateway.agent()
    conversation, _ = await gateway.open()
    await gateway.parts.desk.request_human(conversation)
    await slow.ask("watch", conversation=conversation)
    shown = [(await slow.event())["id"]]
    most, said = await until_cut_off(gateway, conversation, slow)
    assert most <= MOST
    said.insert(0, shown[0])
    late = await what_had_arrived(slow.ws)
    shown += [frame["event"]["id"] for frame in late if frame["type"] == "event"]
    async with await gateway.console() as again:
        await again.ask("watch", conversation=conversation, after=shown[-1])
        while len(shown) < len(said):
            shown.append((await again.event())["id"])
    assert shown == said
