"""The customer asks for a person."""

from __future__ import annotations

from handoff.escalation.fitted import log_odds, model_for, probability
from handoff.escalation.reading import Reading
from handoff.escalation.reasons import ReasonCode
from handoff.escalation.request_cues import asking_words, request_cues
from handoff.escalation.tuning import Tuning
from handoff.escalation.tuning_file import SHIPPED
from handoff.escalation.turn import Message, Turn

# A phrase of the word lists: those are for the languages that the model does not speak.
_LISTED = 0.95
_DETAIL = "The customer asked for a person."
# Log-odds that words may speak against an intent at most: the model reads English alone, and not
# every way to say it. An intent that is surer than .92 is obeyed whatever the words look like.
_WORDS_AGAINST = -2.5


def read(turn: Turn, tuning: Tuning = SHIPPED) -> Reading | None:
    """The request, if the message asks for it now and for the customer; the score is calibrated."""
    message = turn.message
    if message.is_confidently("cancel_handoff", "bot_challenge"):
        return None
    listed = tuning.phrases.find(message.words).first("request")
    if listed is not None:
        code = ReasonCode.EXPLICIT_REQUEST
        return Reading(code, _LISTED, _DETAIL, listed.phrase, listed.language)
    found = request_cues(message.text)
    by_words = asks_for_person(message)
    chance = by_words if found["unsaid"] else _with_intent(by_words, message)
    # "I don't need a person" looks much like a request: where one is refused a sure one counts.
    limits = tuning.thresholds
    if chance < (limits.refused_request if found["refused"] else limits.request):
        return None
    phrase = asking_words(message.text)
    return Reading(ReasonCode.EXPLICIT_REQUEST, chance, _DETAIL, phrase)


def _with_intent(by_words: float, message: Message) -> float:
    """The probability once Rasa has spoken for a request too: the log-odds of both are added.

    An intent must outweigh words that speak against it, for those who ask for something else
    begin alike ("can I get a copy of my data"): see docs/quality-escalation.md.
    """
    if not message.is_confidently("request_human"):
        return by_words
    words = max(log_odds(by_words), _WORDS_AGAINST)
    return probability(words + log_odds(message.confidence))


def asks_for_person(message: Message) -> float:
    """The probability that the message asks for a person, 0..1; in English."""
    fitted, row = model_for("request", message.embedding)
    return probability(fitted.logit(row, request_cues(message.text)))
