"""The customer asks for a person."""

from __future__ import annotations

from handoff.escalation.linear import model_for, probability
from handoff.escalation.reading import Reading
from handoff.escalation.reasons import ReasonCode
from handoff.escalation.request_cues import asking_words, request_cues
from handoff.escalation.turn import Message, Turn

# "I don't need a person" looks much like a request: where one is refused only a sure one counts.
SURE = 0.8


def read(turn: Turn) -> Reading | None:
    """The request, if the message asks for it now and for the customer; the score is calibrated."""
    if turn.message.is_confidently("cancel_handoff", "bot_challenge"):
        return None
    found = request_cues(turn.message.text)
    refused = found["refused"] > 0.0
    chance = asks_for_person(turn.message)
    if turn.message.is_confidently("request_human") and not found["unsaid"]:
        chance = max(chance, turn.message.confidence)
    if chance < (SURE if refused else model_for("request", turn.message.vector).threshold):
        return None
    return Reading(
        ReasonCode.EXPLICIT_REQUEST,
        chance,
        "The customer asked for a person.",
        asking_words(turn.message.text),
    )


def asks_for_person(message: Message) -> float:
    """The probability that the message asks for a person, 0..1."""
    fitted, vector = model_for("request", message.vector), message.vector
    return probability(fitted.logit(() if vector is None else vector, request_cues(message.text)))
