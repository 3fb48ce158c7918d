"""Close articles among which the customer chooses, and how they do."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from actions.evidence import ChoiceJson, list_of
from handoff.escalation import Message
from handoff.escalation.answers import declines

NONE_OF_THESE = "None of these"

_NONE = re.compile(
    r"^\W*(?:none|neither|nothing)\b(?:\W+(?:of|these|those|them|the|above|that|two|\w{0,2}))*\W*$",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"^\W*(?:(?:number|option|no\.?|the)\W+)?(?:(?P<digit>[1-4])|(?P<word>first|second|third|fourth"
    r"|last))(?:\W+(?:one|option|please|thanks?))*\W*$",
    re.IGNORECASE,
)
_WORDS = ("first", "second", "third", "fourth")


def offered(evidence: Any) -> tuple[ChoiceJson, ...]:
    """The choices the customer has before them, from the evidence of the turn before."""
    return tuple(
        {"article_id": str(entry["article_id"]), "title": str(entry["title"])}
        for entry in list_of(evidence, "choices")
        if isinstance(entry, dict) and entry.get("article_id") and entry.get("title")
    )


def picked(text: str, choices: Sequence[ChoiceJson]) -> ChoiceJson | None:
    """The choice that a text names, by its title or its place in the list."""
    wanted = _plain(text)
    for choice in choices:
        if _plain(choice["title"]) == wanted:
            return choice
    place = _place(text, len(choices))
    return choices[place] if place is not None and place < len(choices) else None


def refused(message: Message, choices: Sequence[ChoiceJson]) -> bool:
    """Whether the customer means none of the choices."""
    return bool(choices) and (bool(_NONE.match(message.words)) or declines(message))


def _place(text: str, count: int) -> int | None:
    match = _PLACE.match(text)
    if match is None:
        return None
    if match["digit"]:
        return int(match["digit"]) - 1
    word = match["word"].lower()
    return count - 1 if word == "last" else _WORDS.index(word)


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))
