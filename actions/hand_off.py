"""Passes the conversation to a person: tells the customer, and asks the gateway to queue it."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.evidence import list_of, number_of, reasons_of, words_of
from actions.replies import handoff, words
from actions.turn_builder import said_so_far
from handoff.escalation import ReasonCode, priority_of
from handoff.facts import FactRules
from handoff.summary import summarise

_DEFAULT = "I'm passing you on to one of our people. They will read everything we wrote so far."
_TEXTS = {
    ReasonCode.EXPLICIT_REQUEST: (
        "Of course. I'm getting one of our people for you; they will read what we wrote so far."
    ),
    ReasonCode.ACCEPTED_OFFER: (
        "All right, I'm getting one of our people for you; they will read what we wrote so far."
    ),
    ReasonCode.ANGER: (
        "I'm sorry about this. I'm getting one of our people, who can do more for you than I can."
    ),
    ReasonCode.REPEATED_MISUNDERSTANDING: (
        "I'm sorry that I couldn't help. I'm passing you on to one of our people, who will."
    ),
    ReasonCode.BOT_FAILING: (
        "I'm sorry that I couldn't help. I'm passing you on to one of our people, who will."
    ),
    ReasonCode.SAFETY: (
        "Thank you for telling us. Please stop using the product; I'm getting one of our people "
        "for you right now."
    ),
    ReasonCode.FRAUD: (
        "That needs a person to look at it. I'm getting one of our people for you right now."
    ),
    ReasonCode.LEGAL: (
        "I can't help with legal matters, but our people can. I'm passing you on to one of them."
    ),
    ReasonCode.DATA_PROTECTION: (
        "Your personal data is a matter for our people. I'm passing you on to one of them."
    ),
    ReasonCode.PRESS: "Thank you for asking us. I'm passing you on to one of our people.",
    ReasonCode.CHURN: (
        "I'm sorry to hear that. I'm getting one of our people, who can look at this with you."
    ),
    ReasonCode.BOT_UNAVAILABLE: (
        "I'm sorry, I can't look things up right now. I'm passing you on to one of our people."
    ),
}


class HandOff:
    """`action_hand_off`: the gateway reads the reply and queues the conversation in one step."""

    name = "action_hand_off"

    def __init__(self, rules: FactRules) -> None:
        self._rules = rules

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, _domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Tell the customer and hand over the reasons; the first one decides the words."""
        evidence = tracker.get_slot("evidence")
        reasons = reasons_of(evidence)
        text = words_of(evidence, "text") or words(reasons, _TEXTS, _DEFAULT)
        decided = number_of(evidence, "priority")
        priority = priority_of(reasons) if decided is None else int(decided)
        skills = [str(skill) for skill in list_of(evidence, "skills")]
        state = {"latest_message": tracker.latest_message, "events": tracker.events}
        summary = summarise(said_so_far(state, evidence), self._rules)
        dispatcher.utter_message(json_message=handoff(text, reasons, priority, skills, summary))
        return []
