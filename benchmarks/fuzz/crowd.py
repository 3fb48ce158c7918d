"""Many sockets that send spoilt frames to one gateway, and what must hold meanwhile and after."""

from __future__ import annotations

import asyncio
import base64
import os
import random
import re
import time
from collections import Counter
from collections.abc import Awaitable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import orjson
import psutil
from aiohttp import WSMsgType

from benchmarks.fuzz.frames import REFUSALS, Spoiler, broken_packet
from benchmarks.fuzz.scene import Scene, scene

AGENTS = 4
CUSTOMERS = 12
STRANGERS = 4
#: Frames sent before their answers are read.
_BATCH = 16
_PATIENCE_S = 60.0
_MARK = re.compile(r"MARK[0-9a-f]{16}")
_PEOPLE = {f"agent{n}@example.com": ("agent", "supervisor")[: 1 + n % 2] for n in range(AGENTS)}


def mark() -> str:
    """A word that nothing else contains."""
    return "MARK" + os.urandom(8).hex()


class Attack:
    """The conversations that are attacked, and what was seen."""

    def __init__(self, gateway: Scene, http: aiohttp.ClientSession, count: int) -> None:
        self.gateway = gateway
        self.http = http
        self.left = count
        self.marks: dict[str, str] = {}
        self.tokens: dict[str, str] = {}
        self.answers: Counter[str] = Counter()
        self.sent: Counter[str] = Counter()
        self.faults: Counter[str] = Counter()
        self.examples: dict[str, str] = {}

    async def open(self) -> str:
        """A conversation whose customer said a word that is nobody else's."""
        conversation, token = await self.gateway.conversation(self.http)
        self.marks[conversation], self.tokens[conversation] = mark(), token
        async with self.http.ws_connect(f"{self.gateway.url}/ws/customer") as ws:
            await ws.send_json({"id": 0, "type": "auth", "token": token})
            text = f"I am {self.marks[conversation]}."
            await ws.send_json({"id": 1, "type": "say", "client_id": "first", "text": text})
            await _result(ws, 1)
        return conversation

    def judge(self, data: bytes, frame: dict[str, Any], malformed: bool) -> None:
        """Look at the answer to `data`."""
        code = "result" if frame["type"] == "result" else str(frame["code"])
        self.answers[code] += 1
        self.sent["malformed" if malformed else "fitting"] += 1
        self.left -= malformed
        if code == "internal" or (malformed and code not in REFUSALS):
            self.faults[f"{code} for a {'malformed' if malformed else 'fitting'} frame"] += 1
            self.examples.setdefault(code, repr(data[:200]))


