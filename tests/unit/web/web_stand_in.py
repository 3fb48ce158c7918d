"""A small real server for the browser: the pages of dist/ and the customer's side of the contract.

It keeps one conversation in memory and does what the test tells it: no bot, no queue.
"""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

from aiohttp import WSCloseCode, web

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'"
)


class StandIn:
    """One conversation and the sockets that follow it."""

    def __init__(self, dist: Path) -> None:
        self.dist = dist
        self.url = ""
        self.events: list[dict[str, Any]] = []
        self.state: dict[str, Any] = {
            "owner": "bot",
            "agent_name": None,
            "position": None,
            "bot_thinking": False,
        }
        self.sockets: set[web.WebSocketResponse] = set()
        self.says: list[dict[str, Any]] = []
        self.auths: list[dict[str, Any]] = []
        self.sessions = 0
        self.up = True
        #: How many `say` are stored without telling the sender, whose connection is cut instead.
        self.swallow = 0
        #: Code with which `say` is refused, or "".
        self.refuse = ""
        #: Whether `request_human` finds no room.
        self.full = False
        #: What `seen` told, in order, and how often the server hangs up instead of listening.
        self.seen: list[dict[str, Any]] = []
        self.deaf = 0
        #: How far both sides have seen it, as told to every socket.
        self.positions: dict[str, dict[str, str | None]] = {}
        #: Tokens, of sessions and identities, that are no longer accepted.
        self.expired: set[str] = set()
        #: Who alone may have a session's conversation, by its token.
        self.owners: dict[str, str] = {}
        self._last_ms = 0
        self._greeted = asyncio.Event()
        self._heard = asyncio.Event()

    def app(self) -> web.Application:
        """The application to run."""
        app = web.Application()
        app.router.add_post("/api/customer/session", self._session)
        app.router.add_get("/ws/customer", self._socket)
        app.router.add_get("/", self._page)
        app.router.add_get("/bare", self._bare)
        app.router.add_static("/", self.dist)
        app.on_response_prepare.append(_add_policy)
        app.on_shutdown.append(self._close)
        return app

    async def add(self, kind: str, **fields: Any) -> dict[str, Any]:
        """Append an event and push it to every socket."""
        self._last_ms = max(self._last_ms + 1, int(time.time() * 1000))
        event = {"id": f"{self._last_ms}-0", "type": kind, "at": self._last_ms, **fields}
        self.events.append(event)
        await self._push({"type": "event", "event": event})
        return event

    async def set_state(self, **fields: Any) -> None:
        """Change the state and push it."""
        self.state.update(fields)
        await self._push({"type": "state", **self.state})

    async def set_seen(self, side: str, **position: str | None) -> None:
        """Move the positions of a side and push them."""
        for each in ("customer", "agent"):
            self.positions.setdefault(each, {"delivered": None, "read": None})
        self.positions[side].update(position)
        await self._push({"type": "seen", **self.positions})

    async def was_told(self, **position: str) -> None:
        """Wait until the latest `seen` is this."""
        async with asyncio.timeout(10):
            while self.seen[-1:] != [position]:
                self._heard.clear()
                await self._heard.wait()

    async def was_said(self, text: str) -> None:
        """Wait until this has been sent, whatever it is answered."""
        async with asyncio.timeout(10):
            while text not in [say["text"] for say in self.says]:
                self._heard.clear()
                await self._heard.wait()

    async def agent_types(self) -> None:
        """Push the agent's typing signal."""
        await self._push({"type": "typing", "role": "agent"})

    async def cut(self) -> None:
        """Close every socket, as a restarting server would."""
        for socket in list(self.sockets):
            await socket.close(code=WSCloseCode.GOING_AWAY)

    async def connected(self, sockets: int) -> None:
        """Wait until so many sockets are authenticated."""
        async with asyncio.timeout(10):
            while len(self.sockets) != sockets:
                self._greeted.clear()
                await self._greeted.wait()

    async def authenticated(self, identity: str | None) -> None:
        """Wait until the latest `auth` told this identity; None if it told none."""
        async with asyncio.timeout(10):
            while self.auths[-1].get("identity") != identity:
                self._greeted.clear()
                await self._greeted.wait()

    async def _push(self, frame: dict[str, Any]) -> None:
        for socket in list(self.sockets):
            await socket.send_json(frame)

    async def _close(self, _app: web.Application) -> None:
        await self.cut()

    async def _page(self, _request: web.Request) -> web.FileResponse:
        return web.FileResponse(self.dist / "index.html")

    async def _bare(self, _request: web.Request) -> web.Response:
        """Answer with a page that has the script tag and nothing else."""
        tag = '<script src="/widget.js" data-heading="Help desk" data-suggestions="A?|B?" '
        tag += 'data-identity="vouched" defer>'
        html = f'<!doctype html><html lang="en" dir="rtl"><title>Bare</title>{tag}</script>'
        return web.Response(text=html, content_type="text/html")

    async def _session(self, _request: web.Request) -> web.Response:
        self.sessions += 1
        name = f"c{self.sessions}"
        return web.json_response({"token": f"token-{name}", "conversation": name})

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        if not self.up:
            raise web.HTTPServiceUnavailable
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        try:
            async for message in socket:
                await self._answer(socket, message.json())
        finally:
            self.sockets.discard(socket)
        return socket

    async def _answer(self, socket: web.WebSocketResponse, frame: dict[str, Any]) -> None:
        handler = getattr(self, f"_on_{frame['type']}", None)
        if handler is None:
            await _refuse(socket, frame, "unknown_type")
        else:
            await handler(socket, frame)

    async def _on_auth(self, socket: web.WebSocketResponse, frame: dict[str, Any]) -> None:
        self.auths.append(frame)
        if frame["token"] in self.expired:
            await _refuse(socket, frame, "token_expired")
            await socket.close()
            return
        if frame.get("identity") in self.expired:
            await _refuse(socket, frame, "identity_expired")
            return
        identity = frame.get("identity")
        if identity and self.owners.get(frame["token"], identity) != identity:
            await _refuse(socket, frame, "forbidden")
            return
        await _result(socket, frame, {"conversation": frame["conversation"], **self.state})
        after = frame.get("after")
        for event in self.events:
            if after is None or event["id"] > after:
                await socket.send_json({"type": "event", "event": event})
        if self.positions:
            await socket.send_json({"type": "seen", **self.positions})
        self.sockets.add(socket)
        self._greeted.set()

    async def _on_say(self, socket: web.WebSocketResponse, frame: dict[str, Any]) -> None:
        self.says.append(frame)
        self._heard.set()
        if self.refuse:
            await _refuse(socket, frame, self.refuse)
            return
        client_id = frame["client_id"]
        stored = next((e for e in self.events if e.get("client_id") == client_id), None)
        if self.swallow:
            self.swallow -= 1
            self.sockets.discard(socket)
            await self.add("message", role="customer", text=frame["text"], client_id=client_id)
            await socket.close(code=WSCloseCode.GOING_AWAY)
            return
        if stored is None:
            stored = await self.add(
                "message", role="customer", text=frame["text"], client_id=client_id
            )
        await _result(socket, frame, {"event_id": stored["id"]})

    async def _on_request_human(self, socket: web.WebSocketResponse, frame: dict[str, Any]) -> None:
        if self.state["owner"] != "bot":
            await _refuse(socket, frame, "not_with_bot")
            return
        if self.full:
            await _refuse(socket, frame, "queue_full")
            return
        await _result(socket, frame, {})
        await self.add("queued")
        await self.set_state(owner="queue", position=2)

    async def _on_cancel_handoff(
        self, socket: web.WebSocketResponse, frame: dict[str, Any]
    ) -> None:
        await _result(socket, frame, {})
        await self.add("cancelled")
        await self.set_state(owner="bot", position=None)

    async def _on_leave_message(self, socket: web.WebSocketResponse, frame: dict[str, Any]) -> None:
        if "@" not in frame["address"]:
            await _refuse(socket, frame, "bad_request")
            return
        await _result(socket, frame, {})
        await self.add("message_left", address=frame["address"], text=frame["text"])
        await self.set_state(owner="queue", position=None, wait_s=None, message_left=True)

    async def _on_typing(self, socket: web.WebSocketResponse, frame: dict[str, Any]) -> None:
        await _result(socket, frame, {})

    _on_ping = _on_typing

    async def _on_seen(self, socket: web.WebSocketResponse, frame: dict[str, Any]) -> None:
        if self.deaf:
            self.deaf -= 1
            await socket.close(code=WSCloseCode.GOING_AWAY)
            return
        self.seen.append({k: v for k, v in frame.items() if k not in {"id", "type"}})
        self._heard.set()
        await _result(socket, frame, {})


async def _result(socket: web.WebSocketResponse, frame: dict[str, Any], data: object) -> None:
    await socket.send_json({"id": frame["id"], "type": "result", "data": data})


async def _refuse(socket: web.WebSocketResponse, frame: dict[str, Any], code: str) -> None:
    await socket.send_json({"id": frame["id"], "type": "error", "code": code, "message": code})


async def _add_policy(_request: web.Request, response: web.StreamResponse) -> None:
    response.headers["Content-Security-Policy"] = POLICY
