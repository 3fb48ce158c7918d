"""The words of a handoff: conversations, their events, bot turns, and agents."""

from handoff.model.bot import (
    BotReply,
    BotTurn,
    HandoffRequest,
    ScheduledTurn,
    Source,
    TurnKind,
)
from handoff.model.conversation import Conversation, Offer, Summary, Wait
from handoff.model.events import (
    BOT_FAILED_PRIORITY,
    DEFAULT_PRIORITY,
    INTERNAL,
    Event,
    EventType,
    Outcome,
    Owner,
    Reason,
    Role,
    dump,
    dump_reasons,
    load_reasons,
)
from handoff.model.identity import Identity
from handoff.model.seen import Position, Seen
from handoff.model.staff import AgentState, Presence, Status
from handoff.model.transcript import Transcript

__all__ = [
    "BOT_FAILED_PRIORITY",
    "DEFAULT_PRIORITY",
    "INTERNAL",
    "AgentState",
    "BotReply",
    "BotTurn",
    "Conversation",
    "Event",
    "EventType",
    "HandoffRequest",
    "Identity",
    "Offer",
    "Outcome",
    "Owner",
    "Position",
    "Presence",
    "Reason",
    "Role",
    "ScheduledTurn",
    "Seen",
    "Source",
    "Status",
    "Summary",
    "Transcript",
    "TurnKind",
    "Wait",
    "dump",
    "dump_reasons",
    "load_reasons",
]
