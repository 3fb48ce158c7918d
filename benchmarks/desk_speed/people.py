"""Customers and agents as their pages are, on the sockets of one process."""

from __future__ import annotations

import asyncio
import itertools
import time
from dataclasses import dataclass, field
from typing import Any

import orjson

from benchmarks.desk_speed.frames import Wire

PING_S = 25.0
"""How often a page tries its connection (`PING_EVERY_MS` of the apps)."""
PATIENCE_S = 60.0
"""For any answer; the pages lose theirs after 10 s."""
_DESK = b'{"type":"desk"'


class RefusedError(Exception):
    """The gateway answered with an error; the text is its code."""


@dataclass
class Log:
    """When each message was sent, accepted and seen, by its number; times in seconds."""

    due: dict[str, float] = field(default_factory=dict)
    sent: dict[str, float] = field(default_factory=dict)
    accepted: dict[str, float] = field(default_factory=dict)
    seen: dict[str, float] = field(default_factory=dict)
    doubled: int = 0
    pings: list[float] = field(default_factory=list)

    def see(self, client_id: str) -> None:
        """Note that the other side got a message."""
        if client_id in self.seen:
            self.doubled += 1
        self.seen.setdefault(client_id, time.perf_counter())


class Person:
    """One socket: commands and their answers, and what is pushed."""

    other = ""
    """The role of whom this one talks with."""

    def __init__(self, log: Log) -> None:
        self.log = log
        self._wire: Wire | None = None
        self._ids = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Any]] = {}

    @property
    def lost(self) -> bool:
        """Whether the socket is gone."""
        return self._wire is None or self._wire.lost

    async def ask(self, kind: str, **fields: Any) -> Any:
        """Send a command; return its result."""
        assert self._wire is not None  # noqa: S101
        number = next(self._ids)
        answer = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        self._wire.send({"id": number, "type": kind, **fields})
        return await asyncio.wait_for(answer, PATIENCE_S)

    async def ping(self) -> None:
        """Send the empty command; note how long it took."""
        started = time.perf_counter()
        await self.ask("ping")
        self.log.pings.append(time.perf_counter() - started)

    async def write(self, kind: str, client_id: str, **fields: Any) -> None:
        """Send a message and note when it was accepted."""
        self.log.sent[client_id] = time.perf_counter()
        await self.ask(kind, client_id=client_id, **fields)
        self.log.accepted[client_id] = time.perf_counter()

    def cut(self) -> None:
        """Lose the connection."""
        if self._wire is not None:
            self._wire.cut()
        self._waiting.clear()

    def take(self, payload: bytes) -> None:
        """One text frame of the gateway."""
        if payload.startswith(_DESK):
            return
        body = orjson.loads(payload)
        kind = body["type"]
        if kind == "event":
            self.heard(body["event"])
        elif kind in {"result", "error"}:
            answer = self._waiting.pop(body["id"])
            if kind == "result":
                answer.set_result(body["data"])
            else:
                answer.set_exception(RefusedError(body["code"]))

    def heard(self, event: dict[str, Any]) -> None:
        """An event of a conversation."""
        if event.get("role") == self.other:
            self.log.see(event["client_id"])


class Customer(Person):
    """A widget."""

    other = "agent"

    def __init__(self, log: Log, conversation: str, token: str) -> None:
        super().__init__(log)
        self.conversation = conversation
        self._token = token
        self._last: str | None = None
        self.text = asyncio.Event()

    async def open(self, port: int) -> None:
        """Connect; the second time from the last event on."""
        self._wire = await Wire.connect(port, "/ws/customer", self.take)
        await self.ask("auth", token=self._token, after=self._last)

    async def say(self, client_id: str, text: str) -> None:
        """Write a message."""
        await self.write("say", client_id, text=text)

    def heard(self, event: dict[str, Any]) -> None:
        """An event; the last one is where to go on from."""
        self._last = event["id"]
        if event["type"] == "message":
            self.text.set()
        super().heard(event)


class Agent(Person):
    """A console."""

    other = "customer"

    def __init__(self, log: Log, cookie: str, conversations: list[str]) -> None:
        super().__init__(log)
        self.conversations = conversations
        self._cookie = cookie

    async def open(self, port: int) -> None:
        """Connect, claim the conversations and look at them."""
        headers = f"Origin: http://127.0.0.1:{port}\r\nCookie: {self._cookie}\r\n"
        self._wire = await Wire.connect(port, "/ws/agent", self.take, headers)
        for conversation in self.conversations:
            await self.ask("claim", conversation=conversation)
            await self.ask("watch", conversation=conversation)

    async def reply(self, conversation: str, client_id: str, text: str) -> None:
        """Write to a customer."""
        await self.write("reply", client_id, conversation=conversation, text=text)
