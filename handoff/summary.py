"""What an agent reads before the transcript: extracts of it, put together by rules.

Everything here was said by the customer or decided by the bot; nothing is rewritten, and nothing
leaves the machine.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from handoff.escalation import Decision
from handoff.facts import FactRules, Facts

MAX_QUESTION = 400
MAX_ATTEMPT = 160
MOST_ATTEMPTS = 6
MOST_MOODS = 24
# "agent please" and "this is annoying" say that a person is wanted, not what for; a story does.
_STORY_WORDS = 12

_OPEN = frozenset({Decision.REPHRASE, Decision.CLARIFY, Decision.OFFER})

Line = Annotated[str, Field(max_length=MAX_QUESTION)]


@dataclass(frozen=True, slots=True)
class Said:
    """A message of the customer, what the bot did about it, and the title of its answer.

    `need` 0..1 is the probability that a person was needed; None if it is unknown.
    """

    text: str
    decision: Decision | None = None
    answer: str = ""
    need: float | None = None


class Attempt(BaseModel):
    """A message of the customer, shortened, and what came of it (a `Decision`, or empty)."""

    model_config = ConfigDict(frozen=True)

    text: Line
    outcome: Line = ""


class Summary(BaseModel):
    """`moods` are the probabilities (0..1) that a person was needed, message by message.

    `answers` are titles of articles.
    """

    model_config = ConfigDict(frozen=True)

    question: Line = ""
    answers: Annotated[tuple[Line, ...], Field(max_length=MOST_ATTEMPTS)] = ()
    attempts: Annotated[tuple[Attempt, ...], Field(max_length=MOST_ATTEMPTS)] = ()
    facts: Facts = Facts()
    moods: Annotated[tuple[float, ...], Field(max_length=MOST_MOODS)] = ()


def summarise(said: Sequence[Said], rules: FactRules) -> Summary:
    """The summary of a conversation with the bot, from its messages, oldest first."""
    tries = [each for each in said if each.decision is not Decision.SMALL_TALK]
    titles = (_shortened(each.answer, MAX_ATTEMPT) for each in tries if each.answer)
    return Summary(
        question=_shortened(_question(tries), MAX_QUESTION),
        answers=tuple(dict.fromkeys(titles))[-MOST_ATTEMPTS:],
        attempts=tuple(
            Attempt(text=_shortened(each.text, MAX_ATTEMPT), outcome=each.decision or "")
            for each in tries[-MOST_ATTEMPTS:]
        ),
        facts=rules.find(each.text for each in said),
        moods=tuple(round(n, 2) for n in _needs(said))[-MOST_MOODS:],
    )


def _question(tries: Sequence[Said]) -> str:
    """The latest question without an answer; else the latest that got one; else the last words."""
    if not tries:
        return ""
    last = tries[-1]
    if last.decision not in _OPEN and len(last.text.split()) >= _STORY_WORDS:
        return last.text
    for wanted in (_OPEN, {Decision.ANSWER}):
        found = next((each for each in reversed(tries) if each.decision in wanted), None)
        if found is not None:
            return found.text
    return last.text


def _needs(said: Iterable[Said]) -> Iterable[float]:
    return (each.need for each in said if each.need is not None)


def _shortened(text: str, limit: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= limit else f"{line[: limit - 1].rstrip()}…"
