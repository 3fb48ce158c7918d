"""Rasa, actions and knowledge killed, hung, slow or answering nonsense: what a customer meets."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import aiohttp
import orjson
from aiohttp import web
from honcho.environ import parse_procfile
from pydantic import SecretStr

from benchmarks.soak.servers import ROOT, Process, Valkey, unused_port
from deploy.environments import environments
from deploy.settings import LaunchSettings, load_secrets
from deploy.stack import Stack
from handoff.desk import Desk
from handoff.settings import Settings
from handoff.store.connection import connect

PARTS = ("rasa", "actions", "knowledge")
WITHIN_S = 10.0
"""The promise: no customer waits longer for a word."""
_REASONS = {"bot_failed", "bot_unavailable"}
"""Rasa gave no usable answer; or it did, and says that it cannot look anything up."""
_QUESTION = "how long do refunds take"
_ANSWER = "refund"
_SLOW_S = 30.0
_PATIENCE_S = 60.0


class Failure(StrEnum):
    """What is wrong with a part."""

    KILLED = "killed"
    HUNG = "hung"
    SLOW = "slow"
    GARBAGE = "garbage"
    EMPTY = "[]"
    ERROR = "500"


_ANSWERED = {
    Failure.GARBAGE: web.Response(body=b"\xff<html>{", content_type="application/json"),
    Failure.EMPTY: web.Response(body=b"[]", content_type="application/json"),
    Failure.ERROR: web.Response(status=500, text="Traceback (most recent call last)"),
}


class Between:
    """An HTTP server that passes requests on to a part, or fails in its place."""

    def __init__(self, target: int) -> None:
        self._target = f"http://127.0.0.1:{target}"
        self.failure: Failure | None = None

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[str]:
        """Serve; gives the address."""
        app = web.Application(client_max_size=2**24)
        app.router.add_route("*", "/{path:.*}", self._pass)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        port = unused_port()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        async with aiohttp.ClientSession() as self._http:
            yield f"http://127.0.0.1:{port}"
        await runner.cleanup()

    async def _pass(self, request: web.Request) -> web.StreamResponse:
        failure = self.failure
        if failure is Failure.SLOW:
            await asyncio.sleep(_SLOW_S)
        elif failure is not None:
            made = _ANSWERED[failure]
            return web.Response(status=made.status, body=made.body, content_type=made.content_type)
        url, body = self._target + request.path_qs, await request.read()
        headers = {k: v for k, v in request.headers.items() if k not in {"Host", "Content-Length"}}
        try:
            async with self._http.request(
                request.method, url, data=body or None, headers=headers
            ) as answer:
                return web.Response(
                    status=answer.status,
                    body=await answer.read(),
                    content_type=answer.content_type,
                )
        except aiohttp.ClientError:
            # As a broken connection, which is what the one who asks would have seen.
            if request.transport is not None:
                request.transport.abort()
            return web.Response(status=502)


@dataclass
class House:
    """The whole of Tandem, each process of which can fail alone."""

    url: str
    processes: dict[str, Process]
    between: dict[str, Between]
    desk: Desk
    failed: tuple[str, Failure] | None = None

    async def fail(self, part: str, failure: Failure) -> None:
        """Let a part fail from now on."""
        if failure is Failure.KILLED:
            await self.processes[part].kill()
        elif failure is Failure.HUNG:
            os.kill(self.processes[part].pid, signal.SIGSTOP)
        else:
            self.between[part].failure = failure
        self.failed = (part, failure)

    async def mend(self) -> None:
        """Let the part that failed work again; nothing else is touched."""
        if self.failed is None:
            return
        part, failure = self.failed
        if failure is Failure.KILLED:
            await self.processes[part].start()
        elif failure is Failure.HUNG:
            os.kill(self.processes[part].pid, signal.SIGCONT)
        else:
            self.between[part].failure = None
        self.failed = None


@asynccontextmanager
async def house(folder: Path, valkey: Valkey) -> AsyncIterator[House]:
    """Start everything, and stop it in the end."""
    ports = {f"{part}_port": unused_port() for part in PARTS}
    chosen: dict[str, Any] = {"home": folder, "port": unused_port(), **ports}
    settings = LaunchSettings(**chosen, TANDEM_REDIS_URL=valkey.url)
    folder.mkdir()  # noqa: ASYNC240 - nothing else runs yet
    Stack(folder)._prepare()
    secrets = load_secrets(folder)
    told = environments(settings, secrets)
    async with AsyncExitStack() as stack:
        between = {part: Between(ports[f"{part}_port"]) for part in PARTS}
        urls = {part: await stack.enter_async_context(between[part].serving()) for part in PARTS}
        told["gateway"]["TANDEM_RASA_URL"] = urls["rasa"]
        told["gateway"]["TANDEM_KNOWLEDGE_URL"] = urls["knowledge"]
        told["actions"]["TANDEM_KNOWLEDGE_URL"] = urls["knowledge"]
        told["rasa"]["TANDEM_ACTIONS_URL"] = urls["actions"] + "/webhook"
        url = f"http://127.0.0.1:{settings.port}"
        ready = {
            "rasa": f"http://127.0.0.1:{settings.rasa_port}/status?token={secrets['TANDEM_RASA_TOKEN']}",
            "actions": f"http://127.0.0.1:{settings.actions_port}/health",
            "knowledge": f"http://127.0.0.1:{settings.knowledge_port}/health",
            "gateway": f"{url}/ready",
        }
        commands = parse_procfile((ROOT / "Procfile").read_text()).processes
        processes = {
            name: Process(
                ["sh", "-c", commands[name]], told[name], folder / f"{name}.log", ready[name]
            )
            for name in ready
        }
        for process in processes.values():
            stack.push_async_callback(process.kill)
        await asyncio.gather(*(process.start() for process in processes.values()))
        redis = connect(valkey.url)
        stack.push_async_callback(redis.aclose)
        own = Settings(redis_url=valkey.url, secret_key=SecretStr("soak" * 10))
        yield House(url, processes, between, Desk(redis, own.desk, own))


class Visitor:
    """A customer on one socket who notes when something was heard."""

    def __init__(self, conversation: str, ws: aiohttp.ClientWebSocketResponse) -> None:
        self.conversation = conversation
        self._ws = ws

    async def ask(self, text: str) -> tuple[str, float, bool]:
        """Say something; gives the bot's next words, their delay in seconds, and if it queues."""
        began = time.monotonic()
        await self._ws.send_json({"id": 2, "type": "say", "client_id": "m1", "text": text})
        words, seconds = "", 0.0
        async with asyncio.timeout(_PATIENCE_S):
            while True:
                frame = orjson.loads((await self._ws.receive()).data)
                event = frame.get("event") or {}
                if event.get("role") == "bot" and not words:
                    words, seconds = event["text"], time.monotonic() - began
                if words and frame["type"] == "state" and not frame["bot_thinking"]:
                    return words, seconds, frame["owner"] == "queue"


