"""What a signal saw in a turn."""

from __future__ import annotations

from dataclasses import dataclass

from handoff.escalation.reasons import Reason, ReasonCode


@dataclass(frozen=True, slots=True)
class Reading:
    """A reason to involve a person; `score` 0..1 is how strongly the turn speaks for it."""

    code: ReasonCode
    score: float
    detail: str

    @property
    def reason(self) -> Reason:
        """The reading as it is stored and shown to the agent."""
        return Reason(self.code, self.detail)
