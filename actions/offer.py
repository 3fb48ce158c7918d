"""Offers the customer a person, at most once before they answer."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.evidence import reasons_of
from actions.replies import words
from handoff.escalation import ReasonCode

BUTTONS = ("Yes, please", "No, thanks")
_DEFAULT = "Would you like me to bring in one of our people?"
_TEXTS = {
    ReasonCode.WEAK_KNOWLEDGE: (
        "I don't have a good answer to that. Would you like me to bring in one of our people?"
    ),
    ReasonCode.REPEATED_MISUNDERSTANDING: (
        "I'm sorry, I still have no answer for you. Shall I bring in one of our people?"
    ),
    ReasonCode.COMPLEXITY: (
        "That sounds like something for a person, who can look into your case. "
        "Would you like me to bring in one of our people?"
    ),
    ReasonCode.CHURN: (
        "I'm sorry to hear that. Would you like one of our people to look at this with you?"
    ),
    ReasonCode.UNEASE: (
        "I have the feeling that I'm not much help. Would you like me to bring in one of our "
        "people?"
    ),
    ReasonCode.BOT_FAILING: (
        "I'm sorry, I'm not getting anywhere for you. Shall I bring in one of our people?"
    ),
    ReasonCode.REPETITION: (
        "I'm sorry, I still have no answer for you. Shall I bring in one of our people?"
    ),
    ReasonCode.ANGER: (
        "I'm sorry that this is not going well. Would you like me to bring in one of our people?"
    ),
}


class OfferHuman:
    """`action_offer_human`: a question with two buttons, remembered in `offer_open`."""

    name = "action_offer_human"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, _domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Say why, and ask."""
        reasons = reasons_of(tracker.get_slot("evidence"))
        text = words(reasons, _TEXTS, _DEFAULT)
        # A button says its title: the widget sends it as the customer's own text.
        buttons = [{"title": title, "payload": title} for title in BUTTONS]
        dispatcher.utter_message(text=text, buttons=buttons)
        return [SlotSet("offer_open", True)]
