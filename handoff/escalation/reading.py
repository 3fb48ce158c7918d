"""What a signal saw in a turn."""

from __future__ import annotations

from dataclasses import dataclass

from handoff.escalation.reasons import Reason, ReasonCode


@dataclass(frozen=True, slots=True)
class Reading:
    """A reason to involve a person; `score` 0..1 is how strongly the turn speaks for it.

    `phrase` are the customer's words that caused it (a request's with slips put right), `language`
    the one whose list they are on.
    """

    code: ReasonCode
    score: float
    detail: str
    phrase: str = ""
    language: str = ""

    def reason(self, turn: int) -> Reason:
        """The reading as it is stored and shown to the agent; `turn` is the message's number."""
        return Reason(self.code, self.detail, self.score, turn, self.phrase)
