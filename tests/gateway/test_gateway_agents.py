from __future__ import annotations

import asyncio
import time

import pytest
from aiohttp import WSServerHandshakeError
from gateway_clients import Frame, Gateway, Rasa, Refusal, Socket
from redis.asyncio import Redis

from handoff.gateway.limits import Limits


async def _queued(gateway: Gateway, name: str = "Ada") -> str:
    conversation, _ = await gateway.open(name)
    await gateway.parts.desk.request_human(conversation)
    return conversation


def _ids(summaries: list[Frame]) -> list[str]:
    return [summary["conversation"] for summary in summaries]


async def test_an_agent_is_greeted_and_sees_the_desk(gateway: Gateway) -> None:
    conversation = await _queued(gateway)
    async with await gateway.agent() as console:
        hello = await console.push("hello")
        desk = await console.push("desk")
    assert (hello["agent"]["name"], hello["agent"]["roles"]) == ("Ann", ["agent"])
    (waiting,) = desk["queue"]
    assert (desk["mine"], desk["queue_length"]) == ([], 1)
    assert (waiting["conversation"], waiting["customer"]) == (conversation, "Ada")
    assert waiting["owner"] == "queue"
    assert waiting["reasons"] == [{"code": "explicit_request", "detail": ""}]


async def test_a_chat_that_starts_to_wait_shows_up_by_itself(gateway: Gateway) -> None:
    async with await gateway.agent() as console:
        await console.push("desk", lambda desk: desk["queue_length"] == 0)
        conversation = await _queued(gateway)
        desk = await console.push("desk", lambda desk: desk["queue_length"] == 1)
        assert _ids(desk["queue"]) == [conversation]
        await gateway.parts.desk.say(conversation, "m", "are you there?")
        await console.push("desk", lambda desk: desk["queue"][0]["preview"] == "are you there?")
        await gateway.parts.desk.cancel_handoff(conversation)
        await console.push("desk", lambda desk: desk["queue"] == [])


async def test_the_bots_reasons_reach_the_agent(gateway: Gateway, rasa: Rasa) -> None:
    wish = {"reasons": [{"code": "anger", "detail": "third complaint"}], "priority": 6}
    rasa.answer = lambda _: [{"text": "I call a colleague."}, {"custom": {"handoff": wish}}]
    conversation, token = await gateway.open()
    async with await gateway.agent() as console, await gateway.customer(token) as customer:
        await customer.ask("say", client_id="m", text="This is the THIRD time!")
        desk = await console.push("desk", lambda desk: desk["queue_length"] == 1)
        await console.ask("watch", conversation=conversation)
        queued = await console.event(lambda event: event["type"] == "queued")
    assert desk["queue"][0]["reasons"] == queued["reasons"] == wish["reasons"]
    assert desk["queue"][0]["priority"] == queued["priority"] == 6


async def test_an_agent_and_a_customer_talk_and_the_bot_comes_back(
    gateway: Gateway, rasa: Rasa
) -> None:
    conversation, token = await gateway.open()
    async with await gateway.agent() as console, await gateway.customer(token) as customer:
        await customer.ask("request_human")
        await console.push("desk", lambda desk: desk["queue_length"] == 1)
        watched = await console.ask("watch", conversation=conversation)
        assert watched["summary"]["conversation"] == conversation
        assert await console.ask("claim", conversation=conversation) == {}
        state = await customer.push("state", lambda state: state["owner"] == "agent")
        assert state["agent_name"] == "Ann"
        assert _ids((await console.push("desk", lambda desk: desk["mine"] != []))["mine"]) == [
            conversation
        ]
        reply = await console.ask(
            "reply", conversation=conversation, client_id="r", text="Hi, I am <b>Ann</b>"
        )
        shown = await customer.event(lambda event: event.get("role") == "agent")
        assert (shown["id"], shown["name"]) == (reply["event_id"], "Ann")
        assert (shown["text"], shown["client_id"]) == ("Hi, I am <b>Ann</b>", "r")
        await customer.ask("say", client_id="m", text="thank you")
        heard = await console.event(lambda event: event.get("role") == "customer")
        assert heard["text"] == "thank you"
        assert rasa.heard == []
        assert await console.ask("hand_back", conversation=conversation) == {}
        await customer.push("state", lambda state: state["owner"] == "bot")
        await customer.event(lambda event: event.get("role") == "bot")
    assert rasa.heard == ["/handed_back"]


async def test_a_claimed_chat_is_refused_to_everyone_else(gateway: Gateway) -> None:
    conversation = await _queued(gateway)
    await gateway.parts.desk.heartbeat("bob", "Bob", "socket")
    await gateway.parts.desk.claim(conversation, "bob", "Bob")
    codes = {}
    async with await gateway.agent() as console:
        for command in ("claim", "reply", "hand_back", "close", "typing"):
            fields = {"client_id": "r", "text": "hi"} if command == "reply" else {}
            with pytest.raises(Refusal) as refusal:
                await console.ask(command, conversation=conversation, **fields)
            codes[command] = refusal.value.code
    assert codes.pop("claim") == "already_taken"
    assert set(codes.values()) == {"not_owner"}


