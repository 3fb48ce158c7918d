"""Hears what the customer answers to the form before a handoff."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.forms import REQUESTED_SLOT

from actions.details import FORM, found, missing, skips
from actions.turn_builder import said_so_far
from handoff.facts import FactRules
from handoff.summary import summarise

RETRIED = "details_retried"
"""The slot that tells the second asking from the first; its words differ."""


class ValidateDetailsForm:
    """`validate_handoff_details_form`: Rasa runs it when the form begins and after each answer.

    It sets `requested_slot` itself: the slot to ask for, or None, which ends the form.
    """

    name = f"validate_{FORM}"

    def __init__(self, rules: FactRules) -> None:
        self._rules = rules

    async def run(
        self, _dispatcher: CollectingDispatcher, tracker: Tracker, _domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Take an e-mail or an order number, whichever comes; ask once more; then let it be."""
        slots = tracker.slots or {}
        asked = slots.get(REQUESTED_SLOT)
        if not asked:
            return _ask(self._missing(tracker), retried=False)
        text = str((tracker.latest_message or {}).get("text") or "")
        told = found(self._rules.find([text]))
        if told:
            return [*(SlotSet(slot, value) for slot, value in told.items()), *_ask(None)]
        if skips(text) or slots.get(RETRIED):
            return _ask(None)
        return _ask(str(asked), retried=True)

    def _missing(self, tracker: Tracker) -> str | None:
        state = {"latest_message": tracker.latest_message, "events": tracker.events}
        summary = summarise(said_so_far(state, tracker.get_slot("evidence")), self._rules)
        return missing(summary, tracker.slots or {}, self._rules)


def _ask(slot: str | None, retried: bool = False) -> list[dict[str, Any]]:
    return [SlotSet(RETRIED, retried), SlotSet(REQUESTED_SLOT, slot)]
