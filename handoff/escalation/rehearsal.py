"""Plays a written conversation to the policy, turn by turn, as if it were happening."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from handoff.escalation.linear import Vector
from handoff.escalation.policy import EscalationPolicy
from handoff.escalation.script import Line, Script
from handoff.escalation.turn import Message, PastTurn, Search, SearchDecision, Turn
from handoff.escalation.verdict import Decision, Verdict

# What the search is taken to have found where neither the script nor a service says.
_TAKEN = {SearchDecision.ANSWER: 0.9, SearchDecision.CLARIFY: 0.5, SearchDecision.NONE: 0.2}


class Knowledge(Protocol):
    """The knowledge base, as far as a rehearsal asks it."""

    def look_up(self, text: str) -> tuple[Search, Vector | None]:
        """What it has for the text, and the text's embedding."""


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """A customer's message and the verdict on it; `number` counts the customer's messages."""

    number: int
    text: str
    search: Search
    verdict: Verdict


def rehearse(
    script: Script, policy: EscalationPolicy, knowledge: Knowledge | None = None
) -> Iterator[Rehearsed]:
    """The verdict on each message of the customer; the bot's lines are what it replied.

    After a handoff the bot knows nothing of what was before, as when it gets a conversation back.
    """
    earlier: list[PastTurn] = []
    opening = ""
    number = 0
    for line in script.lines:
        if line.hands_back:
            earlier.clear()
            opening = ""
            continue
        if not line.by_customer:
            if earlier:
                earlier[-1] = replace(earlier[-1], reply=f"{earlier[-1].reply} {line.text}".strip())
            else:
                opening = f"{opening} {line.text}".strip()
            continue
        search, vector = _found(line, knowledge)
        message = Message(line.text, line.intent, line.confidence if line.intent else 0.0, vector)
        metadata: Mapping[str, object] = {**script.metadata, **line.metadata}
        turn = Turn(message, search, tuple(earlier), opening, metadata)
        verdict = policy.assess(turn)
        number += 1
        yield Rehearsed(number, line.text, search, verdict)
        if verdict.decision is Decision.ESCALATE:
            earlier.clear()
            opening = ""
        else:
            earlier.append(past_turn(message, verdict))


def past_turn(message: Message, verdict: Verdict, reply: str = "") -> PastTurn:
    """The turn as the turns after it see it, where the bot did what the verdict says."""
    return PastTurn(
        message=message,
        decision=verdict.decision,
        reasons=verdict.reasons,
        reply=reply,
        unease=verdict.unease,
        probability=verdict.probability,
        readings=verdict.readings,
    )


def _found(line: Line, knowledge: Knowledge | None) -> tuple[Search, Vector | None]:
    search, vector = knowledge.look_up(line.text) if knowledge else (Search(), None)
    if line.search is None and knowledge is not None:
        return search, vector
    decision = line.search or SearchDecision.ANSWER
    score = _TAKEN.get(decision, 0.0) if line.score is None else line.score
    return replace(search, decision=decision, score=score), vector
