"""Conversations in a few words: what the customer wrote and what the policy made of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from handoff.escalation import (
    Decision,
    EscalationPolicy,
    Message,
    PastTurn,
    ReasonCode,
    Search,
    SearchDecision,
    Turn,
    Verdict,
)

FOUND = Search(SearchDecision.ANSWER, 0.9)
NOTHING = Search(SearchDecision.NONE, 0.2)
DOWN = Search(SearchDecision.UNAVAILABLE)


@dataclass
class Conversation:
    """Feeds messages to the policy one by one, as the action server does."""

    policy: EscalationPolicy = field(default_factory=EscalationPolicy)
    earlier: list[PastTurn] = field(default_factory=list)

    def say(
        self,
        text: str,
        intent: str = "ask_question",
        search: Search = NOTHING,
        confidence: float = 0.95,
    ) -> Verdict:
        """The verdict on a message, which then becomes part of what went before."""
        message = Message(text, intent, confidence)
        verdict = self.policy.assess(Turn(message, search, tuple(self.earlier)))
        self.earlier.append(PastTurn(message, verdict.decision, verdict.reasons))
        return verdict


def codes(verdict: Verdict) -> list[ReasonCode]:
    """The reason codes of a verdict, in order."""
    return [reason.code for reason in verdict.reasons]


__all__ = ["DOWN", "FOUND", "NOTHING", "Conversation", "Decision", "codes"]
