"""Decides, turn by turn, whether the bot may answer or a person is needed, and why.

Pure and deterministic: a `Turn` in, a `Verdict` out. A signal is one file in `signals/` and one
line in its table.
"""

from handoff.escalation.policy import EscalationPolicy
from handoff.escalation.reading import Reading
from handoff.escalation.reasons import PRIORITIES, Reason, ReasonCode, priority_of
from handoff.escalation.turn import Message, PastTurn, Search, SearchDecision, Turn
from handoff.escalation.verdict import Decision, Verdict

__all__ = [
    "PRIORITIES",
    "Decision",
    "EscalationPolicy",
    "Message",
    "PastTurn",
    "Reading",
    "Reason",
    "ReasonCode",
    "Search",
    "SearchDecision",
    "Turn",
    "Verdict",
    "priority_of",
]
