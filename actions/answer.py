"""Answers with the article that the assessment found."""

from __future__ import annotations

from typing import Any

import structlog
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.replies import message

logger = structlog.get_logger(__name__)


class Answer:
    """`action_answer`: no second search, the slot `evidence` holds the text."""

    name = "action_answer"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, _domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Send the article; nothing without one, which the gateway takes as a failed bot."""
        evidence = tracker.get_slot("evidence")
        answer = evidence.get("answer") if isinstance(evidence, dict) else None
        if not isinstance(answer, dict) or not answer.get("text"):
            logger.error("answer_without_evidence", conversation=tracker.sender_id)
            return []
        source = (str(answer.get("article_id", "")), str(answer.get("title", "")))
        dispatcher.utter_message(json_message=message(str(answer["text"]), [source]))
        return []
