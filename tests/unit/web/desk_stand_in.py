"""A small real server for the console: its pages, a signed-in agent, and `/ws/agent`.

It holds one desk and does what the test tells it; commands are noted and, unless refused, accepted.
"""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

from aiohttp import web

ME = "a1"


def now() -> int:
    """Milliseconds since the epoch."""
    return int(time.time() * 1000)


def summary(conversation: str, **fields: Any) -> dict[str, Any]:
    """A conversation as the agents' lists show it."""
    at = now()
    return {
        "conversation": conversation,
        "customer": "Robin",
        "owner": "queue",
        "agent": None,
        "agent_name": None,
        "waiting_since": at - 42_000,
        "priority": 5,
        "reasons": [{"code": "explicit_request", "detail": ""}],
        "preview": "Where is my order?",
        "last_at": at,
        "offer": None,
        "team": "support",
        "skills": [],
        "language": "en",
        "summary": None,
        "message": False,
        "address": "",
        "customer_away": None,
        **fields,
    }


def agent(name: str, **fields: Any) -> dict[str, Any]:
    """An agent as the desk sees them."""
    return {
        "id": name.lower(),
        "name": name,
        "status": "available",
        "reason": "",
        "since": now(),
        "wrap_until": None,
        "load": 0,
        "capacity": 3,
        "teams": ["support"],
        **fields,
    }


class DeskStandIn:
    """One agent's desk."""

    def __init__(self, dist: Path) -> None:
        self.dist = dist
        self.url = ""
        self.roles = ["agent"]
        self.desk: dict[str, Any] = {
            "queue": [],
            "mine": [],
            "offers": [],
            "queue_length": 0,
            "me": agent("Mira", id=ME),
            "team": [agent("Mira", id=ME), agent("Jonas"), agent("Ada", status="break")],
        }
        self.events: dict[str, list[dict[str, Any]]] = {}
        #: What `seen` told, in order.
        self.seen: list[dict[str, Any]] = []
        #: Commands other than `watch`, `unwatch`, `typing`, `seen` and `ping`, in order.
        self.commands: list[dict[str, Any]] = []
        #: Code with which commands are refused, or "".
        self.refuse = ""
        self._sockets: set[web.WebSocketResponse] = set()
        self._last_ms = 0
        self._arrived = asyncio.Event()

    def app(self) -> web.Application:
        """The application to run."""
        app = web.Application()
        app.router.add_get("/api/me", self._me)
        app.router.add_get("/ws/agent", self._socket)
        app.router.add_get("/console/", self._page)
        app.router.add_static("/", self.dist)
        app.on_shutdown.append(self._close)
        return app

    async def show(self, **fields: Any) -> None:
        """Change the desk and push it."""
        self.desk.update(fields)
        await self._push({"type": "desk", **self.desk})

    async def add(self, conversation: str, kind: str, **fields: Any) -> str:
        """Append an event to a conversation, push it and return its id."""
        self._last_ms = max(self._last_ms + 1, now())
        event = {"id": f"{self._last_ms}-0", "type": kind, "at": self._last_ms, **fields}
        self.events.setdefault(conversation, []).append(event)
        await self._push({"type": "event", "conversation": conversation, "event": event})
        return str(event["id"])

    async def type(self, conversation: str) -> None:
        """Push that the customer is typing."""
        await self._push({"type": "typing", "conversation": conversation, "role": "customer"})

    async def set_seen(self, conversation: str, **sides: dict[str, str | None]) -> None:
        """Push how far both sides have seen a conversation."""
        nowhere = {"delivered": None, "read": None}
        seen = {"customer": nowhere, "agent": nowhere, **sides}
        await self._push({"type": "seen", "conversation": conversation, **seen})

    async def was_told(self, conversation: str, **position: str) -> None:
        """Wait until the latest `seen` is this."""
        async with asyncio.timeout(10):
            while self.seen[-1:] != [{"conversation": conversation, **position}]:
                self._arrived.clear()
                await self._arrived.wait()

    async def command(self, kind: str) -> dict[str, Any]:
        """Wait for a command and return it without its number and type."""
        async with asyncio.timeout(10):
            while True:
                for frame in self.commands:
                    if frame["type"] == kind:
                        self.commands.remove(frame)
                        return {k: v for k, v in frame.items() if k not in {"id", "type"}}
                self._arrived.clear()
                await self._arrived.wait()

    async def _push(self, frame: dict[str, Any]) -> None:
        for socket in list(self._sockets):
            await socket.send_json(frame)

    async def _close(self, _app: web.Application) -> None:
        for socket in list(self._sockets):
            await socket.close()

    async def _me(self, _request: web.Request) -> web.Response:
        return web.json_response({"id": ME, "name": "Mira", "roles": self.roles})

    async def _page(self, _request: web.Request) -> web.FileResponse:
        return web.FileResponse(self.dist / "console" / "index.html")

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        teams = [
            {"name": "support", "title": "Support", "picking": True},
            {"name": "billing", "title": "Billing", "picking": False},
        ]
        who = {"id": ME, "name": "Mira", "roles": self.roles}
        await socket.send_json({"type": "hello", "agent": who, "teams": teams})
        await socket.send_json({"type": "desk", **self.desk})
        self._sockets.add(socket)
        try:
            async for message in socket:
                await self._answer(socket, message.json())
        finally:
            self._sockets.discard(socket)
        return socket

    async def _answer(self, socket: web.WebSocketResponse, frame: dict[str, Any]) -> None:
        if frame["type"] == "watch":
            await self._watch(socket, frame)
            return
        if frame["type"] == "seen":
            self.seen.append({k: v for k, v in frame.items() if k not in {"id", "type"}})
            self._arrived.set()
        quiet = frame["type"] in {"unwatch", "typing", "ping", "seen"}
        if not quiet:
            self.commands.append(frame)
            self._arrived.set()
        answer: dict[str, Any] = {"id": frame["id"], "type": "result", "data": {"event_id": "1-0"}}
        if self.refuse and not quiet:
            answer |= {"type": "error", "code": self.refuse, "message": self.refuse}
        await socket.send_json(answer)

    async def _watch(self, socket: web.WebSocketResponse, frame: dict[str, Any]) -> None:
        conversation = frame["conversation"]
        known = [*self.desk["queue"], *self.desk["mine"], *self.desk["offers"]]
        found = next((one for one in known if one["conversation"] == conversation), None)
        data = {"summary": found or summary(conversation)}
        await socket.send_json({"id": frame["id"], "type": "result", "data": data})
        for event in self.events.get(conversation, []):
            body = {"type": "event", "conversation": conversation, "event": event}
            await socket.send_json(body)
