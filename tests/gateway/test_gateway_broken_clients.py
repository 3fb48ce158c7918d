"""Requests that no browser sends: bytes where text belongs."""

from __future__ import annotations

import asyncio
import json

import pytest
from gateway_clients import Gateway

NOT_UTF8 = {
    "token": ("GET", "/api/customer/events", b"Authorization: Bearer \xff\xfe"),
    "session": ("GET", "/api/me", b"Cookie: tandem_session=\xff\xfe"),
    "origin": ("POST", "/api/login", b"Origin: http://\xff"),
    "socket": ("GET", "/ws/agent", b"Origin: http://\xff"),
}


async def _exchange(gateway: Gateway, method: str, path: str, header: bytes) -> tuple[int, bytes]:
    """Send a request as it is; the status and the body of the answer."""
    url = gateway.client.make_url("/")
    assert url.host
    reader, writer = await asyncio.open_connection(url.host, url.port)
    head = f"{method} {path} HTTP/1.1\r\nHost: {url.authority}\r\nConnection: close\r\n".encode()
    body = b"Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
    writer.write(head + header + b"\r\n" + (body if method == "POST" else b"\r\n"))
    async with asyncio.timeout(10):
        answer = await reader.read()
    writer.close()
    head, _, rest = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), rest


@pytest.mark.parametrize("where", NOT_UTF8)
async def test_a_header_that_is_not_utf8_is_refused(gateway: Gateway, where: str) -> None:
    status, body = await _exchange(gateway, *NOT_UTF8[where])
    assert status == 400
    assert json.loads(body)["error"]["code"] == "bad_request"


async def test_signing_out_without_a_session_stores_none(gateway: Gateway) -> None:
    async with gateway.client.post("/api/logout", json={}) as response:
        assert response.status == 200
        assert "Set-Cookie" not in response.headers
    stored = [key async for key in gateway.parts.desk._redis.scan_iter("tandem_session*")]
    assert stored == []


async def test_a_body_that_cannot_be_decoded_is_refused(gateway: Gateway) -> None:
    encoded = b"Content-Encoding: gzip"
    status, body = await _exchange(gateway, "POST", "/api/customer/session", encoded)
    assert status == 400
    assert json.loads(body)["error"]["code"] == "bad_request"
