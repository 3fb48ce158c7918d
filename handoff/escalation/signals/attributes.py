"""The customer, or the page they write from, is one that a rule is about."""

from __future__ import annotations

from handoff.escalation.reading import Reading
from handoff.escalation.reasons import ReasonCode
from handoff.escalation.tuning import Tuning
from handoff.escalation.tuning_file import SHIPPED
from handoff.escalation.turn import Turn


def read(turn: Turn, tuning: Tuning = SHIPPED) -> Reading | None:
    """The rules that hold, in one reading."""
    holding = [rule for rule in tuning.rules if rule.holds(turn.metadata)]
    if not holding:
        return None
    detail = " ".join(rule.detail or f"Rule: {rule.name}." for rule in holding)
    return Reading(ReasonCode.ATTRIBUTE, 1.0, detail)
