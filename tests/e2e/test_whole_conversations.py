"""The scripted conversations through the real Rasa, actions and knowledge base.

They are spoken over Rasa's REST channel, as the gateway does: there a conversation can be handed
back without an agent, and the site can have vouched for anything about the customer.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yaml

from actions.choices import NONE_OF_THESE
from actions.offer import BUTTONS
from deploy.settings import load_secrets
from deploy.stack import Stack
from tests.conversations.scripts import HandBack, Playing, Script, Step, scripts

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]
Replies = list[dict[str, Any]]
Say = Callable[[str], Awaitable[Replies]]

DOMAIN = yaml.safe_load((Path(__file__).parents[2] / "domain.yml").read_text())
REPHRASE = {response["text"] for response in DOMAIN["responses"]["utter_rephrase"]}


@pytest.mark.parametrize("script", scripts(whole_bot=True), ids=lambda script: script.name)
def test_the_bot_does_as_a_good_support_lead_would(script: Script, tandem: Stack) -> None:
    assert asyncio.run(faults_of(script, tandem)) == []


async def faults_of(script: Script, stack: Stack) -> list[str]:
    """What the bot did otherwise than wanted, over the whole conversation."""
    url = f"http://127.0.0.1:{stack.environment['TANDEM_RASA_PORT']}/webhooks/rest/webhook"
    token = {"token": load_secrets(stack.home)["TANDEM_RASA_TOKEN"]}
    sender = f"script-{uuid.uuid4().hex}"

    async def say(text: str) -> Replies:
        metadata = {"epoch": 1, "attributes": script.metadata}
        body = {"sender": sender, "message": text, "metadata": metadata}
        async with http.post(url, params=token, json=body) as response:
            return list(await response.json())

    async with aiohttp.ClientSession() as http:
        playing = Playing()
        played = (step for step in script.turns if playing.hears(step))
        return [fault for step in played for fault in await _faults(step, say, playing)]


async def _faults(step: Step | HandBack, say: Say, playing: Playing) -> list[str]:
    if isinstance(step, HandBack):
        [back] = await say("/handed_back")
        return [] if "back" in back["text"] else [f"{back['text']!r} after a hand-back"]
    what = heard(await say(step.say))
    playing.did(what["decision"])
    return [f"{step.say!r}: {fault}" for fault in step.faults(what)]


def heard(replies: Replies) -> dict[str, Any]:
    """The decision that the replies show, and what a handoff tells the agent."""
    custom = [reply.get("custom", {}) for reply in replies]
    handoff = next((each["handoff"] for each in custom if "handoff" in each), None)
    messages = [each["message"] for each in custom if "message" in each] + replies
    text = " ".join(message["text"] for message in messages if message.get("text"))
    told = handoff or {}
    return {
        "decision": "escalate" if handoff else _decision(messages, text),
        "reasons": [reason["code"] for reason in told["reasons"]] if handoff else None,
        "priority": told.get("priority"),
        "skills": told.get("skills"),
        "text": text,
    }


def _decision(messages: Replies, text: str) -> str:
    titles = [button["title"] for each in messages for button in each.get("buttons") or ()]
    if titles == list(BUTTONS):
        return "offer"
    if NONE_OF_THESE in titles:
        return "clarify"
    if titles == ["Skip"]:
        return "ask_details"
    if any(message.get("sources") for message in messages):
        return "answer"
    return "rephrase" if text in REPHRASE else "small_talk" if text else "nothing"
