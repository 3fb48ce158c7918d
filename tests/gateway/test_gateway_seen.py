"""What was delivered and read, as both sides are told; screens of one person stay in step."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass

import pytest
from gateway_clients import Frame, Gateway, Refusal, Socket

Start = Callable[..., Awaitable[Gateway]]
NOTHING = {"delivered": None, "read": None}


async def claimed(gateway: Gateway, console: Socket) -> tuple[str, str]:
    """A conversation the console's agent has; its id and the customer's token."""
    conversation, token = await gateway.open()
    await gateway.parts.desk.request_human(conversation)
    await console.ask("claim", conversation=conversation)
    return conversation, token


async def test_both_sides_learn_what_reached_the_other(gateway: Gateway) -> None:
    async with await gateway.agent() as console:
        conversation, token = await claimed(gateway, console)
        about = {"conversation": conversation}
        await console.ask("watch", **about)
        async with await gateway.customer(token) as customer:
            said = (await customer.ask("say", client_id="a", text="Hello?"))["event_id"]
            await console.event(lambda event: event["id"] == said)
            await console.ask("seen", **about, delivered=said)
            told = await customer.push("seen")
            assert told == {
                "type": "seen",
                "customer": NOTHING,
                "agent": {"delivered": said, "read": None},
            }
            await console.ask("seen", **about, read=said)
            told = await customer.push("seen")
            assert told["agent"] == {"delivered": said, "read": said}
            reply = (await console.ask("reply", **about, client_id="r", text="Hi"))["event_id"]
            await customer.ask("seen", delivered=reply, read=reply)
            told = await console.push("seen", lambda seen: seen["customer"]["read"] == reply)
            assert told["conversation"] == conversation


async def test_what_was_seen_meanwhile_is_told_after_a_reconnect(gateway: Gateway) -> None:
    async with await gateway.agent() as console:
        conversation, token = await claimed(gateway, console)
        async with await gateway.customer(token) as customer:
            said = (await customer.ask("say", client_id="a", text="Hello?"))["event_id"]
        await console.ask("seen", conversation=conversation, read=said)
        async with await gateway.customer(token, after=said) as customer:
            assert (await customer.push("seen"))["agent"]["read"] == said
            seen = [push for push in customer.pushes if push["type"] == "seen"]
            assert len(seen) == 1
        for _ in range(2):
            await console.ask("watch", conversation=conversation, after=said)
            assert (await console.push("seen"))["agent"]["read"] == said


async def test_a_screen_that_is_behind_takes_nothing_back(gateway: Gateway) -> None:
    async with await gateway.agent() as console:
        conversation, token = await claimed(gateway, console)
        async with await gateway.customer(token) as customer:
            first = (await customer.ask("say", client_id="a", text="One"))["event_id"]
            second = (await customer.ask("say", client_id="b", text="Two"))["event_id"]
            await console.ask("seen", conversation=conversation, read=second)
            await customer.push("seen", lambda seen: seen["agent"]["read"] == second)
            await console.ask("seen", conversation=conversation, read=first)
            heard = await customer.quiet()
    assert [push for push in heard if push["type"] == "seen"] == []


async def test_a_colleague_who_looks_on_has_not_read_it_for_the_agent(gateway: Gateway) -> None:
    async with await gateway.agent() as ann, await gateway.agent("bob@example.com") as bob:
        conversation, token = await claimed(gateway, ann)
        async with await gateway.customer(token) as customer:
            said = (await customer.ask("say", client_id="a", text="Hello?"))["event_id"]
            assert await bob.ask("seen", conversation=conversation, read=said) == {}
            heard = await customer.quiet()
    assert [push for push in heard if push["type"] == "seen"] == []


async def test_a_wrong_position_is_refused(gateway: Gateway) -> None:
    _, token = await gateway.open()
    async with await gateway.customer(token) as customer:
        for fields in ({"read": "x"}, {"delivered": 5}, {"read": "1-2-3"}, {"other": "1-0"}):
            with pytest.raises(Refusal) as refusal:
                await customer.ask("seen", **fields)
            assert refusal.value.code == "bad_request", fields


@dataclass
class Everybody:
    """Two screens of the customer and two of the agent, on two processes."""

    conversation: str
    phone: Socket
    laptop: Socket
    desk: Socket
    home: Socket

    @property
    def about(self) -> Frame:
        return {"conversation": self.conversation}


@pytest.fixture
async def everybody(start: Start) -> AsyncIterator[Everybody]:
    async with AsyncExitStack() as stack:
        first, second = await start(), await start()
        desk = await stack.enter_async_context(await first.agent())
        assert await second.log_in() == 200
        home = await stack.enter_async_context(await second.console())
        conversation, token = await first.open()
        phone = await stack.enter_async_context(await first.customer(token))
        laptop = await stack.enter_async_context(await second.customer(token))
        yield Everybody(conversation, phone, laptop, desk, home)


async def test_all_screens_of_both_sides_are_in_step(everybody: Everybody) -> None:
    about = everybody.about
    customers = (everybody.phone, everybody.laptop)
    agents = (everybody.desk, everybody.home)
    await everybody.phone.ask("request_human")
    for customer in customers:
        await customer.push("state", lambda state: state["owner"] == "queue")
    await everybody.home.ask("claim", **about)
    for agent in agents:
        await agent.push("desk", lambda desk: [one["owner"] for one in desk["mine"]] == ["agent"])
        await agent.ask("watch", **about)
    for customer in customers:
        state = await customer.push("state", lambda state: state["owner"] == "agent")
        assert state["agent_name"] == "Ann"
    said = (await everybody.laptop.ask("say", client_id="a", text="Hello?"))["event_id"]
    for socket in (*customers, *agents):
        await socket.event(lambda event: event["id"] == said)
    await everybody.desk.ask("typing", **about)
    for customer in customers:
        assert await customer.push("typing") == {"type": "typing", "role": "agent"}
    await everybody.phone.ask("typing")
    for agent in agents:
        assert (await agent.push("typing"))["conversation"] == everybody.conversation
    await everybody.desk.ask("seen", **about, read=said)
    reply = (await everybody.desk.ask("reply", **about, client_id="r", text="Hi"))["event_id"]
    await everybody.phone.ask("seen", read=reply)
    for socket in (*customers, *agents):
        await socket.push(
            "seen",
            lambda seen: (seen["agent"]["read"], seen["customer"]["read"]) == (said, reply),
        )
    await everybody.home.ask("close", **about)
    for customer in customers:
        await customer.push("state", lambda state: state["owner"] == "closed")
    for agent in agents:
        await agent.push("desk", lambda desk: desk["mine"] == [])
