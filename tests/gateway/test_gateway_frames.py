from __future__ import annotations

import json

import pytest
from aiohttp import WSMsgType
from gateway_clients import Gateway, Refusal, Socket

from handoff.gateway.limits import Limits

NOT_FRAMES = [
    "",
    "   ",
    "hello",
    "[]",
    "[1, 2]",
    '"text"',
    "null",
    "{}",
    '{"type": "ping"}',
    '{"id": null, "type": "ping"}',
    '{"id": true, "type": "ping"}',
    '{"id": 1.5, "type": "ping"}',
    '{"id": "1", "type": "ping"}',
    '{"id": -1, "type": "ping"}',
    '{"id": 99999999999999999999, "type": "ping"}',
    '{"id": NaN, "type": "ping"}',
    '{"id": 1, "type": "ping"',
    '{"id": 1, "type": "say", "text": "\\ud800"}',
    "[" * 5000,
]


@pytest.fixture
async def socket(gateway: Gateway) -> Socket:
    """A customer's socket that may send a lot."""
    _, token = await gateway.open()
    return await gateway.customer(token)


@pytest.mark.parametrize("data", NOT_FRAMES)
async def test_what_is_not_a_frame_is_refused_and_the_socket_goes_on(
    socket: Socket, data: str
) -> None:
    answer = await socket.raw(data)
    assert (answer["id"], answer["type"], answer["code"]) == (None, "error", "bad_frame")
    assert await socket.ask("ping") == {}


async def test_a_binary_frame_is_refused_and_the_socket_goes_on(socket: Socket) -> None:
    answer = await socket.raw(b'{"id": 1, "type": "ping"}')
    assert (answer["id"], answer["code"]) == (None, "bad_frame")
    assert await socket.ask("ping") == {}


async def test_invalid_utf8_is_refused_and_the_socket_goes_on(socket: Socket) -> None:
    await socket.ws.send_frame(b'{"id": 1, "type": "ping\xff\xfe"}', WSMsgType.TEXT)
    assert (await socket._answer(None))["code"] == "bad_frame"
    assert await socket.ask("ping") == {}


async def test_a_frame_of_100_kb_is_refused_and_the_socket_goes_on(socket: Socket) -> None:
    frame = {"id": 7, "type": "say", "client_id": "a", "text": "x" * 100_000}
    assert (await socket.raw(json.dumps(frame)))["code"] == "bad_frame"
    assert await socket.ask("ping") == {}


async def test_a_frame_of_a_megabyte_ends_the_connection(socket: Socket) -> None:
    await socket.ws.send_str("x" * 1_000_000)
    assert await socket.close_code() == 1009


@pytest.mark.parametrize("kind", ["fly", "", None, 5, {}, "claim", "watch", "reply"])
async def test_an_unknown_command_is_named_as_such(socket: Socket, kind: object) -> None:
    answer = await socket.raw(json.dumps({"id": 3, "type": kind}))
    assert (answer["id"], answer["code"]) == (3, "unknown_type")
    assert await socket.ask("ping") == {}


WRONG_FIELDS = [
    {},
    {"text": "a"},
    {"client_id": "a"},
    {"client_id": 5, "text": "a"},
    {"client_id": "a", "text": 5},
    {"client_id": "a", "text": None},
    {"client_id": "a", "text": ["a"]},
    {"client_id": "", "text": "a"},
    {"client_id": "a" * 65, "text": "a"},
    {"client_id": "a\n", "text": "a"},
    {"client_id": "a", "text": "a", "role": "agent"},
]


@pytest.mark.parametrize("fields", WRONG_FIELDS)
async def test_wrong_fields_are_refused(socket: Socket, fields: dict[str, object]) -> None:
    with pytest.raises(Refusal) as refusal:
        await socket.ask("say", **fields)
    assert refusal.value.code == "bad_request"


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "\u200b", "\x00", "\x00\x01 \x1f"])
async def test_an_empty_text_is_refused(socket: Socket, text: str) -> None:
    with pytest.raises(Refusal) as refusal:
        await socket.ask("say", client_id="a", text=text)
    assert refusal.value.code == "empty_text"


async def test_a_text_may_have_4000_characters_and_no_more(socket: Socket) -> None:
    with pytest.raises(Refusal) as refusal:
        await socket.ask("say", client_id="a", text="x" * 4001)
    assert refusal.value.code == "text_too_long"
    assert (await socket.ask("say", client_id="b", text="é" * 4000))["event_id"]


async def test_control_characters_are_dropped_and_markup_is_left_as_text(socket: Socket) -> None:
    await socket.ask("say", client_id="a", text="<script>alert(1)</script>\x00 ok")
    event = await socket.event()
    assert event["text"] == "<script>alert(1)</script> ok"
    assert "html" not in event


async def test_too_many_commands_are_refused_until_some_are_earned_again(start: object) -> None:
    limits = Limits(customer_commands=5, customer_commands_s=0.5)
    gateway: Gateway = await start(limits)  # type: ignore[operator]
    _, token = await gateway.open()
    async with await gateway.customer(token) as socket:
        answers = []
        for number in range(40):
            await socket.ws.send_json({"id": number, "type": "ping"})
        while len(answers) < 40:
            frame = await socket.frame()
            if frame["type"] in {"result", "error"}:
                answers.append(frame)
        refused = [frame for frame in answers if frame["type"] == "error"]
        assert {frame["code"] for frame in refused} == {"rate_limited"}
        assert len(refused) >= 30
        assert [frame["id"] for frame in answers] == list(range(40))
        await socket.quiet(0.3)
        assert await socket.ask("ping") == {}
