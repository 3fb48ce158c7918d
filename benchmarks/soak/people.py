"""Customers and agents who write, hear, lose their connection, resume and send again."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import orjson

Frame = dict[str, Any]

ANSWER_S = 15.0
"""Without an answer for so long a client gives its connection up."""
_PAUSE_S = 4.0
_AGAIN_S = 0.3
_BURST = 3
_LOST = (aiohttp.ClientError, OSError, TimeoutError, RuntimeError)


class RefusedFrame(Exception):  # noqa: N818 - an answer like any other
    """The gateway refused a command; the text is its wire code."""


@dataclass
class Figures:
    """What all clients of a trial did and what should not have happened to them."""

    connections: int = 0
    resumed: int = 0
    sent: int = 0
    sent_again: int = 0
    refused: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    lost_connections: int = 0
    faults: list[str] = field(default_factory=list)


@dataclass
class Ledger:
    """What one side of one conversation wrote and was shown."""

    written: list[tuple[str, str]] = field(default_factory=list)
    """Client id and text, in the order of writing."""
    receipts: dict[str, str] = field(default_factory=dict)
    """Client id -> event id the gateway acknowledged it with."""
    shown: list[tuple[str, str]] = field(default_factory=list)
    """Event id and text (or type, without one), in the order of showing."""

    @property
    def cursor(self) -> str | None:
        """The last event shown."""
        return self.shown[-1][0] if self.shown else None

    @property
    def open(self) -> list[tuple[str, str]]:
        """What is not acknowledged yet."""
        return [one for one in self.written if one[0] not in self.receipts]


class Line:
    """One WebSocket: commands by id, and pushes to `heard`."""

    def __init__(self, ws: aiohttp.ClientWebSocketResponse, heard: Callable[[Frame], None]) -> None:
        self._ws = ws
        self._heard = heard
        self._ids = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Frame]] = {}

    async def read(self) -> None:
        """Hear until the connection is lost."""
        async for message in self._ws:
            frame: Frame = orjson.loads(message.data)
            if frame["type"] not in {"result", "error"}:
                self._heard(frame)
            elif (waiting := self._waiting.pop(frame["id"], None)) and not waiting.done():
                waiting.set_result(frame)

    async def ask(self, kind: str, **fields: Any) -> Frame:
        """Send a command and return what it results in.

        Raises:
            TimeoutError: no answer came.
            RefusedFrame: an error came.
        """
        number = next(self._ids)
        self._waiting[number] = asyncio.get_running_loop().create_future()
        await self._ws.send_str(orjson.dumps({"id": number, "type": kind, **fields}).decode())
        frame = await asyncio.wait_for(self._waiting[number], ANSWER_S)
        if frame["type"] == "error":
            raise RefusedFrame(frame["code"])
        data: Frame = frame["data"]
        return data


class Person:
    """Stays connected until `leave`: to any of `urls`, from the last event shown on."""

    path = ""
    one_by_one = False

    def __init__(self, urls: Sequence[str], figures: Figures, seed: int) -> None:
        self.urls = urls
        self.figures = figures
        self.chance = random.Random(seed)
        self._name = f"p{seed}"
        self.writing = True
        self.ledgers: dict[str, Ledger] = {}
        self._numbers = itertools.count(1)
        self._tried: set[str] = set()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Connect, and write every few seconds while `writing` is set."""
        self._task = asyncio.create_task(self._live())

    async def leave(self) -> None:
        """End the connection."""
        if self._task:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    @property
    def settled(self) -> bool:
        """Whether everything that was written is acknowledged."""
        return not any(ledger.open for ledger in self.ledgers.values())

    async def greet(self, line: Line, *, again: bool) -> None:
        """Say who is there and what was shown already."""
        raise NotImplementedError

    def send(self, line: Line, conversation: str, client_id: str, text: str) -> Any:
        """Send one message; awaits to its receipt."""
        raise NotImplementedError

    def session(self) -> aiohttp.ClientSession:
        """What requests are made with."""
        return aiohttp.ClientSession()

    def headers(self, _url: str) -> dict[str, str]:
        """What a handshake carries."""
        return {}

    async def _live(self) -> None:
        async with self.session() as http:
            while True:
                url = self.chance.choice(self.urls)
                try:
                    await self._connect(http, url)
                except _LOST:
                    self.figures.lost_connections += 1
                except RefusedFrame as refusal:
                    self.figures.refused[str(refusal)] += 1
                await asyncio.sleep(self.chance.random() * 0.3)

    async def _connect(self, http: aiohttp.ClientSession, url: str) -> None:
        async with asyncio.timeout(ANSWER_S):
            ws = await http.ws_connect(
                url.replace("http", "ws") + self.path,
                headers=self.headers(url),
                timeout=aiohttp.ClientWSTimeout(ws_close=0.05),
                max_msg_size=0,
            )
        self.figures.connections += 1
        line = Line(ws, self._heard)
        tasks = [asyncio.create_task(line.read()), asyncio.create_task(self._act(line))]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            outcomes = await asyncio.gather(*tasks, return_exceptions=True)
            await ws.close()
        for outcome in outcomes:
            if isinstance(outcome, Exception):
                raise outcome

    async def _act(self, line: Line) -> None:
        again = any(ledger.shown for ledger in self.ledgers.values())
        await self.greet(line, again=again)
        self.figures.resumed += again
        while True:
            try:
                await self._send_what_is_open(line)
            except RefusedFrame as refusal:
                self.figures.refused[str(refusal)] += 1
                await asyncio.sleep(_AGAIN_S)
                continue
            if self.writing and self.chance.random() < 0.7:
                conversation = self.chance.choice(list(self.ledgers))
                for _ in range(self.chance.randint(1, _BURST)):
                    number = next(self._numbers)
                    entry = (f"{self._name}-{number}", f"{conversation} {number}")
                    self.ledgers[conversation].written.append(entry)
            else:
                await line.ask("ping")
                await asyncio.sleep(self.chance.random() * _PAUSE_S)

    async def _send_what_is_open(self, line: Line) -> None:
        """Send without waiting in between, or with `one_by_one` each after the last receipt."""
        sent: list[asyncio.Task[None]] = []
        for conversation, ledger in self.ledgers.items():
            for client_id, text in ledger.open:
                self.figures.sent += 1
                self.figures.sent_again += client_id in self._tried
                self._tried.add(client_id)
                sending = self._send_one(line, conversation, client_id, text)
                sent.append(asyncio.create_task(sending))
                if self.one_by_one:
                    await sent.pop()
        for outcome in await asyncio.gather(*sent, return_exceptions=True):
            if isinstance(outcome, Exception):
                raise outcome

    async def _send_one(self, line: Line, conversation: str, client_id: str, text: str) -> None:
        ledger = self.ledgers[conversation]
        receipt = (await self.send(line, conversation, client_id, text))["event_id"]
        if ledger.receipts.setdefault(client_id, receipt) != receipt:
            self.figures.faults.append(f"doubled: two receipts for one message in {conversation}")

    def _heard(self, frame: Frame) -> None:
        if frame["type"] == "event":
            conversation = frame.get("conversation") or next(iter(self.ledgers))
            event = frame["event"]
            self.ledgers[conversation].shown.append((event["id"], event.get("text", event["type"])))


