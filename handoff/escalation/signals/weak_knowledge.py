"""The knowledge base has no answer."""

from __future__ import annotations

from handoff.escalation.reading import Reading
from handoff.escalation.reasons import ReasonCode
from handoff.escalation.tuning import Tuning
from handoff.escalation.tuning_file import SHIPPED
from handoff.escalation.turn import SearchDecision, Turn


def read(turn: Turn, _tuning: Tuning = SHIPPED) -> Reading | None:
    """The stronger, the farther the best article was from the message."""
    if turn.search.decision is not SearchDecision.NONE:
        return None
    detail = f"No article answers the message (best score {turn.search.score:.2f})."
    return Reading(ReasonCode.WEAK_KNOWLEDGE, 1.0 - turn.search.score, detail)