async def _forget_everybody(
    gateway: Gateway, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A minute passes in which no agent was heard, though sockets are open."""
    while agents := await gateway.parts.desk.agents():  # a beat may be under way
        for agent in agents:
            await redis.zincrby("{main}:agents", -60_000, agent.agent)
        await gateway.parts.desk.sweep()
        await asyncio.sleep(0.2)
    later = time.monotonic() + 60
    monkeypatch.setattr("handoff.gateway.agent_socket.monotonic", lambda: later)


async def test_a_forgotten_agent_whose_socket_lives_claims_at_once(
    gateway: Gateway, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation = await _queued(gateway)
    async with await gateway.agent() as console:
        await console.ask("ping")
        await _forget_everybody(gateway, redis, monkeypatch)
        assert await console.ask("claim", conversation=conversation) == {}
    assert (await gateway.parts.desk.conversation(conversation)).agent is not None


async def test_a_forgotten_agent_on_a_break_is_told_so(
    gateway: Gateway, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation = await _queued(gateway)
    async with await gateway.agent() as console:
        await console.ask("set_status", status="break")
        await _forget_everybody(gateway, redis, monkeypatch)
        with pytest.raises(Refusal) as refusal:
            await console.ask("claim", conversation=conversation)
        assert await console.ask("set_status", status="available") == {}
        assert await console.ask("claim", conversation=conversation) == {}
    assert refusal.value.code == "not_available"


async def test_a_chat_that_does_not_wait_cannot_be_claimed(gateway: Gateway) -> None:
    conversation, _ = await gateway.open()
    async with await gateway.agent() as console:
        with pytest.raises(Refusal) as with_bot:
            await console.ask("claim", conversation=conversation)
        for command in ("claim", "watch", "hand_back", "close", "typing"):
            with pytest.raises(Refusal) as unknown:
                await console.ask(command, conversation="nothing-like-this")
            assert unknown.value.code == "unknown_conversation", command
        with pytest.raises(Refusal) as malformed:
            await console.ask("claim", conversation="../{x}")
    assert (with_bot.value.code, malformed.value.code) == ("not_queued", "bad_request")


async def test_of_many_agents_one_gets_the_chat(gateway: Gateway) -> None:
    conversation = await _queued(gateway)
    consoles = [await gateway.agent(f"agent{n}@example.com") for n in range(4)]
    outcomes = await asyncio.gather(
        *(console.ask("claim", conversation=conversation) for console in consoles),
        return_exceptions=True,
    )
    refusals = [outcome for outcome in outcomes if isinstance(outcome, Refusal)]
    assert outcomes.count({}) == 1
    assert [refusal.code for refusal in refusals] == ["already_taken"] * 3
    for console in consoles:
        await console.ws.close()


async def test_watching_resumes_after_an_event_and_stops_when_asked(gateway: Gateway) -> None:
    conversation = await _queued(gateway)
    first = await gateway.parts.desk.say(conversation, "a", "one")
    await gateway.parts.desk.say(conversation, "b", "two")
    async with await gateway.agent() as console:
        await console.ask("watch", conversation=conversation, after=first)
        assert (await console.event())["text"] == "two"
        await console.ask("unwatch", conversation=conversation)
        await gateway.parts.desk.say(conversation, "c", "three")
        later = [push for push in await console.quiet() if push["type"] == "event"]
        await console.ask("unwatch", conversation=conversation)
    assert later == []


async def test_typing_is_shown_to_the_other_side_only(gateway: Gateway) -> None:
    conversation, token = await gateway.open()
    async with await gateway.agent() as console, await gateway.customer(token) as customer:
        await customer.ask("request_human")
        await console.ask("claim", conversation=conversation)
        await console.ask("watch", conversation=conversation)
        await customer.push("state", lambda state: state["owner"] == "agent")
        await console.ask("typing", conversation=conversation)
        assert await customer.push("typing") == {"type": "typing", "role": "agent"}
        await customer.ask("typing")
        typing = await console.push("typing")
        assert (typing["conversation"], typing["role"]) == (conversation, "customer")
        assert not [push for push in await customer.quiet() if push["type"] == "typing"]


async def test_an_agent_whose_console_is_open_stays_present(start: object) -> None:
    limits = Limits(agent_heartbeat_s=0.1)
    gateway: Gateway = await start(  # type: ignore[operator]
        limits, agent_grace_s=0.5, sweep_interval_s=0.1
    )
    conversation = await _queued(gateway)
    console = await gateway.agent()
    await console.ask("claim", conversation=conversation)
    await asyncio.sleep(0.9)
    assert (await gateway.parts.desk.conversation(conversation)).owner == "agent"
    await console.ws.close()
    async with await gateway.agent("bob@example.com") as other:
        desk = await other.push("desk", lambda desk: desk["queue_length"] == 1)
    assert _ids(desk["queue"]) == [conversation]


async def test_a_supervisor_may_serve_too(gateway: Gateway) -> None:
    await gateway.user("sue@example.com", "supervisor")
    await gateway.log_in("sue@example.com")
    async with await gateway.console() as console:
        assert (await console.push("hello"))["agent"]["name"] == "Sue"


async def _refused(gateway: Gateway, **headers: str) -> int:
    with pytest.raises(WSServerHandshakeError) as refusal:
        await gateway.client.ws_connect("/ws/agent", headers=headers)
    return refusal.value.status


async def test_the_console_needs_a_session_the_role_and_its_own_origin(gateway: Gateway) -> None:
    own = {"Origin": gateway.origin}
    assert await _refused(gateway, **own) == 401
    await gateway.user("ed@example.com", "editor")
    await gateway.log_in("ed@example.com")
    assert await _refused(gateway, **own) == 403
    await gateway.user("ann@example.com")
    await gateway.log_in()
    for origin in ("https://evil.example", "null", "", gateway.origin + ".evil.example"):
        assert await _refused(gateway, Origin=origin) == 403
    assert await _refused(gateway) == 403
    async with await gateway.console() as console:
        await console.push("hello")


async def test_signing_out_ends_the_console(start: object) -> None:
    gateway: Gateway = await start(Limits(agent_heartbeat_s=0.05))  # type: ignore[operator]
    async with await gateway.agent() as console:
        await console.push("hello")
        async with gateway.client.post("/api/logout", json={}) as response:
            assert response.status == 200
        assert await console.close_code() == 1008


async def test_too_many_watched_conversations_are_refused(start: object) -> None:
    gateway: Gateway = await start(Limits(watched=2))  # type: ignore[operator]
    conversations = [(await gateway.open())[0] for _ in range(3)]
    async with await gateway.agent() as console:
        for conversation in (*conversations[:2], conversations[0]):
            await console.ask("watch", conversation=conversation)
        with pytest.raises(Refusal) as refusal:
            await console.ask("watch", conversation=conversations[2])
    assert refusal.value.code == "bad_request"


async def test_snapshots_of_a_busy_desk_are_few(gateway: Gateway) -> None:
    async with await gateway.agent() as console:
        await console.push("desk")
        for _ in range(30):
            await _queued(gateway)
        await console.push("desk", lambda desk: desk["queue_length"] == 30)
        snapshots = [push for push in console.pushes if push["type"] == "desk"]
    assert len(snapshots) < 12


async def test_an_agents_command_needs_its_fields(gateway: Gateway) -> None:
    socket: Socket
    async with await gateway.agent() as socket:
        for fields in ({}, {"conversation": 5}, {"conversation": "a", "extra": 1}):
            with pytest.raises(Refusal) as refusal:
                await socket.ask("claim", **fields)
            assert refusal.value.code == "bad_request"
        with pytest.raises(Refusal) as unknown:
            await socket.ask("say", client_id="a", text="b")
    assert unknown.value.code == "unknown_type"


async def test_the_more_urgent_chat_is_first(gateway: Gateway, rasa: Rasa) -> None:
    calm = await _queued(gateway)
    wish = {"reasons": [{"code": "anger", "detail": ""}], "priority": 6}
    rasa.answer = lambda _: [{"custom": {"handoff": wish}}]
    urgent, _ = await gateway.open()
    await gateway.parts.desk.say(urgent, "m", "now!")
    async with await gateway.agent() as console:
        desk = await console.push("desk", lambda desk: desk["queue_length"] == 2)
    assert _ids(desk["queue"]) == [urgent, calm]


async def test_a_watched_conversation_that_expires_leaves_the_console_alone(
    gateway: Gateway, redis: Redis
) -> None:
    conversation, _ = await gateway.open()
    async with await gateway.agent() as console:
        await console.ask("watch", conversation=conversation)
        await redis.delete(f"{{main}}:conv:{conversation}", f"{{main}}:log:{conversation}")
        await redis.publish("{main}:bell", conversation)
        await console.quiet(0.3)
        assert await console.ask("ping") == {}
        assert await console.ask("unwatch", conversation=conversation) == {}


async def test_the_lists_recover_from_what_cannot_be_read(
    gateway: Gateway, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handoff.tasks._PAUSE_S", 0.05)
    async with await gateway.agent() as console:
        await console.push("desk")
        await redis.hset("{main}:conv:ghost", mapping={"owner": "nobody"})
        await redis.zadd("{main}:queue", {"ghost": 1})
        await redis.publish("{main}:bell", "ghost")
        await console.quiet(0.4)
        await redis.zrem("{main}:queue", "ghost")
        conversation = await _queued(gateway)
        desk = await console.push("desk", lambda desk: desk["queue_length"] == 1)
        assert _ids(desk["queue"]) == [conversation]
