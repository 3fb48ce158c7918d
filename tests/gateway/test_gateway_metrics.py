"""What Prometheus reads after a journey, and who else may."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest
from gateway_clients import Gateway
from prometheus_client.parser import text_string_to_metric_families

DOCUMENT = (Path(__file__).parents[2] / "docs" / "metrics.md").read_text(encoding="utf-8")
Values = dict[tuple[str, tuple[str, ...]], float]


async def scrape(gateway: Gateway, **headers: str) -> Values:
    """Name and labels' values -> value."""
    async with gateway.client.get("/metrics", headers=headers) as response:
        assert response.status == 200, await response.text()
        assert response.headers["Content-Type"].startswith("text/plain; version=")
        text = await response.text()
    return {
        (sample.name, tuple(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def counted(gateway: Gateway, name: str, *labels: str) -> Values:
    """Scrape until the value is 1."""
    async with asyncio.timeout(10):
        while True:
            values = await scrape(gateway)
            if values[name, labels] == 1:
                return values
            await asyncio.sleep(0.02)


async def status(gateway: Gateway, **headers: str) -> int:
    async with gateway.client.get("/metrics", headers=headers) as response:
        return response.status


async def journey(gateway: Gateway, console: Any) -> None:
    """One conversation is answered and closed, one customer gives up, one waits; all reconnect."""
    for n, name in enumerate(("Ada", "Bob", "Cleo")):
        conversation, token = await gateway.open(name)
        async with await gateway.customer(token) as customer:
            await customer.ask("say", client_id="m1", text="Where is my parcel?")
            seen = await customer.event(lambda event: event.get("role") == "bot")
            await customer.ask("request_human")
            if n == 0:
                await console.ask("claim", conversation=conversation)
                for client_id in ("r1", "r2"):
                    ours = {"conversation": conversation, "client_id": client_id}
                    await console.ask("reply", **ours, text="On its way.")
                await console.ask("close", conversation=conversation)
            if n == 1:
                await customer.ask("cancel_handoff")
        async with await gateway.customer(token, after=seen["id"]):
            pass


async def test_a_journey_is_counted(gateway):
    async with await gateway.agent() as console:
        await journey(gateway, console)
        _, token = await gateway.open()
        async with await gateway.customer(token):
            # A socket is counted until the gateway has seen it close.
            values = await counted(gateway, "tandem_sockets_open", "customer")
    team = ("support",)
    assert {team for name, team in values if name == "tandem_queue_length"} == {team}
    expected = {
        ("tandem_queue_length", team): 1,
        ("tandem_wait_seconds_count", team): 1,
        ("tandem_wait_seconds_bucket", ("+Inf", *team)): 1,
        ("tandem_first_response_seconds_count", team): 1,
        ("tandem_handling_seconds_count", team): 1,
        ("tandem_abandoned_total", team): 1,
        ("tandem_offers_declined_total", team): 0,
        ("tandem_reconnects_total", ("customer",)): 3,
        ("tandem_sockets_open", ("customer",)): 1,
        ("tandem_sockets_open", ("agent",)): 1,
        ("tandem_bot_turns_total", ("answered",)): 3,
        ("tandem_bot_turns_total", ("refused",)): 0,
        ("tandem_bot_turn_seconds_count", ()): 3,
        ("tandem_redis_up", ()): 1,
    }
    assert {key: values[key] for key in expected} == expected
    assert 0 < values["tandem_queue_longest_wait_seconds", team] < 60
    assert 0 <= values["tandem_first_response_seconds_sum", team] < 60


async def test_the_figures_of_the_desk_outlive_a_process_and_are_everybodys(gateway, start):
    async with await gateway.agent() as console:
        await journey(gateway, console)
    values = await scrape(await start())
    assert values["tandem_wait_seconds_count", ("support",)] == 1
    assert values["tandem_reconnects_total", ("customer",)] == 0


async def test_a_bot_that_was_silenced_is_counted(gateway, rasa):
    rasa.delay_s = 0.3
    _, token = await gateway.open()
    async with await gateway.customer(token) as customer:
        await customer.ask("say", client_id="m1", text="Hello")
        while not rasa.heard:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        await customer.ask("request_human")
        values = await counted(gateway, "tandem_bot_replies_refused_total")
    assert values["tandem_bot_turns_total", ("refused",)] == 1


async def test_a_failing_bot_is_counted(gateway, rasa):
    rasa.answer = lambda _: []
    _, token = await gateway.open()
    async with await gateway.customer(token) as customer:
        await customer.ask("say", client_id="m1", text="Hello")
        await customer.event(lambda event: event["type"] == "queued")
        await counted(gateway, "tandem_bot_turns_total", "failed")


async def test_the_longest_wait_is_not_that_of_the_first_in_line(gateway, redis):
    desk = gateway.parts.desk
    for n in range(3):
        await desk.open(f"c{n}", "Ada")
        await desk.request_human(f"c{n}")
    since = int(await redis.hget("{main}:conv:c1", "waiting_since")) - 500_000
    await redis.hset("{main}:conv:c1", "waiting_since", since)
    await redis.zadd("{main}:line:support", {"c2": 1})  # a higher priority
    values = await scrape(gateway)
    assert 500 <= values["tandem_queue_longest_wait_seconds", ("support",)] < 560


async def test_every_metric_is_documented_and_every_documented_one_is_told(gateway):
    names = {name for name, _ in await scrape(gateway) if not name.endswith("_created")}
    bare = {re.sub(r"_(bucket|count|sum)$", "", name) for name in names}
    assert bare == set(re.findall(r"^\| `(tandem_\w+)` \|", DOCUMENT, re.MULTILINE))


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-For": "203.0.113.9"},
        {"Forwarded": "for=203.0.113.9"},
        {"Host": "help.example.com"},
        {"Host": "127.0.0.1.example.com"},
        {"Host": ":::"},
    ],
)
async def test_without_a_token_only_this_machine_sees_them(gateway, headers):
    assert await status(gateway) == 200
    assert await status(gateway, **headers) == 404


async def test_behind_a_public_address_nobody_sees_them_without_a_token(start):
    assert await status(await start(public_origin="https://help.example.com")) == 404


async def test_with_a_token_whoever_shows_it_sees_them(start):
    from pydantic import SecretStr

    gateway = await start(metrics_token=SecretStr("open sesame"))
    assert await status(gateway) == 401
    assert await status(gateway, Authorization="Bearer wrong") == 401
    right = {"Authorization": "Bearer open sesame", "X-Forwarded-For": "203.0.113.9"}
    assert (await scrape(gateway, **right))["tandem_redis_up", ()] == 1
