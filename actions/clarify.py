"""Asks which of several close articles the customer means."""

from __future__ import annotations

from typing import Any

import structlog
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.choices import NONE_OF_THESE, offered

logger = structlog.get_logger(__name__)

_QUESTION = "I'm not sure I got that right. Did you mean ...?"


class Clarify:
    """`action_clarify`: a button for each close article, titled like it, and one for none."""

    name = "action_clarify"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, _domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Ask; nothing without choices, which the gateway takes as a failed bot."""
        choices = offered(tracker.get_slot("evidence"))
        if not choices:
            logger.error("clarify_without_choices", conversation=tracker.sender_id)
            return []
        titles = (*(choice["title"] for choice in choices), NONE_OF_THESE)
        # A button says its title: the widget sends it as the customer's own text.
        buttons = [{"title": title, "payload": title} for title in titles]
        dispatcher.utter_message(text=_QUESTION, buttons=buttons)
        return []
