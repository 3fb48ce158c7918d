"""Decides, turn by turn, whether the bot may answer or a person is needed, and why.

Pure and deterministic: a `Turn` in, a `Verdict` out. A signal is one file in `signals/` and one
line in its table; what people tune without code is in `escalation.yml` and `words/`.
"""

from handoff.escalation.embedding import Embedding, embedding_of
from handoff.escalation.errors import BrokenConversation, BrokenTuning
from handoff.escalation.live_tuning import LiveTuning
from handoff.escalation.policy import EscalationPolicy
from handoff.escalation.reading import Reading
from handoff.escalation.reasons import Reason, ReasonCode, ReasonJson
from handoff.escalation.tuning import Tuning
from handoff.escalation.tuning_file import SHIPPED, read_tuning
from handoff.escalation.turn import Message, PastTurn, Search, SearchDecision, Turn
from handoff.escalation.verdict import Decision, Verdict

priority_of = SHIPPED.priority_of

__all__ = [
    "SHIPPED",
    "BrokenConversation",
    "BrokenTuning",
    "Decision",
    "Embedding",
    "EscalationPolicy",
    "LiveTuning",
    "Message",
    "PastTurn",
    "Reading",
    "Reason",
    "ReasonCode",
    "ReasonJson",
    "Search",
    "SearchDecision",
    "Tuning",
    "Turn",
    "Verdict",
    "embedding_of",
    "priority_of",
    "read_tuning",
]