class Customer(Person):
    """One conversation's customer."""

    path = "/ws/customer"

    def __init__(self, *common: Any, conversation: str, token: str) -> None:
        super().__init__(*common)
        self._token = token
        self.ledgers = {conversation: Ledger()}
        self.conversation = conversation

    async def greet(self, line: Line, *, again: bool) -> None:  # noqa: ARG002
        """Authenticate."""
        cursor = self.ledgers[self.conversation].cursor
        after = {"after": cursor} if cursor else {}
        await line.ask("auth", token=self._token, **after)

    def send(self, line: Line, _conversation: str, client_id: str, text: str) -> Any:
        """Say it."""
        return line.ask("say", client_id=client_id, text=text)


class Agent(Person):
    """One agent with the conversations that the agent owns."""

    path = "/ws/agent"

    def __init__(self, *common: Any, conversations: Sequence[str], cookie: str) -> None:
        super().__init__(*common)
        self._cookie = cookie
        self.ledgers = {conversation: Ledger() for conversation in conversations}

    def headers(self, url: str) -> dict[str, str]:
        """The console's own page, and who is signed in."""
        return {"Origin": url, "Cookie": self._cookie}

    async def greet(self, line: Line, *, again: bool) -> None:  # noqa: ARG002
        """Watch every conversation."""
        for conversation, ledger in self.ledgers.items():
            after = {"after": ledger.cursor} if ledger.cursor else {}
            await line.ask("watch", conversation=conversation, **after)

    def send(self, line: Line, conversation: str, client_id: str, text: str) -> Any:
        """Reply."""
        return line.ask("reply", conversation=conversation, client_id=client_id, text=text)
