"""What the bot says when the desk, and not Rasa, lets it speak."""

from __future__ import annotations

from handoff.model import Outcome

BOT_FAILED_TEXT = "I'm having trouble answering right now, so I'm passing you to a colleague."

_MESSAGE = "You can leave a message with an address where we can reach you, or go on with me."
TEXTS: dict[Outcome, str] = {
    Outcome.QUEUE_FULL: f"All my colleagues are busy and the queue is full. {_MESSAGE}",
    Outcome.NOBODY_THERE: f"None of my colleagues is here right now. {_MESSAGE}",
    Outcome.OUT_OF_HOURS: f"My colleagues are out of the office right now. {_MESSAGE}",
    Outcome.TIMED_OUT: f"I'm sorry, nobody could take your chat in time. {_MESSAGE}",
}
"""How a handoff ended that nobody served -> what the customer is told."""
