"""The bot has no answer, and had none to the message before."""

from __future__ import annotations

from handoff.escalation.reading import Reading
from handoff.escalation.reasons import ReasonCode
from handoff.escalation.tuning import Tuning
from handoff.escalation.tuning_file import SHIPPED
from handoff.escalation.turn import SearchDecision, Turn

# So many misunderstood messages in a row, this one included, are as bad as it gets.
ENOUGH = 3


def read(turn: Turn, _tuning: Tuning = SHIPPED) -> Reading | None:
    """Grows with the number of misunderstood messages in a row; to have to ask back is one too."""
    if turn.search.decision not in (SearchDecision.NONE, SearchDecision.CLARIFY):
        return None
    before = sum(1 for _ in turn.misunderstood_in_a_row())
    if before == 0:
        return None
    count = before + 1
    detail = f"The bot had no answer {count} times in a row."
    return Reading(ReasonCode.REPEATED_MISUNDERSTANDING, min(1.0, count / ENOUGH), detail)
