"""Recorded dialogues as the customer turns the policy would have seen, one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from handoff.escalation.cues import Exchange

_CUSTOMER = frozenset({"user", "customer"})


@dataclass(frozen=True, slots=True)
class Replayed:
    """A customer turn; `index` is its place among all turns, `opening` what the bot said first."""

    index: int
    text: str
    earlier: tuple[Exchange, ...]
    opening: str
    record: dict[str, Any]


def replayed(turns: Sequence[dict[str, Any]]) -> Iterator[Replayed]:
    """The customer's turns in order, each with the exchanges before it."""
    earlier: list[Exchange] = []
    opening = ""
    for index, turn in enumerate(turns):
        text = turn["text"]
        if turn["role"] in _CUSTOMER:
            yield Replayed(index, text, tuple(earlier), opening, turn)
            earlier.append(Exchange(text))
        elif earlier:
            last = earlier[-1]
            earlier[-1] = Exchange(last.text, f"{last.reply} {text}".strip())
        else:
            opening = f"{opening} {text}".strip()
