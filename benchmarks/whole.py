"""Tandem's whole way: a message into the gateway's socket, the bot's reply out of it."""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections.abc import Iterator

import aiohttp

from benchmarks.stock import CONVERSATION
from deploy.stack import ROOT, Stack

QUESTIONS = ROOT / "tests" / "data" / "demo_questions.jsonl"
OPENINGS = ("", "Hi, ", "Hello! ", "Quick question: ", "Good morning, ", "Sorry, ", "One thing: ")
ENDINGS = ("", " Thanks", " Please help", " I was wondering", " Thank you!", " Cheers")


def questions() -> Iterator[str]:
    """Yield distinct questions, so that no cache of embeddings can answer in the model's place."""
    lines = [json.loads(line) for line in QUESTIONS.read_text().splitlines()]
    texts = [line["text"] for line in lines if line["in_scope"]]
    for opening, ending in itertools.product(OPENINGS, ENDINGS):
        for text in texts:
            yield f"{opening}{text}{ending}"
    raise RuntimeError("the benchmark ran out of distinct questions")


class Tandem:
    """Customers of a running Tandem."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.texts = questions()
        self.handed_over = 0

    async def customer(self, _number: int, until: float, latencies: list[float]) -> None:
        """Talk until the clock says `until`, anew after ten messages or a handoff."""
        async with aiohttp.ClientSession() as http:
            while time.perf_counter() < until:
                await self._conversation(http, until, latencies)

    async def _conversation(
        self, http: aiohttp.ClientSession, until: float, latencies: list[float]
    ) -> None:
        async with http.post(f"{self.stack.url}/api/customer/session", json={}) as answer:
            answer.raise_for_status()
            token = (await answer.json())["token"]
        async with http.ws_connect(f"{self.stack.url}/ws/customer") as socket:
            await socket.send_json({"id": 1, "type": "auth", "token": token})
            for number in range(2, 2 + CONVERSATION):
                if time.perf_counter() >= until:
                    return
                text = next(self.texts)
                started = time.perf_counter()
                say = {"id": number, "type": "say", "client_id": f"c{number}", "text": text}
                await socket.send_json(say)
                owner = await asyncio.wait_for(self._reply(socket), 30)
                latencies.append(time.perf_counter() - started)
                if owner == "queue":
                    self.handed_over += 1
                    return

    @staticmethod
    async def _reply(socket: aiohttp.ClientWebSocketResponse) -> str:
        """Wait for the bot's message, or for the queue; return who owns the conversation then."""
        while True:
            frame = await socket.receive_json()
            if frame["type"] == "error":
                raise RuntimeError(f"refused: {frame['code']}")
            event = frame.get("event", {})
            if event.get("type") == "queued":
                return "queue"
            if event.get("type") == "message" and event["role"] == "bot":
                return "bot"
