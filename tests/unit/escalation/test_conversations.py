"""The scripted conversations through the policy alone."""

from __future__ import annotations

from typing import Any

import pytest

from handoff.escalation import EscalationPolicy, Message, PastTurn, Search, Turn, Verdict
from tests.conversations.scripts import HandBack, Playing, Script, Step, scripts

SCORES = {"answer": 0.9, "clarify": 0.5, "none": 0.2, "unavailable": 0.0}
# What the bot says about a decision, as far as the next turns depend on it.
REPLIES = {
    "answer": "**{say}** This is how it works: first one thing, then the other, in a few days.",
    "clarify": "I'm not sure I got that right. Did you mean ...?",
    "offer": "I don't have a good answer to that. Would you like me to bring in one of our people?",
    "rephrase": "I'm sorry, I didn't quite get that. Could you put it another way?",
    "small_talk": "You're welcome!",
}


def test_there_are_enough_conversations_with_names_of_their_own():
    names = [script.name for script in scripts()]
    assert len(names) == len(set(names)) >= 40


@pytest.mark.parametrize("script", scripts(), ids=lambda script: script.name)
def test_the_policy_decides_as_a_good_support_lead_would(script: Script):
    policy = EscalationPolicy()
    earlier: list[PastTurn] = []
    faults = []
    playing = Playing()
    for step in filter(playing.hears, script.turns):
        if isinstance(step, HandBack):
            earlier = []
            continue
        verdict = policy.assess(_turn(step, script, earlier))
        playing.did(verdict.decision)
        faults += [f"{step.say!r}: {fault}" for fault in step.faults(_heard(verdict))]
        earlier.append(_past(step, verdict))
    assert faults == []


def _turn(step: Step, script: Script, earlier: list[PastTurn]) -> Turn:
    message = Message(step.say, step.intent, step.confidence)
    search = Search(step.search, SCORES[step.search])
    return Turn(message, search, tuple(earlier), metadata=script.metadata)


def _past(step: Step, verdict: Verdict) -> PastTurn:
    return PastTurn(
        Message(step.say, step.intent, step.confidence),
        verdict.decision,
        verdict.reasons,
        reply=REPLIES.get(verdict.decision, "").format(say=step.say),
        unease=verdict.unease,
        probability=verdict.probability,
        readings=verdict.readings,
    )


def _heard(verdict: Verdict) -> dict[str, Any]:
    return {
        "decision": verdict.decision,
        "reasons": [str(reason.code) for reason in verdict.reasons],
        "priority": verdict.priority,
        "skills": verdict.skills,
        "text": verdict.text,
    }
