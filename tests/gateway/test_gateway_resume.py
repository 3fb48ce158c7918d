from __future__ import annotations

import asyncio
import random

from gateway_clients import Frame, Gateway, Rasa, Socket

from handoff.gateway.limits import Limits


async def _collect(socket: Socket, seen: list[Frame], wanted: int) -> None:
    while len(seen) < wanted:
        seen.append(await socket.event())


async def test_reconnecting_shows_only_what_was_missed(gateway: Gateway) -> None:
    conversation, token = await gateway.open()
    await gateway.parts.desk.request_human(conversation)
    async with await gateway.customer(token) as socket:
        seen = [await socket.event()]
    missed = [await gateway.parts.desk.say(conversation, f"m{n}", f"text {n}") for n in range(3)]
    async with await gateway.customer(token, after=seen[-1]["id"]) as socket:
        shown = [push["event"]["id"] for push in await socket.quiet() if push["type"] == "event"]
    assert shown == missed


async def test_a_long_transcript_is_shown_whole(start: object) -> None:
    gateway: Gateway = await start(Limits(page=7))  # type: ignore[operator]
    conversation, token = await gateway.open()
    await gateway.parts.desk.request_human(conversation)
    said = [await gateway.parts.desk.say(conversation, f"m{n}", str(n)) for n in range(60)]
    async with await gateway.customer(token) as socket:
        shown: list[Frame] = []
        await _collect(socket, shown, 61)
    assert [event["id"] for event in shown[1:]] == said


async def test_each_event_is_shown_once_over_random_disconnects(
    gateway: Gateway, rasa: Rasa
) -> None:
    """One screen loses its connection again and again, a second one never: they end up alike."""
    chance = random.Random(7)
    conversation, token = await gateway.open()
    steady: list[Frame] = []
    shaky: list[Frame] = []
    steady_socket = await gateway.customer(token)
    watching = asyncio.create_task(_collect(steady_socket, steady, 10_000))

    async def write() -> None:
        for number in range(30):
            await gateway.parts.desk.say(conversation, f"m{number}", f"message {number}")
            await asyncio.sleep(chance.random() * 0.03)

    writing = asyncio.create_task(write())
    while not writing.done():
        after = {"after": shaky[-1]["id"]} if shaky else {}
        socket = await gateway.customer(token, **after)
        try:
            async with asyncio.timeout(chance.random() * 0.08):
                await _collect(socket, shaky, 10_000)
        except TimeoutError:
            # What had arrived and was not read is lost with the connection.
            await socket.ws.close()
    await writing
    await asyncio.sleep(0.3)
    after = {"after": shaky[-1]["id"]} if shaky else {}
    async with await gateway.customer(token, **after) as socket:
        shaky += [push["event"] for push in await socket.quiet() if push["type"] == "event"]
    watching.cancel()
    stored = [event.id for event in await gateway.parts.desk.events(conversation)]
    assert [event["id"] for event in shaky] == stored
    assert [event["id"] for event in steady] == stored
    assert len(stored) > 30
    await steady_socket.ws.close()


async def test_two_screens_of_one_customer_are_in_step(gateway: Gateway) -> None:
    _, token = await gateway.open()
    async with await gateway.customer(token) as one, await gateway.customer(token) as two:
        await one.ask("say", client_id="a", text="from one")
        await one.event(lambda event: event["role"] == "bot")
        await two.event(lambda event: event["role"] == "bot")
        await two.ask("say", client_id="b", text="from two")
        for socket in (one, two):
            await socket.event(lambda event: event["text"] == "You said: from two")
        shown = [
            [push["event"]["id"] for push in socket.pushes if push["type"] == "event"]
            for socket in (one, two)
        ]
    assert shown[0] == shown[1]
    assert len(shown[0]) == 4


async def test_resuming_after_a_restart_of_the_gateway(start: object) -> None:
    first: Gateway = await start()  # type: ignore[operator]
    conversation, token = await first.open()
    async with await first.customer(token) as socket:
        await socket.ask("say", client_id="a", text="hello")
        answer = await socket.event(lambda event: event["role"] == "bot")
    await first.client.close()
    second: Gateway = await start()  # type: ignore[operator]
    said = await second.parts.desk.say(conversation, "b", "again")
    async with await second.customer(token, after=answer["id"]) as socket:
        assert (await socket.event())["id"] == said
