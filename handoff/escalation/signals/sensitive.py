"""A subject that is a person's, at once: law, fraud, safety, the press, data, danger to life."""

from __future__ import annotations

from handoff.escalation.phrases import Found, Hit
from handoff.escalation.reading import Reading
from handoff.escalation.reasons import ReasonCode
from handoff.escalation.tuning import Tuning
from handoff.escalation.tuning_file import SHIPPED
from handoff.escalation.turn import Turn

CERTAIN = 1.0
# A question that is not about the customer themself, such as "is there fraud protection?".
GENERAL = 0.5
# Asking about these is no case yet, whoever asks; something that happened to the customer is.
_ASKABLE = frozenset({ReasonCode.DATA_PROTECTION, ReasonCode.PRESS})

#: The most urgent first; only it is read.
DETAILS = {
    ReasonCode.DANGER_TO_LIFE: "Somebody's life may be in danger.",
    ReasonCode.SAFETY: "Somebody was hurt or may be.",
    ReasonCode.FRAUD: "The customer reports fraud or theft.",
    ReasonCode.LEGAL: "The customer speaks of the law.",
    ReasonCode.DATA_PROTECTION: "It is about personal data.",
    ReasonCode.PRESS: "The press is or may be involved.",
}


def read(turn: Turn, tuning: Tuning = SHIPPED) -> Reading | None:
    """The most urgent of these subjects in the message."""
    found = tuning.phrases.find(turn.message.words)
    for code, detail in DETAILS.items():
        hit = _hit(found, code)
        if hit is not None:
            score = _certainty(turn, found, code)
            return Reading(code, score, detail, hit.phrase, hit.language)
    return None


def _hit(found: Found, code: ReasonCode) -> Hit | None:
    """The first hit; with a life at stake also one that seems negated."""
    if code is ReasonCode.DANGER_TO_LIFE:
        return next((hit for hit in found.hits if hit.name == str(code)), None)
    return found.first(str(code))


def _certainty(turn: Turn, found: Found, code: ReasonCode) -> float:
    if code is ReasonCode.DANGER_TO_LIFE or "?" not in turn.message.text:
        return CERTAIN
    if code in _ASKABLE:
        return GENERAL
    personal = any(hit.name in ("first_person", "account") for hit in found.hits)
    return CERTAIN if personal else GENERAL
