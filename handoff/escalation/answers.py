"""How the customer answers the offer of a person, and which messages are small talk."""

from __future__ import annotations

import re

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

_YES = re.compile(
    r"^\W*(?:yes|yeah|yep|yup|sure|ok(?:ay)?|please|of course|go ahead|do it|gladly|alright)"
    r"(?:\W+(?:please|do|thanks|thank you|sure|ok|go ahead|that would be great))*\W*$",
    re.IGNORECASE,
)
_NO = re.compile(
    r"^\W*(?:no|nope|nah|not now|no need|never ?mind)"
    r"(?:\W+(?:thanks|thank you|thx|need|please|not now|i(?:'m| am) (?:fine|good)))*\W*$",
    re.IGNORECASE,
)


def accepts(message: Message) -> bool:
    """Whether the message says yes."""
    return bool(_YES.match(message.words)) or message.is_confidently("affirm")


def declines(message: Message) -> bool:
    """Whether the message says no, or no person after all."""
    return bool(_NO.match(message.words)) or message.is_confidently("deny", "cancel_handoff")


def is_small_talk(message: Message) -> bool:
    """Whether the message is small talk by its intent."""
    return message.is_confidently(*SMALL_TALK_INTENTS)


def may_hide_a_question(message: Message) -> bool:
    """Whether small talk is long enough to carry a question ("hi, where is my order")."""
    return len(message.text.split()) > _SHORT_WORDS
