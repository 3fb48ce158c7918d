"""How the customer answers the offer of a person, and which messages are small talk."""

from __future__ import annotations

from handoff.escalation.tuning import Tuning
from handoff.escalation.tuning_file import SHIPPED
from handoff.escalation.turn import Message

SMALL_TALK_INTENTS = (
    "greet",
    "goodbye",
    "thanks",
    "bot_challenge",
    "affirm",
    "deny",
    "how_are_you",
    "praise",
    "cancel_handoff",
)
# Too short to hide a question behind the greeting or the thanks.
_SHORT_WORDS = 3


def accepts(message: Message, tuning: Tuning = SHIPPED) -> bool:
    """Whether the message says yes."""
    said = tuning.phrases.find(message.words).is_made_of("accepts", "filler")
    return said or message.is_confidently("affirm")


def declines(message: Message, tuning: Tuning = SHIPPED) -> bool:
    """Whether the message says no, or no person after all."""
    said = tuning.phrases.find(message.words).is_made_of("declines", "filler")
    return said or message.is_confidently("deny", "cancel_handoff")


def is_small_talk(message: Message) -> bool:
    """Whether the message is small talk by its intent."""
    return message.is_confidently(*SMALL_TALK_INTENTS)


def may_hide_a_question(message: Message) -> bool:
    """Whether small talk is long enough to carry a question ("hi, where is my order")."""
    return len(message.text.split()) > _SHORT_WORDS