class Attacker:
    """One socket at a time, opened anew when the gateway ends it."""

    def __init__(self, attack: Attack, own: str, seed: int, cookie: str = "") -> None:
        self._attack = attack
        self._own = own
        self._agent = bool(cookie)
        self._headers = {"Origin": attack.gateway.url, "Cookie": f"tandem_session={cookie}"}
        self._path = "/ws/agent" if cookie else "/ws/customer"
        self._random = random.Random(seed)
        others = [one for one in attack.marks if one != own]
        self._spoiler = Spoiler(self._path, own or others[0], others, seed)
        self._watched = {own} if self._agent else set()

    async def run(self) -> None:
        """Attack until enough was sent."""
        while self._attack.left > 0:
            async with self._attack.http.ws_connect(
                self._attack.gateway.url + self._path,
                headers=self._headers if self._agent else {},
                max_msg_size=0,
            ) as ws:
                await self._greet(ws)
                for _ in range(30):
                    if ws.closed or self._attack.left <= 0 or not await self._volley(ws):
                        break

    async def review(self) -> None:
        """Read the customer's conversation once more from its beginning, to the very end."""
        async with self._attack.http.ws_connect(self._attack.gateway.url + self._path) as ws:
            await self._greet(ws)
            last = {"client_id": "goodbye", "text": "Goodbye"}
            await ws.send_json({"id": 1, "type": "say", **last})
            while (await self._read(ws)).get("event", {}).get("client_id") != last["client_id"]:
                pass

    async def _greet(self, ws: aiohttp.ClientWebSocketResponse) -> None:
        if self._agent:
            about = {"conversation": self._own}
            note = {"client_id": "note", "text": f"Never to be shown: {_NOTE}"}
            await ws.send_json({"id": 0, "type": "note", **note, **about})
            while await self._hear(ws) is None:
                pass
            await ws.send_json({"id": 0, "type": "watch", **about})
        elif self._own:
            await ws.send_json({"id": 0, "type": "auth", "token": self._attack.tokens[self._own]})
        else:
            return
        while await self._hear(ws) is None:
            pass

    async def _volley(self, ws: aiohttp.ClientWebSocketResponse) -> bool:
        """Send some frames and read their answers; False if the gateway ended the socket."""
        volley = [self._frame() for _ in range(_BATCH)]
        try:
            for kind, data in volley:
                await ws.send_frame(data, kind)
            for kind, data in volley:
                answer = None
                while answer is None:
                    answer = await self._hear(ws)
                malformed = kind is WSMsgType.BINARY or self._spoiler.is_malformed(data)
                self._attack.judge(data, answer, malformed or len(data) > 65_536)
        except ConnectionError:
            if not any(len(data) > 262_144 for _, data in volley):
                self._attack.faults[f"ended with {ws.close_code}"] += 1
            self._attack.sent["ended by the gateway"] += 1
            return False
        return True

    def _frame(self) -> tuple[WSMsgType, bytes]:
        chance = self._random.random()
        if chance < 0.003:
            return WSMsgType.TEXT, self._spoiler.large()
        if chance < 0.05:
            return WSMsgType.BINARY, self._spoiler.spoilt()
        data = orjson.dumps(self._spoiler.valid()) if chance < 0.1 else self._spoiler.spoilt()
        if self._agent and b'"watch"' in data and not self._spoiler.is_malformed(data):
            self._watched.add(orjson.loads(data)["conversation"])
        return WSMsgType.TEXT, data

    async def _hear(self, ws: aiohttp.ClientWebSocketResponse) -> dict[str, Any] | None:
        """Read one frame; the answer, if it is one."""
        frame = await self._read(ws)
        return frame if frame["type"] in {"result", "error"} else None

    async def _read(self, ws: aiohttp.ClientWebSocketResponse) -> dict[str, Any]:
        """Read one frame, and search it for others' words."""
        async with asyncio.timeout(_PATIENCE_S):
            message = await ws.receive()
        if message.type is not WSMsgType.TEXT:
            raise ConnectionError("the gateway ended the socket")
        frame: dict[str, Any] = orjson.loads(message.data)
        if self._leaks(frame, message.data):
            self._attack.faults[f"leak in {frame['type']}"] += 1
        return frame

    def _leaks(self, frame: dict[str, Any], data: str) -> bool:
        marks, found = self._attack.marks, set(_MARK.findall(data))
        if not self._agent:
            own = {marks[self._own]} if self._own else set()
            return not found <= own or any(one in data for one in marks if one != self._own)
        if frame["type"] != "event":
            return False
        conversation = frame["conversation"]
        return conversation not in self._watched or not found <= {marks[conversation], _NOTE}


_NOTE = mark()


async def _result(ws: aiohttp.ClientWebSocketResponse, number: int) -> dict[str, Any]:
    """The data of the answer to `number`; raises `ValueError` for an error."""
    async with asyncio.timeout(_PATIENCE_S):
        while True:
            frame: dict[str, Any] = await ws.receive_json()
            if frame.get("id") == number and frame["type"] in {"result", "error"}:
                if frame["type"] == "error":
                    raise ValueError(str(frame))
                return dict(frame["data"])