@asynccontextmanager
async def visitor(url: str) -> AsyncIterator[Visitor]:
    """A customer who has just come."""
    async with aiohttp.ClientSession() as http:
        async with http.post(f"{url}/api/customer/session", json={}) as answer:
            session = await answer.json()
        async with http.ws_connect(f"{url}/ws/customer") as ws:
            await ws.send_json({"id": 1, "type": "auth", "token": session["token"]})
            yield Visitor(session["conversation"], ws)


async def components(
    folder: Path,
    parts: Sequence[str] = PARTS,
    failures: Sequence[Failure] = tuple(Failure),
) -> dict[str, Any]:
    """Try every failure of every part; return what the customer met, and what went wrong."""
    with Valkey(folder / "valkey") as valkey:
        async with house(folder / "home", valkey) as place:
            await _served(place)
            cases = [await _case(place, part, f) for part in parts for f in failures]
    faults = [
        f"{case['part']} {case['failure']}: {fault}"
        for case in cases
        for fault in case.pop("faults")
    ]
    slowest = max(case["heard_after_s"] for case in cases)
    return {"cases": cases, "slowest_s": slowest, "faults": faults}


async def _case(place: House, part: str, failure: Failure) -> dict[str, Any]:
    others = {name: p.pid for name, p in place.processes.items() if name != part}
    faults = []
    async with visitor(place.url) as customer:
        await place.fail(part, failure)
        try:
            words, seconds, queued = await customer.ask(_QUESTION)
        finally:
            await place.mend()
    if seconds > WITHIN_S:
        faults.append(f"the customer heard after {seconds:.1f} s")
    conversation = await place.desk.conversation(customer.conversation)
    reasons = [reason.code for reason in conversation.reasons]
    if not queued or not _REASONS & set(reasons):
        faults.append(f"{conversation.owner.value} with {reasons} after {words!r}")
    again_s = await _served(place)
    if others != {name: p.pid for name, p in place.processes.items() if name != part}:
        faults.append("another process was restarted")
    return {
        "part": part,
        "failure": failure.value,
        "heard_after_s": round(seconds, 2),
        "reasons": reasons,
        "served_again_after_s": round(again_s, 2),
        "faults": faults,
    }


async def _served(place: House) -> float:
    """Wait until the bot answers a new customer; gives the seconds that took.

    Raises:
        TimeoutError: it does not.
    """
    began = time.monotonic()
    async with asyncio.timeout(_PATIENCE_S):
        while True:
            async with visitor(place.url) as customer:
                words, _, queued = await customer.ask(_QUESTION)
            if _ANSWER in words.lower() and not queued:
                return time.monotonic() - began
            await asyncio.sleep(0.2)
