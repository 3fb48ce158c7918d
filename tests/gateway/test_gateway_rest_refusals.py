from __future__ import annotations

import json
from typing import Any

from gateway_clients import PASSWORD, Gateway, Knowledge
from structlog.testing import capture_logs

UNSAFE = [
    ("POST", "/api/customer/session"),
    ("POST", "/api/login"),
    ("POST", "/api/logout"),
    ("POST", "/api/articles"),
    ("PUT", "/api/articles/a"),
    ("DELETE", "/api/articles/a"),
    ("POST", "/api/articles/a/publish"),
    ("POST", "/api/articles/a/archive"),
    ("POST", "/api/articles/a/restore"),
    ("POST", "/api/try"),
]
LOGIN = "/api/login"
JSON = {"Content-Type": "application/json"}


async def _error(gateway: Gateway, method: str, url: str, **options: Any) -> tuple[int, str]:
    """Status and code of a refusal, which has the one shape and tells nothing internal."""
    async with gateway.client.request(method, url, **options) as response:
        text = await response.text()
    error = json.loads(text)["error"]
    assert set(error) == {"code", "message"}
    assert error["message"]
    assert "Traceback" not in text
    assert "handoff" not in text
    return response.status, error["code"]


async def test_changes_need_the_json_content_type(gateway: Gateway) -> None:
    types = (None, "text/plain", "application/x-www-form-urlencoded", "multipart/form-data")
    for method, url in UNSAFE:
        for kind in types:
            headers = {"Content-Type": kind} if kind else {}
            outcome = await _error(gateway, method, url, data=b"{}", headers=headers)
            assert outcome == (415, "unsupported_media_type"), (method, url, kind)


async def test_changes_from_another_sites_page_are_forbidden(gateway: Gateway) -> None:
    origins = ["https://evil.example", "null", gateway.origin + "1", "file://", "x", ""]
    for method, url in UNSAFE:
        for origin in origins:
            outcome = await _error(gateway, method, url, json={}, headers={"Origin": origin})
            assert outcome == (403, "forbidden"), (method, url, origin)


async def test_changes_from_the_gateways_own_page_are_accepted(gateway: Gateway) -> None:
    await gateway.user()
    body = {"email": "ann@example.com", "password": PASSWORD}
    headers = {"Origin": gateway.origin}
    async with gateway.client.post(LOGIN, json=body, headers=headers) as response:
        assert response.status == 200


async def test_behind_a_proxy_the_public_origin_is_the_gateways_own(start: object) -> None:
    gateway: Gateway = await start(public_origin="https://help.example.com")  # type: ignore[operator]
    headers = {"Origin": "https://help.example.com"}
    assert await _error(gateway, "POST", LOGIN, json={}, headers=headers) == (400, "bad_request")


BAD_LOGINS = [
    b"",
    b"{",
    b"[]",
    b"null",
    b'"x"',
    b"\xff\xfe",
    b"{}",
    b'{"email": "a@b"}',
    b'{"email": 5, "password": "x"}',
    b'{"email": "a@b", "password": null}',
    b'{"email": "a@b", "password": "x", "admin": true}',
    b'{"email": "a@b", "password": "' + b"x" * 2000 + b'"}',
]


async def test_malformed_bodies_are_refused(gateway: Gateway) -> None:
    for body in BAD_LOGINS:
        outcome = await _error(gateway, "POST", LOGIN, data=body, headers=JSON)
        assert outcome == (400, "bad_request"), body[:40]


async def test_a_message_names_the_field_and_not_its_value(gateway: Gateway) -> None:
    body = {"email": "a@b.c", "password": ["hunter2"]}
    async with gateway.client.post(LOGIN, json=body) as response:
        text = await response.text()
    assert "password" in text
    assert "hunter2" not in text


async def test_a_body_that_is_too_large_is_refused(gateway: Gateway) -> None:
    data = b'{"name": "' + b"x" * 300_000 + b'"}'
    url = "/api/customer/session"
    assert await _error(gateway, "POST", url, data=data, headers=JSON) == (413, "too_large")


async def test_strange_names_are_cleaned(gateway: Gateway) -> None:
    for given, kept in (("\x00\x01", "Guest"), ("a\nb", "a b"), ("x" * 500, "x" * 80)):
        conversation, _ = await gateway.open(given)
        assert (await gateway.parts.desk.conversation(conversation)).customer == kept


