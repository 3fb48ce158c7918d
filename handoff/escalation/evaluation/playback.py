"""Plays a recorded dialogue to the policy, turn by turn, as if it were happening."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from handoff.escalation.policy import EscalationPolicy
from handoff.escalation.rehearsal import past_turn
from handoff.escalation.remembered import Encode
from handoff.escalation.replay import replayed
from handoff.escalation.turn import Message, PastTurn, Search, SearchDecision, Turn
from handoff.escalation.verdict import Decision, Verdict

# A record does not say what a knowledge base would have found: the recorded bot had an answer.
_ANSWERED = Search(SearchDecision.ANSWER, 1.0)


@dataclass(frozen=True, slots=True)
class Played:
    """A customer turn of the record and what the policy made of it."""

    index: int
    record: dict[str, Any]
    verdict: Verdict


def play(
    turns: Sequence[dict[str, Any]], policy: EscalationPolicy, encode: Encode
) -> Iterator[Played]:
    """Assess each customer turn; the recorded bot has answered, whatever the policy said."""
    steps = list(replayed(turns))
    embeddings = encode([step.text for step in steps]) if steps else ()
    earlier: list[PastTurn] = []
    for step, embedding in zip(steps, embeddings, strict=True):
        if earlier:
            earlier[-1] = replace(earlier[-1], reply=step.earlier[-1].reply)
        message = Message(step.text, embedding=embedding)
        turn = Turn(message, _ANSWERED, tuple(earlier), step.opening)
        verdict = policy.assess(turn)
        yield Played(step.index, step.record, verdict)
        decision = verdict.decision if verdict.decision is Decision.OFFER else Decision.ANSWER
        earlier.append(replace(past_turn(message, verdict), decision=decision))
