"""What the policy knows about the customer's message and the conversation before it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

from handoff.escalation.cues import Exchange, cues
from handoff.escalation.embedding import Embedding
from handoff.escalation.reasons import Reason, ReasonCode
from handoff.escalation.verdict import Decision

# Below this the intent says too little; with a dozen intents chance is under 0.1.
CONFIDENT = 0.5

_NOT_UNDERSTOOD = frozenset({ReasonCode.WEAK_KNOWLEDGE, ReasonCode.REPEATED_MISUNDERSTANDING})
_NOT_ANSWERED = frozenset({Decision.REPHRASE, Decision.CLARIFY})


class SearchDecision(StrEnum):
    """How the knowledge base answered."""

    ANSWER = "answer"
    CLARIFY = "clarify"
    NONE = "none"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class Search:
    """The outcome of the turn's search; `score` is the best hit's, 0..1.

    `language` is the question's as the search detected it, None if it did not.
    """

    decision: SearchDecision = SearchDecision.NONE
    score: float = 0.0
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """A customer message as Rasa understood it; `confidence` 0..1 is that of the intent.

    `embedding` is what the knowledge engine computed, if it was asked.
    """

    text: str
    intent: str = ""
    confidence: float = 0.0
    embedding: Embedding | None = field(default=None, compare=False, repr=False)

    @property
    def words(self) -> str:
        """The text with straight apostrophes, as the patterns expect it."""
        return self.text.replace("\u2019", "'")

    def is_confidently(self, *intents: str) -> bool:
        """Whether the message surely has one of the intents."""
        return self.confidence >= CONFIDENT and self.intent in intents


@dataclass(frozen=True, slots=True)
class PastTurn:
    """An earlier message and what the bot did about it; `decision` is None if it did nothing.

    `reply` is what the bot wrote. `unease`, `probability` and `readings` are those of the
    verdict on the turn, None or empty if unknown.
    """

    message: Message
    decision: Decision | None = None
    reasons: tuple[Reason, ...] = ()
    reply: str = ""
    unease: float | None = None
    probability: float | None = None
    readings: tuple[Reason, ...] = ()

    @property
    def misunderstood(self) -> bool:
        """Whether the bot had no answer to the message."""
        return self.decision in _NOT_ANSWERED or (
            self.decision is Decision.OFFER
            and any(reason.code in _NOT_UNDERSTOOD for reason in self.reasons)
        )


@dataclass(frozen=True)
class Turn:
    """The customer's message and what came before it since the bot last got the conversation.

    `earlier` runs from the oldest to the newest; `opening` is what the bot said before any of it.
    `metadata` is what the page told about the customer: the rules on attributes read it.
    """

    message: Message
    search: Search = field(default_factory=Search)
    earlier: tuple[PastTurn, ...] = ()
    opening: str = ""
    metadata: Mapping[str, Any] = field(default_factory=dict)

    @property
    def number(self) -> int:
        """Which message of the customer this is, from 1."""
        return len(self.earlier) + 1

    @cached_property
    def cues(self) -> Mapping[str, float]:
        """What the words of the message, and of the exchange before it, say about the mood."""
        exchanges = tuple(Exchange(past.message.text, past.reply) for past in self.earlier)
        return cues(self.message.text, exchanges, self.opening)

    def misunderstood_in_a_row(self) -> Iterator[PastTurn]:
        """The misunderstood turns just before this one, newest first; small talk is skipped."""
        for past in reversed(self.earlier):
            if past.misunderstood:
                yield past
            elif past.decision is not Decision.SMALL_TALK:
                return