async def test_unknown_addresses_and_methods_are_told_as_json(gateway: Gateway) -> None:
    for url in ("/api/", "/api/nothing", "/api/customer", "/api/articles/a/b/c", "/api/../api/x"):
        assert await _error(gateway, "GET", url) == (404, "not_found"), url
    assert await _error(gateway, "GET", LOGIN) == (405, "method_not_allowed")
    assert await _error(gateway, "DELETE", "/api/me", json={}) == (405, "method_not_allowed")
    assert await _error(gateway, "PATCH", "/api/articles/a", json={}) == (405, "method_not_allowed")
    assert await _error(gateway, "TRACE", "/api/me") == (405, "method_not_allowed")
    assert await _error(gateway, "POST", "/api/nothing", data=b"x") == (404, "not_found")


async def test_a_socket_address_needs_a_handshake(gateway: Gateway) -> None:
    async with gateway.client.get("/ws/customer") as response:
        assert response.status == 400
        assert "Traceback" not in await response.text()


async def test_an_unforeseen_error_is_logged_and_not_told(gateway: Gateway) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("secret detail in handoff")

    gateway.parts.desk.open = broken  # type: ignore[method-assign, assignment]
    with capture_logs() as logs:
        outcome = await _error(gateway, "POST", "/api/customer/session", json={})
    assert outcome == (500, "internal")
    assert any(entry["event"] == "unexpected_error" for entry in logs)


async def test_logs_hold_neither_texts_nor_queries(gateway: Gateway) -> None:
    with capture_logs() as logs:
        _, token = await gateway.open("Grace")
        async with await gateway.customer(token) as socket:
            await socket.ask("say", client_id="m", text="my secret text")
            await socket.event(lambda event: event["role"] == "bot")
        headers = {"Authorization": f"Bearer {token}"}
        url = "/api/customer/events?after=12345-6"
        async with gateway.client.get(url, headers=headers) as response:
            assert response.status == 200
    written = str(logs)
    assert "/api/customer/events" in written
    assert not any(part in written for part in ("my secret text", "12345-6", token, "Grace"))


async def test_health_and_readiness(gateway: Gateway, knowledge: Knowledge, rasa: Any) -> None:
    async def ready() -> tuple[int, Any]:
        async with gateway.client.get("/ready") as response:
            return response.status, (await response.json())["parts"]

    async with gateway.client.get("/health") as response:
        assert (response.status, await response.json()) == (200, {"status": "ok"})
    assert await ready() == (200, {"redis": "ok", "rasa": "ok", "knowledge": "ok"})
    rasa.model = None
    assert await ready() == (503, {"redis": "ok", "rasa": "unavailable", "knowledge": "ok"})
    rasa.model, knowledge.broken = "m", True
    assert await ready() == (503, {"redis": "ok", "rasa": "ok", "knowledge": "unavailable"})


async def test_a_widget_on_a_permitted_site_may_connect(start: object) -> None:
    gateway: Gateway = await start(  # type: ignore[operator]
        allowed_origins=("https://shop.example",)
    )
    url = "/api/customer/session"
    headers = {"Origin": "https://shop.example"}
    async with gateway.client.options(url, headers=headers) as response:
        assert response.status == 204
        assert "Content-Type" in response.headers["Access-Control-Allow-Headers"]
    async with gateway.client.post(url, json={}, headers=headers) as response:
        assert response.headers["Access-Control-Allow-Origin"] == "https://shop.example"
        assert response.headers["Vary"] == "Origin"
        token = (await response.json())["token"]
    async with await gateway.widget(**headers) as socket:
        assert (await socket.ask("auth", token=token))["owner"] == "bot"
    assert await _error(gateway, "OPTIONS", LOGIN, headers=headers) == (405, "method_not_allowed")
    other = {"Origin": "https://other.example"}
    assert await _error(gateway, "OPTIONS", url, headers=other) == (403, "forbidden")
    assert await _error(gateway, "GET", "/ws/customer", headers=other) == (403, "forbidden")
    async with gateway.client.get("/api/customer/events", headers=other) as response:
        assert "Access-Control-Allow-Origin" not in response.headers


async def test_a_widget_may_be_permitted_everywhere(start: object) -> None:
    gateway: Gateway = await start(allowed_origins=("*",))  # type: ignore[operator]
    async with await gateway.widget(Origin="https://any.example") as socket:
        assert await socket.raw("{}")
