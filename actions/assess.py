"""Assesses the customer's message: a search, one decision of the escalation policy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import structlog
from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.choices import offered, picked, refused
from actions.details import (
    FORM,
    carried_on,
    is_urgent,
    may_be_asked,
    missing,
    withdraws,
)
from actions.evidence import EvidenceJson, to_json, words_of
from actions.knowledge import MAX_QUESTION, Found, Knowledge
from actions.turn_builder import (
    ASK_DETAILS,
    HANDED_BACK,
    earlier_turns,
    latest_message,
    metadata_of,
    said_so_far,
)
from handoff.escalation import (
    Decision,
    EscalationPolicy,
    Message,
    PastTurn,
    Reason,
    ReasonCode,
    SearchDecision,
    Turn,
    Verdict,
)
from handoff.facts import FactRules
from handoff.summary import summarise

logger = structlog.get_logger(__name__)

_FRESH_START = Verdict(Decision.SMALL_TALK)


class AssessTurn:
    """`action_assess_turn`: Rasa awaits it once for every customer message, before any policy."""

    name = "action_assess_turn"

    def __init__(self, knowledge: Knowledge, policy: EscalationPolicy, rules: FactRules) -> None:
        self._knowledge = knowledge
        self._policy = policy
        self._rules = rules

    async def run(
        self, _dispatcher: CollectingDispatcher, tracker: Tracker, _domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Set `verdict`, `evidence` and, if it changed, `offer_open`; a hand-back resets them."""
        state = {"latest_message": tracker.latest_message, "events": tracker.events}
        message = latest_message(state)
        if message.intent == HANDED_BACK:
            return _slots(tracker, _FRESH_START, str(_FRESH_START.decision), to_json(_FRESH_START))
        before = (tracker.slots or {}).get("evidence")
        message, found = await self._understand(message, before, tracker.sender_id)
        turn = Turn(
            self._with_embedding(message),
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
        evidence = _evidence(message, verdict, found, before)
        if (tracker.active_loop or {}).get("name") == FORM:
            return _in_the_form(tracker, message, verdict, evidence)
        wait = may_be_asked(verdict) and self._lacks_details(state, evidence, tracker)
        return _slots(tracker, verdict, ASK_DETAILS if wait else str(verdict.decision), evidence)

    def _lacks_details(self, state: dict[str, Any], evidence: Any, tracker: Tracker) -> bool:
        if any(reading.code is ReasonCode.ANGER for reading in _readings_before(state)):
            return False
        summary = summarise(said_so_far(state, evidence), self._rules)
        return missing(summary, tracker.slots or {}, self._rules) is not None

    def _with_embedding(self, message: Message) -> Message:
        return replace(message, embedding=self._knowledge.embedding_of(message.text))

    def _remembered(self, past: PastTurn) -> PastTurn:
        return replace(past, message=self._with_embedding(past.message))

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
        return message, await self._search(message.text, conversation, previous)

    async def _search(self, text: str, conversation: str, previous: str | None) -> Found:
        """What is found for the text or, where swearing hid the question, without the swearing."""
        found = await self._knowledge.search(text, conversation, previous)
        if found.search.decision is not SearchDecision.NONE:
            return found
        plain = self._policy.without_swearing(text)
        if plain in {"", " ".join(text.split())}:
            return found
        other = await self._knowledge.search(plain, conversation, previous)
        return other if other.search.decision is SearchDecision.ANSWER else found


def _evidence(message: Message, verdict: Verdict, found: Found, before: Any) -> EvidenceJson:
    if verdict.decision is Decision.ANSWER:
        question = found.question or message.text.strip()[:MAX_QUESTION]
        return to_json(verdict, found.answer, question=question)
    choices = found.choices if verdict.decision is Decision.CLARIFY else ()
    return to_json(verdict, choices=choices, question=words_of(before, "question"))


def _in_the_form(
    tracker: Tracker, message: Message, verdict: Verdict, evidence: EvidenceJson
) -> list[dict[str, Any]]:
    """The verdict on what is said while the form asks: whatever presses is not kept waiting."""
    if not is_urgent(verdict) and withdraws(message):
        verdict = Verdict(Decision.SMALL_TALK)
        return _slots(tracker, verdict, str(verdict.decision), to_json(verdict))
    evidence = carried_on(evidence, (tracker.slots or {}).get("evidence"))
    decided = str(Decision.ESCALATE) if is_urgent(verdict) else ASK_DETAILS
    return _slots(tracker, verdict, decided, evidence)


def _readings_before(state: dict[str, Any]) -> Iterator[Reason]:
    return (reading for past in earlier_turns(state) for reading in past.readings)


def _slots(
    tracker: Tracker, verdict: Verdict, decided: str, evidence: EvidenceJson
) -> list[dict[str, Any]]:
    slots = [SlotSet("verdict", decided), SlotSet("evidence", evidence)]
    # An offer opens when it is made, in action_offer_human, not when it is decided.
    still_open = verdict.offer_open and decided not in {Decision.OFFER, ASK_DETAILS}
    if bool((tracker.slots or {}).get("offer_open")) != still_open:
        slots.append(SlotSet("offer_open", still_open))
    return slots
