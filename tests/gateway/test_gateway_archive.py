"""Closed conversations reach the archive, and agents find them there."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from gateway_clients import Gateway
from sqlalchemy.exc import OperationalError

from handoff.archive import Archive
from handoff.archiver import Archiver
from handoff.model import Owner

CLOSED_KINDS = ("conv", "log", "sent")


@pytest.fixture
async def gateway(start) -> Gateway:
    return await start(sweep_interval_s=0.05)


async def closed(gateway: Gateway, console: Any, text: str = "Where is my parcel?") -> str:
    """A conversation that an agent has answered and closed."""
    conversation, token = await gateway.open()
    async with await gateway.customer(token) as customer:
        await customer.ask("say", client_id="m1", text=text)
        await customer.event(lambda event: event.get("role") == "bot")
        await customer.ask("request_human")
        await console.ask("claim", conversation=conversation)
        await console.ask("reply", conversation=conversation, client_id="r1", text="On its way.")
        await console.ask("close", conversation=conversation)
    return conversation


async def until(look: Callable[[], Awaitable[object]], wanted: object) -> None:
    """Look again and again until `wanted` is seen."""
    async with asyncio.timeout(10):
        while True:
            if await look() == wanted:
                return
            await asyncio.sleep(0.02)


async def get(gateway: Gateway, path: str, status: int = 200, **query: Any) -> Any:
    async with gateway.client.get(path, params=query) as response:
        assert response.status == status, await response.text()
        return await response.json()


async def archived(gateway: Gateway, conversation: str) -> dict[str, Any]:
    """Wait until the archive has it."""
    await until(gateway.parts.desk.count_to_archive, 0)
    body: dict[str, Any] = await get(gateway, f"/api/archive/{conversation}")
    return body


async def test_a_closed_conversation_is_archived_and_found(gateway, redis):
    async with await gateway.agent() as console:
        conversation = await closed(gateway, console)
        whole = await archived(gateway, conversation)
    kinds = [event["type"] for event in whole["events"]]
    assert kinds == ["message", "message", "queued", "claimed", "message", "closed"]
    (handoff,) = whole["handoffs"]
    assert handoff["queued_at"] <= handoff["claimed_at"] <= handoff["first_response_at"]
    assert handoff["outcome"] == "completed"
    assert handoff["reasons"] == [{"code": "explicit_request", "detail": ""}]
    me = (await get(gateway, "/api/me"))["id"]
    found = await get(gateway, "/api/archive", q="parcel", agent=me)
    assert [one["conversation"] for one in found["conversations"]] == [conversation]
    assert found["next"] is None
    assert "Where is my parcel?" in found["conversations"][0]["excerpt"]
    assert (await get(gateway, "/api/archive", q="invoice"))["conversations"] == []
    for kind in CLOSED_KINDS:
        assert await redis.pttl(f"{{main}}:{kind}:{conversation}") > 0


async def test_a_reopened_conversation_is_archived_whole(gateway):
    async with await gateway.agent() as console:
        conversation, token = await gateway.open()
        desk = gateway.parts.desk
        for n in range(2):
            async with await gateway.customer(token) as customer:
                await customer.ask("say", client_id=f"m{n}", text=f"Question {n}")
                await customer.event(lambda event: event.get("role") == "bot")
                await customer.ask("request_human")
                await console.ask("claim", conversation=conversation)
                await console.ask("close", conversation=conversation)
            whole = await archived(gateway, conversation)
            assert [event["id"] for event in whole["events"]] == [
                event.id for event in await desk.events(conversation)
            ]
            assert len(whole["handoffs"]) == n + 1
    found = await get(gateway, "/api/archive")
    assert len(found["conversations"]) == 1


async def test_whoever_dies_between_archive_and_expiry_doubles_nothing(start, redis):
    """The transcript is in SQL, and Redis does not know: the next archiver does it again."""
    gateway = await start(sweep_interval_s=3600)
    async with await gateway.agent() as console:
        conversation = await closed(gateway, console)
        desk, archive = gateway.parts.desk, gateway.parts.archive
        transcript = await desk.transcript(conversation)
        await archive.keep(transcript)  # ... and here the process ends
        assert await desk.to_archive(10) == [conversation]
        assert await redis.pttl(f"{{main}}:conv:{conversation}") == -1
        await Archiver(desk, archive, gateway.parts.settings).round()
        whole = await archived(gateway, conversation)
    assert [event["id"] for event in whole["events"]] == [event.id for event in transcript.events]
    assert len((await get(gateway, "/api/archive"))["conversations"]) == 1
    assert await redis.pttl(f"{{main}}:conv:{conversation}") > 0


async def test_while_sql_is_away_redis_keeps_everything(gateway, redis, monkeypatch):
    broken = True
    keep = Archive.keep

    async def fails(archive, transcript):
        if broken:
            raise OperationalError("INSERT", {}, Exception("the disk is full"))
        await keep(archive, transcript)

    monkeypatch.setattr(Archive, "keep", fails)
    async with await gateway.agent() as console:
        conversation = await closed(gateway, console)
        await asyncio.sleep(0.3)
        assert await gateway.parts.desk.to_archive(10) == [conversation]
        for kind in CLOSED_KINDS:
            assert await redis.pttl(f"{{main}}:{kind}:{conversation}") == -1
        broken = False
        await archived(gateway, conversation)


async def test_one_that_cannot_be_archived_holds_up_no_other(gateway, monkeypatch):
    keep = Archive.keep
    refused: list[str] = []

    async def fails(archive, transcript):
        if transcript.conversation.id in refused:
            raise ValueError("cannot be stored")
        await keep(archive, transcript)

    monkeypatch.setattr(Archive, "keep", fails)
    monkeypatch.setattr("handoff.archiver.BATCH", 1)
    async with await gateway.agent() as console:
        conversation, token = await gateway.open()
        refused.append(conversation)
        async with await gateway.customer(token) as customer:
            await customer.ask("request_human")
            await console.ask("claim", conversation=conversation)
            await console.ask("close", conversation=conversation)
        other = await closed(gateway, console)
        await until(lambda: gateway.parts.desk.to_archive(10), [conversation])
        assert (await get(gateway, f"/api/archive/{other}"))["conversation"] == other
        state = await gateway.parts.desk.conversation(conversation)
        assert state.owner is Owner.CLOSED


async def test_only_agents_and_supervisors_may_read_it(gateway):
    for path in ("/api/archive", "/api/archive/c1"):
        assert (await get(gateway, path, 401))["error"]["code"] == "unauthenticated"
    await gateway.user("eve@example.com", "editor")
    await gateway.log_in("eve@example.com")
    for path in ("/api/archive", "/api/archive/c1"):
        assert (await get(gateway, path, 403))["error"]["code"] == "forbidden"
    await gateway.user("sue@example.com", "supervisor")
    await gateway.log_in("sue@example.com")
    assert await get(gateway, "/api/archive") == {"conversations": [], "next": None}


@pytest.mark.parametrize(
    "query",
    [
        {"limit": "0"},
        {"limit": "101"},
        {"limit": "x"},
        {"from": "yesterday"},
        {"to": "-1"},
        {"cursor": "1"},
        {"cursor": "1-2-3"},
        {"agent": "a b"},
        {"q": "x" * 501},
        {"other": "1"},
    ],
)
async def test_a_wrong_question_is_refused_by_name(gateway, query):
    await gateway.user()
    await gateway.log_in()
    refused = await get(gateway, "/api/archive", 400, **query)
    assert refused["error"]["code"] == "bad_request"
    assert next(iter(query)) in refused["error"]["message"]


@pytest.mark.parametrize("words", ["\x00", "\x00parcel", '"', "-", "*", "é" * 500, "(", "a OR"])
async def test_no_words_break_the_search(gateway, words):
    await gateway.user()
    await gateway.log_in()
    assert (await get(gateway, "/api/archive", q=words))["conversations"] == []


async def test_an_unknown_conversation_is_not_found(gateway):
    await gateway.user()
    await gateway.log_in()
    refused = await get(gateway, "/api/archive/nothing", 404)
    assert refused["error"]["code"] == "unknown_conversation"
    assert (await get(gateway, "/api/archive/a%20b", 400))["error"]["code"] == "bad_request"


async def test_what_is_too_old_is_forgotten_at_the_start(start):
    gateway = await start(sweep_interval_s=0.05)
    async with await gateway.agent() as console:
        conversation = await closed(gateway, console)
        await archived(gateway, conversation)
    await asyncio.sleep(0.1)
    await start(sweep_interval_s=0.05, archive_days=0.1 / 86_400)
    await until(lambda: get(gateway, "/api/archive"), {"conversations": [], "next": None})
