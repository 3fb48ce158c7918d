from __future__ import annotations

import asyncio

import jwt
import pytest
from gateway_clients import Gateway, Rasa, Refusal

from handoff.gateway.tokens import CustomerTokens
from handoff.settings import Settings


async def test_a_new_customer_gets_a_conversation_and_a_token_for_it(gateway: Gateway) -> None:
    conversation, token = await gateway.open("  Ada\n Lovelace ")
    assert gateway.parts.tokens.read(token) == conversation
    assert (await gateway.parts.desk.conversation(conversation)).customer == "Ada Lovelace"


async def test_a_customer_needs_no_name(gateway: Gateway) -> None:
    async with gateway.client.post("/api/customer/session", json={}) as response:
        assert response.status == 200


async def test_the_bot_is_told_the_page_and_language_and_nothing_else_from_the_page(
    gateway: Gateway, rasa: Rasa
) -> None:
    _, token = await gateway.open()
    page = {"page": "/checkout?card=1", "language": "de-AT"}
    async with await gateway.widget() as socket:
        with pytest.raises(Refusal):
            await socket.ask("auth", token=token, vip=True)
        await socket.ask("auth", token=token, **page)
        await socket.ask("say", client_id="m1", text="Hello")
        await socket.event()
        await socket.event()
    assert rasa.told == [{"page": "/checkout", "language": "de-AT", "epoch": 1}]


async def test_the_bot_answers_and_every_event_is_shown_in_order(gateway: Gateway) -> None:
    conversation, token = await gateway.open()
    async with await gateway.widget() as socket:
        welcome = await socket.ask("auth", token=token, conversation=conversation)
        said = await socket.ask("say", client_id="m1", text="Where is my order?")
        mine = await socket.event()
        answer = await socket.event()
    assert welcome == {
        "conversation": conversation,
        "owner": "bot",
        "agent_name": None,
        "position": None,
        "availability": None,
        "opens_at": None,
        "wait_s": None,
        "message_left": False,
    }
    assert (mine["id"], mine["role"], mine["client_id"]) == (said["event_id"], "customer", "m1")
    assert (answer["role"], answer["text"]) == ("bot", "You said: Where is my order?")
    assert answer["html"] == "<p>You said: Where is my order?</p>"


async def test_the_customer_sees_the_bot_think(gateway: Gateway, rasa: Rasa) -> None:
    rasa.delay_s = 0.2
    _, token = await gateway.open()
    async with await gateway.customer(token) as socket:
        await socket.push("state", lambda state: not state["bot_thinking"])
        await socket.ask("say", client_id="m1", text="hello")
        await socket.push("state", lambda state: state["bot_thinking"])
        await socket.push("state", lambda state: not state["bot_thinking"])


async def test_a_resent_message_is_one_event(gateway: Gateway, rasa: Rasa) -> None:
    _, token = await gateway.open()
    async with await gateway.customer(token) as socket:
        first = await socket.ask("say", client_id="m1", text="hello")
        again = await socket.ask("say", client_id="m1", text="hello")
        await socket.event(lambda event: event["role"] == "bot")
        events = [push for push in await socket.quiet() if push["type"] == "event"]
    assert first == again
    assert events == []
    assert rasa.heard == ["hello"]


async def test_a_customer_asks_for_a_person_and_leaves_the_queue(gateway: Gateway) -> None:
    _, token = await gateway.open()
    async with await gateway.customer(token) as socket:
        assert await socket.ask("request_human") == {}
        waiting = await socket.push("state", lambda state: state["owner"] == "queue")
        with pytest.raises(Refusal) as again:
            await socket.ask("request_human")
        assert await socket.ask("cancel_handoff") == {}
        back = await socket.push("state", lambda state: state["owner"] == "bot")
        with pytest.raises(Refusal) as not_waiting:
            await socket.ask("cancel_handoff")
    assert (waiting["position"], back["position"]) == (1, None)
    assert (again.value.code, not_waiting.value.code) == ("not_with_bot", "not_queued")


async def test_the_customer_learns_neither_reasons_nor_ids_of_agents(gateway: Gateway) -> None:
    conversation, token = await gateway.open()
    await gateway.parts.desk.request_human(conversation)
    await gateway.parts.desk.heartbeat("agent-7", "Ann", "socket")
    await gateway.parts.desk.claim(conversation, "agent-7", "Ann")
    await gateway.parts.desk.hand_back(conversation, "agent-7", "Ann")
    headers = {"Authorization": f"Bearer {token}"}
    async with await gateway.customer(token) as socket:
        pushes = await socket.quiet()
    async with gateway.client.get("/api/customer/events", headers=headers) as response:
        fetched = await response.text()
    shown = f"{pushes} {fetched}"
    assert "Ann" in shown
    assert not any(secret in shown for secret in ("agent-7", "reasons", "priority"))