async def _packets(gateway: Scene, count: int, seed: int) -> None:
    """Open `count` connections, and send bytes on them that are no frames."""
    chance, place = random.Random(seed), urlsplit(gateway.url)
    key = base64.b64encode(bytes(16)).decode()
    head = (
        f"GET /ws/customer HTTP/1.1\r\nHost: {place.netloc}\r\nConnection: Upgrade\r\n"
        f"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n"
    ).encode()
    for _ in range(count):
        reader, writer = await asyncio.open_connection(place.hostname, place.port)
        writer.write(head + b"".join(broken_packet(chance) for _ in range(3)))
        writer.write_eof()
        async with asyncio.timeout(_PATIENCE_S):
            await reader.read()
        writer.close()


async def serves(gateway: Scene, http: aiohttp.ClientSession, cookie: str) -> bool:
    """Whether a customer is answered by the bot, then by an agent."""
    conversation, token = await gateway.conversation(http)
    headers = {"Origin": gateway.url, "Cookie": f"tandem_session={cookie}"}
    async with (
        http.ws_connect(f"{gateway.url}/ws/customer") as customer,
        http.ws_connect(f"{gateway.url}/ws/agent", headers=headers, max_msg_size=0) as agent,
    ):
        await customer.send_json({"id": 1, "type": "auth", "token": token})
        await customer.send_json({"id": 2, "type": "say", "client_id": "a", "text": "Hello"})
        await _says(customer, "bot")
        await customer.send_json({"id": 3, "type": "request_human"})
        await _result(customer, 3)
        about = {"conversation": conversation}
        await agent.send_json({"id": 1, "type": "claim", **about})
        await _result(agent, 1)
        await agent.send_json({"id": 2, "type": "reply", "client_id": "b", "text": "Hi", **about})
        await _result(agent, 2)
        await _says(customer, "agent")
    return True


async def _says(ws: aiohttp.ClientWebSocketResponse, role: str) -> None:
    async with asyncio.timeout(_PATIENCE_S):
        while (await ws.receive_json()).get("event", {}).get("role") != role:
            pass


async def fuzz_frames(redis_url: str, home: Path, count: int, seed: int) -> dict[str, Any]:
    """Send `count` malformed frames to a new gateway and tell what came of it: no `faults`."""
    people = _PEOPLE | {"calm@example.com": ("agent",)}
    async with scene(redis_url, home, people) as gateway, aiohttp.ClientSession() as http:
        attack = Attack(gateway, http, count)
        own = [await attack.open() for _ in range(CUSTOMERS)]
        cookies = [await gateway.cookie(http, email) for email in people]
        attackers = [Attacker(attack, one, seed * 1000 + n) for n, one in enumerate(own)]
        attackers += [Attacker(attack, "", seed * 1000 + 100 + n) for n in range(STRANGERS)]
        attackers += [
            Attacker(attack, own[n], seed * 1000 + 200 + n, cookies[n]) for n in range(AGENTS)
        ]
        process = psutil.Process(gateway.process.pid)
        before, started = process.memory_info().rss, time.perf_counter()
        work: list[Awaitable[None]] = [attacker.run() for attacker in attackers]
        await asyncio.gather(*work, _packets(gateway, count // 200, seed))
        took = time.perf_counter() - started
        await asyncio.gather(*(attacker.review() for attacker in attackers[:CUSTOMERS]))
        faults = dict(attack.faults)
        if not gateway.lives or not await serves(gateway, http, cookies[-1]):
            faults["does not serve any more"] = 1
        grown = process.memory_info().rss - before
        await asyncio.sleep(0.2)
        faults |= {f"logged: {line[:300]}": 1 for line in gateway.errors[:20]}
    return {
        "frames": dict(attack.sent),
        "broken_connections": count // 200,
        "answers": dict(attack.answers.most_common()),
        "faults": faults,
        "examples": attack.examples,
        "frames_per_second": round(sum(attack.sent.values()) / took),
        "memory_grown_mb": round(grown / 2**20, 1),
        "seconds": round(took, 1),
    }
