"""Calls that Rasa 3.6 really made, replayed against the running action server."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from knowledge_stub import PARCEL, knowledge_app
from processes import ROOT, action_server, free_port, serving

VALIDATES_FORM = "validate_handoff_details_form"
FIGURES = {"unease", "probability", "readings", "moods", "score"}
RECORDINGS = sorted((Path(__file__).parent / "recordings").glob("*.json"))


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def webhook() -> AsyncIterator[str]:
    async with serving(knowledge_app()) as knowledge_url, action_server(knowledge_url) as address:
        yield address


async def call(webhook: str, action: str, tracker: dict[str, Any]) -> tuple[dict[str, Any], Any]:
    """The slots an action sets, and the responses it sends."""
    body = {"next_action": action, "version": "3.6.21", "tracker": {"sender_id": "c"} | tracker}
    async with aiohttp.ClientSession() as http, http.post(webhook, json=body) as response:
        assert response.status == 200
        answer = await response.json()
    return {event["name"]: event["value"] for event in answer["events"]}, answer["responses"]


def plain(answer: Any) -> Any:
    """The answer without the figures of the mood, which change with every fitting of the model."""
    if isinstance(answer, dict):
        return {key: plain(value) for key, value in answer.items() if key not in FIGURES}
    return [plain(item) for item in answer] if isinstance(answer, list) else answer


@pytest.mark.parametrize("recording", RECORDINGS, ids=lambda path: path.stem)
async def test_recorded_calls_get_the_recorded_answers(webhook, recording):
    calls = json.loads(recording.read_text())
    assert calls
    async with aiohttp.ClientSession() as http:
        for each in calls:
            async with http.post(webhook, json=each["request"]) as response:
                assert response.status == 200
                assert plain(await response.json()) == plain(each["response"])


async def test_rasa_is_asked_to_leave_the_domain_out():
    calls = [call["request"] for path in RECORDINGS for call in json.loads(path.read_text())]
    # Rasa sends it with what validates a form in any case; that is rare.
    assert {call["next_action"] for call in calls if "domain" in call} == {VALIDATES_FORM}


async def test_every_customer_message_is_assessed_exactly_once():
    for path in RECORDINGS:
        calls = [call["request"] for call in json.loads(path.read_text())]
        assessed = [
            call["tracker"]["latest_message"]["message_id"]
            for call in calls
            if call["next_action"] == "action_assess_turn"
        ]
        assert len(assessed) == len(set(assessed)) > 0


@pytest.mark.parametrize(
    "tracker",
    [
        {},
        {"latest_message": {}, "events": None, "slots": None},
        {"latest_message": {"text": None, "intent": None}},
        {"latest_message": {"text": "", "intent": {"name": None, "confidence": None}}},
        {"latest_message": {"text": 12, "intent": "greet"}, "events": [None, 3, {}]},
        {"events": [{"event": "user"}, {"event": "slot", "name": "evidence", "value": [1]}]},
        {"latest_message": {"text": "\ud83d" * 10, "intent": {"name": "greet"}}},
    ],
)
async def test_a_tracker_with_holes_gets_a_verdict(webhook, tracker):
    slots, responses = await call(webhook, "action_assess_turn", tracker)
    assert slots["verdict"] in {"offer", "rephrase", "small_talk"}
    assert responses == []


async def test_ten_kilobytes_of_text_get_a_verdict(webhook):
    text = "where is my parcel? " * 500
    latest = {"text": text, "intent": {"name": "ask_question", "confidence": 0.9}}
    slots, _ = await call(webhook, "action_assess_turn", {"latest_message": latest})
    assert slots["verdict"] == "answer"
    assert slots["evidence"]["answer"]["text"] == PARCEL


@pytest.mark.parametrize(
    ("text", "verdict"),
    [("can I send it damn back", "answer"), ("can I send damn it", "offer"), ("damn", "offer")],
)
async def test_swearing_hides_no_question(webhook, text, verdict):
    latest = {"text": text, "intent": {"name": "ask_question", "confidence": 0.9}}
    slots, _ = await call(webhook, "action_assess_turn", {"latest_message": latest})
    assert slots["verdict"] == verdict


async def test_a_tracker_of_thousands_of_events_gets_a_verdict_in_time(webhook):
    turn = [
        {"event": "user", "text": "hm", "parse_data": {"text": "hm", "intent": {"name": "greet"}}},
        {"event": "slot", "name": "verdict", "value": "answer"},
        {"event": "action", "name": "action_answer"},
    ]
    latest = {"text": "my parcel?", "intent": {"name": "ask_question", "confidence": 0.9}}
    tracker = {"latest_message": latest, "events": turn * 2000 + turn[:1]}
    slots, _ = await call(webhook, "action_assess_turn", tracker)
    assert slots["verdict"] == "answer"


async def test_without_the_knowledge_service_the_customer_is_told_and_queued(webhook):
    async with action_server(f"http://127.0.0.1:{free_port()}") as lonely:
        latest = {"text": "my parcel?", "intent": {"name": "ask_question", "confidence": 0.9}}
        slots, _ = await call(lonely, "action_assess_turn", {"latest_message": latest})
        assert slots["verdict"] == "escalate"
        _, [reply] = await call(lonely, "action_hand_off", {"slots": slots})
    assert "can't look things up" in reply["custom"]["message"]["text"]
    assert reply["custom"]["handoff"]["priority"] == 7
    assert reply["custom"]["handoff"]["reasons"][0]["code"] == "bot_unavailable"


async def test_an_answer_without_evidence_is_no_message(webhook):
    for slots in ({}, {"evidence": None}, {"evidence": {"answer": None}}, {"evidence": "x"}):
        assert await call(webhook, "action_answer", {"slots": slots}) == ({}, [])


async def test_a_busy_port_is_reported_in_one_line(webhook):
    import asyncio
    import os
    import sys

    port = webhook.split(":")[2].split("/")[0]
    second = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "actions"),
        cwd=ROOT,
        env=os.environ | {"TANDEM_ACTIONS_PORT": port},
        stderr=asyncio.subprocess.PIPE,
    )
    _, errors = await second.communicate()
    assert second.returncode == 1
    assert errors.decode().count("\n") == 1
    assert f"port {port}" in errors.decode()


async def test_it_listens_on_loopback_only(webhook):
    import socket

    port = int(webhook.split(":")[2].split("/")[0])
    with socket.socket() as probe:
        probe.bind(("127.0.0.2", port))
