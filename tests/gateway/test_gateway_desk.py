"""Teams, offers, transfers and supervisors as consoles and widgets see them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from gateway_clients import PASSWORD, Gateway, Refusal, Socket
from redis.asyncio import Redis

Start = Callable[..., Awaitable[Gateway]]
OFFERING = """
teams:
  - {name: support, title: Help, strategy: longest_idle, picking: false, capacity: 1}
agents:
  ann@example.com: {skills: [shoes]}
"""
CLOSED = "teams: [{name: support, hours: {week: {}}}]"


@pytest.fixture
def desk_file(tmp_path: Path) -> Callable[[str], Path]:
    def write(content: str) -> Path:
        (tmp_path / "desk.yml").write_text(content)
        return tmp_path / "desk.yml"

    return write


async def supervisor(gateway: Gateway) -> Socket:
    await gateway.parts.accounts.create("sue@example.com", "Sue", PASSWORD, ("supervisor",))
    await gateway.log_in("sue@example.com")
    return await gateway.console()


async def claimed(gateway: Gateway, console: Socket) -> tuple[str, str]:
    conversation, token = await gateway.open()
    await gateway.parts.desk.request_human(conversation)
    await console.ask("claim", conversation=conversation)
    return conversation, token


async def test_a_conversation_is_offered_declined_and_accepted(
    start: Start, desk_file: Callable[[str], Path]
) -> None:
    gateway = await start(desk_file=desk_file(OFFERING))
    async with await gateway.agent() as ann, await gateway.agent("bob@example.com") as bob:
        hello = await ann.push("hello")
        assert hello["teams"] == [{"name": "support", "title": "Help", "picking": False}]
        await bob.push("desk", lambda desk: len(desk["team"]) == 2)
        conversation, token = await gateway.open()
        async with await gateway.customer(token) as customer:
            await customer.ask("request_human")
            desk = await ann.push("desk", lambda desk: desk["offers"] != [])
            (offer,) = desk["offers"]
            assert (offer["conversation"], offer["offer"]["name"]) == (conversation, "Ann")
            assert desk["me"]["load"] == 1
            with pytest.raises(Refusal) as refusal:
                await bob.ask("claim", conversation=conversation)
            assert refusal.value.code == "picking_not_allowed"
            await ann.ask("decline", conversation=conversation)
            await bob.push("desk", lambda desk: desk["offers"] != [])
            await bob.ask("accept", conversation=conversation)
            state = await customer.push("state", lambda state: state["owner"] == "agent")
            assert state["agent_name"] == "Bob"
            seen = [push["event"]["type"] for push in customer.pushes if push["type"] == "event"]
    assert "offered" not in seen
    assert "declined" not in seen


async def test_status_is_shown_to_the_team(gateway: Gateway) -> None:
    async with await gateway.agent() as console:
        await console.ask("set_status", status="break", reason="lunch")
        desk = await console.push("desk", lambda desk: (desk["me"] or {}).get("status") == "break")
        assert desk["me"]["reason"] == "lunch"
        conversation, _ = await gateway.open()
        await gateway.parts.desk.request_human(conversation)
        with pytest.raises(Refusal) as refusal:
            await console.ask("claim", conversation=conversation)
        assert refusal.value.code == "not_available"
        with pytest.raises(Refusal) as wrong:
            await console.ask("set_status", status="asleep")
    assert wrong.value.code == "bad_request"


async def test_who_waits_is_told_whether_somebody_is_there(gateway: Gateway) -> None:
    _, token = await gateway.open()
    async with await gateway.customer(token) as customer:
        await customer.ask("request_human")
        await customer.push("state", lambda state: state["availability"] == "nobody")
        async with await gateway.agent():
            state = await customer.push("state", lambda state: state["availability"] == "open")
    assert (state["position"], state["wait_s"]) == (1, None)


async def test_out_of_hours_a_message_with_an_address_is_left(
    start: Start, desk_file: Callable[[str], Path]
) -> None:
    gateway = await start(desk_file=desk_file(CLOSED))
    conversation, token = await gateway.open()
    async with await gateway.customer(token) as customer:
        await customer.ask("request_human")
        await customer.push("state", lambda state: state["availability"] == "closed")
        with pytest.raises(Refusal) as refusal:
            await customer.ask("leave_message", address="nowhere", text="Call me")
        assert refusal.value.code == "bad_request"
        await customer.ask("leave_message", address="ada@example.com", text="Call me")
        state = await customer.push("state", lambda state: state["message_left"])
        assert (state["owner"], state["position"]) == ("queue", None)
    async with await gateway.agent() as console:
        desk = await console.push("desk", lambda desk: desk["queue"] != [])
        (waiting,) = desk["queue"]
        assert (waiting["conversation"], waiting["address"]) == (conversation, "ada@example.com")
        assert waiting["message"]


async def test_notes_are_for_the_team_alone(gateway: Gateway) -> None:
    async with await gateway.agent() as ann:
        conversation, token = await claimed(gateway, ann)
        await ann.ask("watch", conversation=conversation)
        async with await supervisor(gateway) as sue, await gateway.customer(token) as customer:
            await sue.ask("note", conversation=conversation, client_id="n", text="Offer a refund")
            note = await ann.event(lambda event: event["type"] == "note")
            assert (note["name"], note["text"]) == ("Sue", "Offer a refund")
            await ann.ask("reply", conversation=conversation, client_id="r", text="Hello")
            await customer.event(lambda event: event.get("text") == "Hello")
            headers = {"Authorization": f"Bearer {token}"}
            url = "/api/customer/events"
            async with gateway.client.get(url, headers=headers) as response:
                assert "refund" not in await response.text()
        assert "refund" not in str(customer.pushes)


async def test_a_supervisor_joins_and_takes_over_and_an_agent_may_not(gateway: Gateway) -> None:
    async with await gateway.agent() as ann, await gateway.agent("bob@example.com") as bob:
        conversation, _ = await claimed(gateway, ann)
        for command in ("join", "leave", "take_over"):
            with pytest.raises(Refusal) as refusal:
                await bob.ask(command, conversation=conversation)
            assert refusal.value.code == "forbidden"
        with pytest.raises(Refusal) as whisper:
            await bob.ask("note", conversation=conversation, client_id="n", text="Psst")
        assert whisper.value.code == "not_owner"
        async with await supervisor(gateway) as sue:
            await sue.ask("join", conversation=conversation)
            await sue.ask("reply", conversation=conversation, client_id="r", text="Hello")
            await sue.ask("leave", conversation=conversation)
            await sue.ask("take_over", conversation=conversation)
            await ann.push("desk", lambda desk: desk["mine"] == [])
            await sue.push("desk", lambda desk: desk["mine"] != [])


async def test_a_supervisor_sees_what_colleagues_have_the_latest_active_first(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with await gateway.agent() as ann, await supervisor(gateway) as sue:
        early, token = await claimed(gateway, ann)
        late, _ = await claimed(gateway, ann)
        own, _ = await claimed(gateway, sue)
        await _others(sue, late, early)
        async with await gateway.customer(token) as customer:
            await customer.ask("say", client_id="a", text="Are you there?")
        desk = await _others(sue, early, late)
        assert desk["others"][0]["agent_name"] == "Ann"
        assert [one["conversation"] for one in desk["mine"]] == [own]
        monkeypatch.setattr("handoff.gateway.board.TALKING", 1)
        await ann.ask("hand_back", conversation=late)
        await ann.ask("close", conversation=early)
        await _others(sue)
        many = [(await claimed(gateway, ann))[0] for _ in range(2)]
        desk = await _others(sue, many[-1])
        assert desk["others_length"] == 2
    assert any(push["type"] == "desk" for push in ann.pushes)
    assert not any("others" in push for push in ann.pushes)


async def _others(console: Socket, *conversations: str) -> dict[str, Any]:
    """The desk when these are the conversations with colleagues."""
    return await console.push(
        "desk", lambda desk: [one["conversation"] for one in desk["others"]] == [*conversations]
    )


async def test_a_conversation_is_passed_on_warm_and_cold(gateway: Gateway) -> None:
    async with await gateway.agent() as ann, await gateway.agent("bob@example.com") as bob:
        conversation, _ = await claimed(gateway, ann)
        who = {one["name"]: one["id"] for one in (await _team(bob))}
        there = {"conversation": conversation, "agent": who["Bob"], "note": "Yours?"}
        await ann.ask("transfer_to_agent", **there)
        await bob.push("desk", lambda desk: desk["offers"] != [])
        await ann.ask("take_back", conversation=conversation)
        await ann.ask("transfer_to_agent", **there)
        await bob.ask("accept", conversation=conversation)
        back = {"conversation": conversation, "agent": who["Ann"], "warm": False}
        await bob.ask("transfer_to_agent", **back)
        await ann.ask("transfer_to_team", conversation=conversation, team="support")
        await bob.push("desk", lambda desk: desk["queue_length"] == 1)
        with pytest.raises(Refusal) as refusal:
            await ann.ask("transfer_to_team", conversation=conversation, team="support")
    assert refusal.value.code == "not_owner"


async def _team(console: Socket) -> list[dict[str, str]]:
    desk = await console.push("desk", lambda desk: len(desk["team"]) == 2)
    team: list[dict[str, str]] = desk["team"]
    return team


async def test_a_customer_who_is_awaited_is_there_while_the_widget_is_open(
    start: Start, redis: Redis
) -> None:
    gateway = await start(customer_grace_s=0.2, sweep_interval_s=0.05)
    conversation, token = await gateway.open()
    async with await gateway.agent() as console:
        async with await gateway.customer(token) as customer:
            assert await redis.zscore("{main}:here", conversation) is None
            await customer.ask("request_human")
            await customer.push("state", lambda state: state["owner"] == "queue")
            while await redis.zscore("{main}:here", conversation) is None:
                await customer.quiet(0.02)
        await console.push("desk", lambda desk: any(one["customer_away"] for one in desk["queue"]))
        async with await gateway.customer(token):
            await console.push(
                "desk", lambda desk: any(not one["customer_away"] for one in desk["queue"])
            )