async def test_a_place_in_the_queue_moves_up_without_being_asked_for(gateway: Gateway) -> None:
    first, _ = await gateway.open()
    second, token = await gateway.open()
    await gateway.parts.desk.heartbeat("ann", "Ann", "socket")
    for conversation in (first, second):
        await gateway.parts.desk.request_human(conversation)
        await asyncio.sleep(0.005)
    async with await gateway.customer(token) as socket:
        await socket.push("state", lambda state: state["position"] == 2)
        await gateway.parts.desk.claim(first, "ann", "Ann")
        moved = await socket.push("state")
    assert (moved["owner"], moved["position"]) == ("queue", 1)


async def test_the_transcript_can_be_fetched_after_an_event(gateway: Gateway) -> None:
    conversation, token = await gateway.open()
    await gateway.parts.desk.request_human(conversation)
    first = await gateway.parts.desk.say(conversation, "a", "one")
    await gateway.parts.desk.say(conversation, "b", "two")
    headers = {"Authorization": f"Bearer {token}"}
    query = {"after": first}
    url = "/api/customer/events"
    async with gateway.client.get(url, headers=headers, params=query) as response:
        events = (await response.json())["events"]
    assert [event["text"] for event in events] == ["two"]


async def test_a_socket_that_says_nothing_is_closed(start: object) -> None:
    gateway: Gateway = await start(auth_timeout_s=0.2)  # type: ignore[operator]
    async with await gateway.widget() as socket:
        assert await socket.close_code() == 1008


async def test_a_socket_that_said_who_it_is_stays(start: object) -> None:
    gateway: Gateway = await start(auth_timeout_s=0.2)  # type: ignore[operator]
    _, token = await gateway.open()
    async with await gateway.customer(token) as socket:
        await asyncio.sleep(0.4)
        assert await socket.ask("ping") == {}


@pytest.mark.parametrize("command", ["say", "request_human", "cancel_handoff", "typing"])
async def test_nothing_is_done_before_auth(gateway: Gateway, command: str) -> None:
    fields = {"client_id": "a", "text": "b"} if command == "say" else {}
    async with await gateway.widget() as socket:
        with pytest.raises(Refusal) as refusal:
            await socket.ask(command, **fields)
    assert refusal.value.code == "unauthenticated"


async def test_another_customers_conversation_is_forbidden(gateway: Gateway) -> None:
    other, _ = await gateway.open()
    mine, token = await gateway.open()
    async with await gateway.widget() as socket:
        with pytest.raises(Refusal) as refusal:
            await socket.ask("auth", token=token, conversation=other)
        assert refusal.value.code == "forbidden"
        assert (await socket.ask("auth", token=token))["conversation"] == mine


def _forged(conversation: str, **claims: object) -> str:
    usual = {"iss": "tandem", "aud": "tandem:customer", "sub": conversation, "iat": 1, "exp": 2**40}
    return jwt.encode(usual | claims, "another-secret-" * 4, algorithm="HS256")


async def test_tokens_that_are_not_ours_are_refused(gateway: Gateway) -> None:
    conversation, token = await gateway.open()
    unsigned = jwt.encode(jwt.decode(token, options={"verify_signature": False}), "", "none")
    wrong = ["", "x", token[:-3] + "abc", _forged(conversation), unsigned, "é", "a" * 5000]
    async with await gateway.widget() as socket:
        for candidate in wrong:
            with pytest.raises(Refusal) as refusal:
                await socket.ask("auth", token=candidate)
            assert refusal.value.code == "unauthenticated", candidate


async def test_an_expired_token_is_named_as_such(gateway: Gateway, settings: Settings) -> None:
    conversation, _ = await gateway.open()
    expired = CustomerTokens(settings.secret_key.get_secret_value(), -1).issue(conversation)
    async with await gateway.widget() as socket:
        with pytest.raises(Refusal) as refusal:
            await socket.ask("auth", token=expired)
    headers = {"Authorization": f"Bearer {expired}"}
    async with gateway.client.get("/api/customer/events", headers=headers) as response:
        body = await response.json()
    assert refusal.value.code == body["error"]["code"] == "token_expired"
    assert response.status == 401


async def test_a_token_for_a_forgotten_conversation_is_told(gateway: Gateway) -> None:
    async with await gateway.widget() as socket:
        with pytest.raises(Refusal) as refusal:
            await socket.ask("auth", token=gateway.parts.tokens.issue("gone"))
    assert refusal.value.code == "unknown_conversation"


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer x", "Basic x"])
async def test_the_transcript_needs_a_token(gateway: Gateway, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}
    async with gateway.client.get("/api/customer/events", headers=headers) as response:
        assert response.status == 401
        assert (await response.json())["error"]["code"] == "unauthenticated"


async def test_a_wrong_cursor_is_refused(gateway: Gateway) -> None:
    _, token = await gateway.open()
    async with await gateway.widget() as socket:
        for after in ("x", "1-2-3", "-", "+", "$", "99999999999999999999999", 5):
            with pytest.raises(Refusal) as refusal:
                await socket.ask("auth", token=token, after=after)
            assert refusal.value.code == "bad_request", after
