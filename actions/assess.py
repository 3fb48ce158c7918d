"""Assesses the customer's message: one search, one decision of the escalation policy."""

from __future__ import annotations

from typing import Any

import structlog
from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.evidence import AnswerJson, EvidenceJson, to_json
from actions.knowledge import Knowledge
from actions.turn_builder import HANDED_BACK, earlier_turns, latest_message
from handoff.escalation import Decision, EscalationPolicy, Turn, Verdict

logger = structlog.get_logger(__name__)

_FRESH_START = Verdict(Decision.SMALL_TALK)


class AssessTurn:
    """`action_assess_turn`: Rasa awaits it once for every customer message, before any policy."""

    name = "action_assess_turn"

    def __init__(self, knowledge: Knowledge, policy: EscalationPolicy) -> None:
        self._knowledge = knowledge
        self._policy = policy

    async def run(
        self, _dispatcher: CollectingDispatcher, tracker: Tracker, _domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Set `verdict`, `evidence` and, if it changed, `offer_open`; a hand-back resets them."""
        state = {"latest_message": tracker.latest_message, "events": tracker.events}
        message = latest_message(state)
        if message.intent == HANDED_BACK:
            return _slots(tracker, _FRESH_START, None)
        search, answer = await self._knowledge.search(message.text, tracker.sender_id)
        turn = Turn(message, search, earlier_turns(state))
        verdict = self._policy.assess(turn)
        logger.debug(
            "turn_assessed",
            conversation=tracker.sender_id,
            decision=verdict.decision,
            reasons=[reason.code for reason in verdict.reasons],
            score=search.score,
        )
        return _slots(tracker, verdict, answer if verdict.decision is Decision.ANSWER else None)


def _slots(tracker: Tracker, verdict: Verdict, answer: AnswerJson | None) -> list[dict[str, Any]]:
    evidence: EvidenceJson = to_json(verdict, answer)
    slots = [SlotSet("verdict", str(verdict.decision)), SlotSet("evidence", evidence)]
    # An offer opens when it is made, in action_offer_human, not when it is decided.
    still_open = verdict.offer_open and verdict.decision is not Decision.OFFER
    if bool((tracker.slots or {}).get("offer_open")) != still_open:
        slots.append(SlotSet("offer_open", still_open))
    return slots
