"""Plays a written conversation to the policy, turn by turn, as if it were happening."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import dropwhile
from typing import Protocol

from handoff.escalation.embedding import Embedding
from handoff.escalation.policy import EscalationPolicy
from handoff.escalation.script import Line, Script
from handoff.escalation.turn import Message, PastTurn, Search, SearchDecision, Turn
from handoff.escalation.verdict import Decision, Verdict

# What the search is taken to have found where neither the script nor a service says.
_TAKEN = {SearchDecision.ANSWER: 0.9, SearchDecision.CLARIFY: 0.5, SearchDecision.NONE: 0.2}


class Knowledge(Protocol):
    """The knowledge base, as far as a rehearsal asks it."""

    def look_up(self, text: str) -> tuple[Search, Embedding | None]:
        """What it has for the text, and the text's embedding."""


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """A customer's message and the verdict on it; `number` counts the customer's messages."""

    number: int
    text: str
    search: Search
    verdict: Verdict


@dataclass
class _Known:
    """What the bot knows of the conversation since it last got it."""

    earlier: list[PastTurn] = field(default_factory=list)
    opening: str = ""

    def reply(self, text: str) -> None:
        """Note what the bot said."""
        if self.earlier:
            last = self.earlier[-1]
            self.earlier[-1] = replace(last, reply=f"{last.reply} {text}".strip())
        else:
            self.opening = f"{self.opening} {text}".strip()


def rehearse(
    script: Script, policy: EscalationPolicy, knowledge: Knowledge | None = None
) -> Iterator[Rehearsed]:
    """The verdict on each message that the bot hears; the bot's lines are what it replied.

    What is said to a person, or while the customer waits for the one who answers next, is not
    judged, until the conversation is handed back or the bot speaks again. After a handoff the bot
    knows nothing of what was before.
    """
    known, with_person, number, person_at = _Known(), False, 0, 0
    for index, line in enumerate(script.lines):
        number += line.by_customer
        if line.by_agent or line.hands_back:
            known, with_person = _Known(), line.by_agent
        elif index < person_at or (with_person and line.by_customer):
            continue
        elif line.by_bot:
            with_person = False
            known.reply(line.text)
        else:
            turn = _turn(line, script, known, knowledge)
            verdict = policy.assess(turn)
            yield Rehearsed(number, line.text, turn.search, verdict)
            if verdict.decision is Decision.ESCALATE:
                known, person_at = _Known(), _person_after(index, script.lines)
            else:
                known.earlier.append(past_turn(turn.message, verdict))


def _person_after(index: int, lines: Sequence[Line]) -> int:
    """Where a person answers next, what the bot says of the handoff aside; 0 if none does."""
    after = dropwhile(lambda each: each[1].by_bot, enumerate(lines[index + 1 :], index + 1))
    answer = next(((at, line) for at, line in after if not line.by_customer), None)
    return answer[0] if answer and answer[1].by_agent else 0


def _turn(line: Line, script: Script, known: _Known, knowledge: Knowledge | None) -> Turn:
    search, embedding = _found(line, knowledge)
    message = Message(line.text, line.intent, line.confidence if line.intent else 0.0, embedding)
    metadata: Mapping[str, object] = {**script.metadata, **line.metadata}
    return Turn(message, search, tuple(known.earlier), known.opening, metadata)


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


def _found(line: Line, knowledge: Knowledge | None) -> tuple[Search, Embedding | None]:
    search, embedding = knowledge.look_up(line.text) if knowledge else (Search(), None)
    if line.search is None and knowledge is not None:
        return search, embedding
    decision = line.search or SearchDecision.ANSWER
    score = _TAKEN.get(decision, 0.0) if line.score is None else line.score
    return replace(search, decision=decision, score=score), embedding
