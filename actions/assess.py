"""Assesses the customer's message: one search, one decision of the escalation policy."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import structlog
from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.choices import offered, picked, refused
from actions.evidence import EvidenceJson, to_json, words_of
from actions.knowledge import MAX_QUESTION, Found, Knowledge
from actions.turn_builder import HANDED_BACK, earlier_turns, latest_message, metadata_of
from handoff.escalation import Decision, EscalationPolicy, Message, PastTurn, Turn, Verdict

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
            return _slots(tracker, _FRESH_START, to_json(_FRESH_START))
        before = (tracker.slots or {}).get("evidence")
        message, found = await self._understand(message, before, tracker.sender_id)
        turn = Turn(
            self._with_vector(message),
            found.search,
            tuple(self._remembered(past) for past in earlier_turns(state)),
            metadata=metadata_of(state),
        )
        verdict = self._policy.assess(turn)
        logger.debug(
            "turn_assessed",
            conversation=tracker.sender_id,
            decision=verdict.decision,
            reasons=[reason.code for reason in verdict.reasons],
            score=found.search.score,
            follow_up=found.question is not None,
        )
        return _slots(tracker, verdict, _evidence(message, verdict, found, before))

    def _with_vector(self, message: Message) -> Message:
        return replace(message, vector=self._knowledge.vector_of(message.text))

    def _remembered(self, past: PastTurn) -> PastTurn:
        return replace(past, message=self._with_vector(past.message))

    async def _understand(
        self, message: Message, before: Any, conversation: str
    ) -> tuple[Message, Found]:
        """The message as it is meant, and what the knowledge base has for it.

        What answers "did you mean ...?" is about the question, whatever its words look like: a
        title is no complaint, and "none of these" is neither small talk nor a search.
        """
        choices = offered(before)
        choice = picked(message.text, choices)
        if choice is not None:
            chosen = Message(choice["title"], "ask_question", 1.0)
            return chosen, await self._knowledge.read(choice, conversation)
        if refused(message, choices):
            return Message(message.text, "ask_question", 1.0), Found()
        previous = words_of(before, "question") or None
        return message, await self._knowledge.search(message.text, conversation, previous)


def _evidence(message: Message, verdict: Verdict, found: Found, before: Any) -> EvidenceJson:
    if verdict.decision is Decision.ANSWER:
        question = found.question or message.text.strip()[:MAX_QUESTION]
        return to_json(verdict, found.answer, question=question)
    choices = found.choices if verdict.decision is Decision.CLARIFY else ()
    return to_json(verdict, choices=choices, question=words_of(before, "question"))


def _slots(tracker: Tracker, verdict: Verdict, evidence: EvidenceJson) -> list[dict[str, Any]]:
    slots = [SlotSet("verdict", str(verdict.decision)), SlotSet("evidence", evidence)]
    # An offer opens when it is made, in action_offer_human, not when it is decided.
    still_open = verdict.offer_open and verdict.decision is not Decision.OFFER
    if bool((tracker.slots or {}).get("offer_open")) != still_open:
        slots.append(SlotSet("offer_open", still_open))
    return slots
