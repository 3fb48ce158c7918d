"""The customer asks for a person."""

from __future__ import annotations

import re

from handoff.escalation.reading import Reading
from handoff.escalation.reasons import ReasonCode
from handoff.escalation.turn import Turn

_PERSON = (
    r"(?:(?:real|live|human|actual|support|service|customer)[\s-]+){0,3}"
    r"(?:human(?: being)?|person|people|agent|representative|rep|operator|advis[eo]r|manager"
    r"|supervisor|someone|somebody|colleague|employee|staff|support|(?:customer )?service)"
)
_ASKED = re.compile(
    r"\b(?:talk|speak|chat|connect(?:ed)?|transfer(?:red)?|pass(?:ed)?|put|hand(?:ed)?"
    r"|escalate|need|want|get|give|call|let|prefer|is there|are there)\b"
    r"(?:\s+(?:me|us|this|through|over|on|to|with|a|an|the|your|some|one of|any|you|another))*\s+"
    rf"{_PERSON}\b"
    rf"|\b{_PERSON}\b[^.!?]{{0,30}}\b(?:i|we) (?:can|could|may) (?:talk|speak|chat|write)\b"
    rf"|^\W*{_PERSON}\W*(?:please|now|asap)?\W*$"
    r"|\b(?:real|live|actual)\s+(?:human|person|agent)\b",
    re.IGNORECASE,
)
_REFUSED = re.compile(
    r"\b(?:do ?n'?t|don'?t|do not|no need|not|never|without|rather than|instead of)\b"
    rf"(?:\s+\w+){{0,5}}?\s+{_PERSON}\b|^\W*no\s+{_PERSON}\b",
    re.IGNORECASE,
)
# What a person once said or did is a story about the past, not a request.
_REPORTED = re.compile(
    rf"\b(?:my|your|the|an?|one|last|that)\s+{_PERSON}\s+(?:\w+\s+)?"
    r"(?:said|says|told|promised|wrote|did|was|wasn'?t|has|had|hung|never|didn'?t|answered)\b"
    r"|\b(?:spoke|talked|chatted|have spoken|have talked|been talking|was talking)\s+(?:to|with)\b",
    re.IGNORECASE,
)
_CHALLENGE = re.compile(
    r"\b(?:are|r)\s+(?:you|u)\b|\bam i\s+(?:talking|speaking|chatting|writing)\b|\bis this\b",
    re.IGNORECASE,
)
_INSISTED = re.compile(
    rf"\b(?:i|we)\s+(?:still |really )?(?:want|need|'d like|would like)\b.*\b{_PERSON}\b",
    re.IGNORECASE,
)


def read(turn: Turn) -> Reading | None:
    """The request, from the intent or the words, unless it is negated or about the past."""
    message = turn.message
    if message.is_confidently("cancel_handoff", "bot_challenge"):
        return None
    if _REFUSED.search(message.words) or _CHALLENGE.search(message.words):
        return None
    if _REPORTED.search(message.words) and not _INSISTED.search(message.words):
        return None
    by_intent = message.is_confidently("request_human")
    if not by_intent and not _ASKED.search(message.words):
        return None
    score = message.confidence if by_intent else 0.9
    return Reading(ReasonCode.EXPLICIT_REQUEST, score, "The customer asked for a person.")
