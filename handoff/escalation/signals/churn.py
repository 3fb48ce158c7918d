"""The customer is about to leave: to cancel, or to buy elsewhere."""

from __future__ import annotations

from handoff.escalation.reading import Reading
from handoff.escalation.reasons import ReasonCode
from handoff.escalation.tuning import Tuning
from handoff.escalation.tuning_file import SHIPPED
from handoff.escalation.turn import Turn

_SAID, _ASKED = 1.0, 0.6


def read(turn: Turn, tuning: Tuning = SHIPPED) -> Reading | None:
    """Words of leaving; weaker where the customer only asks how."""
    hit = tuning.phrases.find(turn.message.words).first("churn")
    if hit is None:
        return None
    score = _ASKED if "?" in turn.message.text else _SAID
    return Reading(ReasonCode.CHURN, score, "The customer may leave.", hit.phrase, hit.language)
