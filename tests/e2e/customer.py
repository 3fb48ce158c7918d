"""A customer without a browser: speaks to the gateway's socket as the widget does."""

from __future__ import annotations

import asyncio
import itertools
import uuid
from dataclasses import dataclass
from typing import Any

import aiohttp


@dataclass(frozen=True)
class Customer:
    """One customer's session; every call opens a connection of its own."""

    url: str
    token: str

    @classmethod
    def new(cls, url: str) -> Customer:
        """Start a conversation."""

        async def start() -> str:
            async with aiohttp.ClientSession() as http:
                answer = await http.post(f"{url}/api/customer/session", json={})
                return str((await answer.json())["token"])

        return cls(url, asyncio.run(start()))

    def events(self) -> list[dict[str, Any]]:
        """Return the whole transcript."""

        async def read() -> list[dict[str, Any]]:
            headers = {"Authorization": f"Bearer {self.token}"}
            async with aiohttp.ClientSession(headers=headers) as http:
                answer = await http.get(f"{self.url}/api/customer/events")
                return list((await answer.json())["events"])

        return asyncio.run(read())

    def ask(self, text: str, timeout: float = 20) -> str:
        """Say something and return the next thing that is not the customer's own."""
        return str(asyncio.run(asyncio.wait_for(self._ask(text), timeout)).get("text", ""))

    def until(self, kind: str, text: str, timeout: float = 20) -> dict[str, Any]:
        """Say something and return the first event of this type after it."""
        return asyncio.run(asyncio.wait_for(self._ask(text, kind), timeout))

    def cancel(self) -> None:
        """Leave the queue."""

        async def leave() -> None:
            async with (
                aiohttp.ClientSession() as http,
                http.ws_connect(f"{self.url}/ws/customer") as socket,
            ):
                await socket.send_json({"id": 1, "type": "auth", "token": self.token})
                await socket.send_json({"id": 2, "type": "cancel_handoff"})
                while (await socket.receive_json()).get("id") != 2:
                    continue

        asyncio.run(asyncio.wait_for(leave(), 20))

    async def _ask(self, text: str, kind: str | None = None) -> dict[str, Any]:
        client_id = uuid.uuid4().hex
        async with (
            aiohttp.ClientSession() as http,
            http.ws_connect(f"{self.url}/ws/customer") as socket,
        ):
            await socket.send_json({"id": 1, "type": "auth", "token": self.token})
            say = {"id": 2, "type": "say", "client_id": client_id, "text": text}
            await socket.send_json(say)
            said = False
            for _ in itertools.count():
                event = (await socket.receive_json()).get("event")
                if event is None:
                    continue
                if event.get("client_id") == client_id:
                    said = True
                elif said and (event["type"] == kind if kind else event.get("role") == "bot"):
                    return dict(event)
        raise AssertionError("the socket closed")
