"""The message is more than one article can answer: many questions, a long story, a case of its own.

A long case is described by how much there is of it (words, questions) and by how much of it only
somebody with the customer's data can know (orders, amounts, dates).
"""

from __future__ import annotations

import re

from handoff.escalation.reading import Reading
from handoff.escalation.reasons import ReasonCode
from handoff.escalation.tuning import Tuning
from handoff.escalation.tuning_file import SHIPPED
from handoff.escalation.turn import Turn

# From here it is worth telling; from HIGH on one article will hardly do.
_LEAST = 0.5
HIGH = 0.7
_LONG, _VERY_LONG = 50, 100

_QUESTION = re.compile(r"\w\W?\?")
_ITEM = re.compile(r"(?:^|\s)(?:\d[.)]|[-*•])\s+\S", re.MULTILINE)
_OWN_DATA = re.compile(
    r"\b[A-Z]{1,4}[-#]?\d{4,}\b|#\d{3,}|\b\d{6,}\b"  # orders, parcels, customers
    r"|[$€£]\s?\d+|\b\d+(?:[.,]\d{2})?\s?(?:€|£|eur\b|usd\b|euros?\b|dollars?\b|pounds?\b)"
    r"|\b\d{1,2}[./]\d{1,2}(?:[./]\d{2,4})?\b"
    r"|\b\d{1,2}(?:st|nd|rd|th)? (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)",
    re.IGNORECASE,
)


def read(turn: Turn, tuning: Tuning = SHIPPED) -> Reading | None:
    """Grows with the questions, the length and the share of the customer's own data."""
    text = turn.message.words
    found = tuning.phrases.find(text)
    questions = max(len(_QUESTION.findall(text)), len(_ITEM.findall(text)))
    words = sum(1 for word in found.words if word[0].isalnum())
    own = found.count("account") + len(set(_OWN_DATA.findall(text)))
    score = _score(questions, words, own)
    if score < _LEAST:
        return None
    return Reading(ReasonCode.COMPLEXITY, score, _told(questions, words, own))


def _score(questions: int, words: int, own: int) -> float:
    many = 0.3 * min(2, max(0, questions - 1))
    long = 0.3 * (words >= _LONG) + 0.2 * (words >= _VERY_LONG)
    return min(1.0, many + long + 0.15 * min(4, own))


def _told(questions: int, words: int, own: int) -> str:
    parts = [
        f"{questions} questions in one message" if questions > 1 else "",
        f"a long story ({words} words)" if words >= _LONG else "",
        "data of the customer's own" if own > 1 else "",
    ]
    told = ", ".join(part for part in parts if part)
    return f"The case is complex: {told}."
