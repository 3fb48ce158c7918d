"""The description says what the gateway does: valid OpenAPI, every route, the frames that pass."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest
import schemathesis
from gateway_clients import Gateway, Refusal

from handoff.gateway.api import OPERATIONS
from handoff.gateway.app import ROUTES
from handoff.gateway.errors import WIRE
from handoff.gateway.openapi import frame_schema


@pytest.fixture
async def description(gateway: Gateway) -> dict[str, Any]:
    """As anybody gets it."""
    async with gateway.client.get("/api/openapi.json") as response:
        assert response.status == 200
        assert response.content_type == "application/json"
        body: dict[str, Any] = await response.json()
    return body


async def test_it_is_valid_openapi(description: dict[str, Any]) -> None:
    assert description["openapi"].startswith("3.1")
    schemathesis.openapi.from_dict(description).validate()


async def test_every_route_is_described_and_nothing_else(description: dict[str, Any]) -> None:
    routes = {
        (route.method.lower(), route.path)
        for route in ROUTES
        if route.path.startswith("/api/") or route.path in {"/health", "/ready"}
    }
    described = {
        (method, path) for path, methods in description["paths"].items() for method in methods
    }
    assert described == routes


async def test_every_parameter_of_a_path_is_described(description: dict[str, Any]) -> None:
    for path, methods in description["paths"].items():
        wanted = {part.strip("{}") for part in path.split("/") if part.startswith("{")}
        for method, operation in methods.items():
            told = {
                parameter["name"]
                for parameter in operation.get("parameters", ())
                if parameter["in"] == "path"
            }
            assert told == wanted, (method, path)


async def test_every_refusal_is_described_with_its_codes(description: dict[str, Any]) -> None:
    for operation in OPERATIONS:
        told = description["paths"][operation.path][operation.method.lower()]["responses"]
        assert str(operation.status) in told
        for code in (*operation.codes, *operation.who.codes, "bad_request", "internal"):
            schema = told[str(WIRE[code][0])]["content"]["application/json"]["schema"]
            assert code in schema["properties"]["error"]["properties"]["code"]["enum"]


async def test_secrets_and_names_of_modules_are_not_in_it(description: dict[str, Any]) -> None:
    assert "handoff." not in str(description)


FRAMES: list[tuple[str, dict[str, Any], bool]] = [
    ("customer", {"type": "ping"}, True),
    ("customer", {"type": "ping", "now": 1}, False),
    ("customer", {"type": "say", "client_id": "a", "text": "Hello"}, True),
    ("customer", {"type": "say", "client_id": "a"}, False),
    ("customer", {"type": "say", "client_id": 5, "text": "Hello"}, False),
    ("customer", {"type": "say", "client_id": "a b", "text": "Hello"}, False),
    ("customer", {"type": "seen", "read": "1700000000000-0"}, True),
    ("customer", {"type": "seen", "read": "the last"}, False),
    ("customer", {"type": "claim", "conversation": "c"}, False),
    ("agent", {"type": "set_status", "status": "away"}, True),
    ("agent", {"type": "set_status", "status": "asleep"}, False),
    ("agent", {"type": "set_status", "status": "away", "reason": "x" * 81}, False),
    ("agent", {"type": "unwatch", "conversation": "c1"}, True),
    ("agent", {"type": "unwatch", "conversation": "c 1"}, False),
    ("agent", {"type": "unwatch", "conversation": None}, False),
    ("agent", {"type": "watch", "conversation": "c1", "after": "$"}, False),
    ("agent", {"type": "transfer_to_team", "conversation": "c1", "team": "a b"}, False),
    ("agent", {"type": "say", "client_id": "a", "text": "Hello"}, False),
]


@pytest.mark.parametrize(("kind", "frame", "fits"), FRAMES)
async def test_the_schema_of_frames_says_which_pass(
    gateway: Gateway, description: dict[str, Any], kind: str, frame: dict[str, Any], fits: bool
) -> None:
    schema = description["x-websockets"][f"/ws/{kind}"]["frame"]
    assert schema == frame_schema(f"/ws/{kind}")
    assert jsonschema_rs.Draft202012Validator(schema).is_valid({"id": 1, **frame}) is fits
    _, token = await gateway.open()
    async with await (gateway.customer(token) if kind == "customer" else gateway.agent()) as socket:
        try:
            await socket.ask(**{"kind": frame["type"], **_without_type(frame)})
            passed = True
        except Refusal as refusal:
            passed = refusal.code not in {"bad_request", "unknown_type"}
    assert passed is fits


def _without_type(frame: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in frame.items() if name != "type"}
