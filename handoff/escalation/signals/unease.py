"""The customer is not content: rejects, corrects, insists, is let down or angry."""

from __future__ import annotations

from collections.abc import Mapping

from handoff.escalation.cues import cues
from handoff.escalation.linear import model_for, probability
from handoff.escalation.reading import Reading
from handoff.escalation.reasons import ReasonCode
from handoff.escalation.turn import Turn

_WORDS = {
    "rejects": "said no", "dislikes": "does not like it", "declines": "does not want it",
    "corrects": "corrected the bot", "insists": "said it again", "objects": "objected",
    "confused": "did not understand the bot", "failed": "said that it did not work",
    "disappointed": "is disappointed", "frustrated": "is frustrated", "insults": "swore",
    "questions_bot": "questioned the bot", "other": "asked for something else",
    "shouts": "wrote in capitals", "repeats": "repeated the message",
    "bot_fails": "was told that it cannot be done", "bot_repeats": "got the same reply again",
}  # fmt: skip


def read(turn: Turn) -> Reading | None:
    """The mood of this one message; the score is the calibrated probability of discontent."""
    fitted, chance = model_for("unease", turn.message.vector), probability(log_odds(turn))
    if chance < fitted.threshold:
        return None
    return Reading(ReasonCode.UNEASE, chance, _told(fitted.strongest(_cues(turn))))


def log_odds(turn: Turn) -> float:
    """The log-odds that the customer is discontent, from this turn alone."""
    vector = turn.message.vector
    fitted = model_for("unease", vector)
    return fitted.logit(() if vector is None else vector, _cues(turn))


def _cues(turn: Turn) -> Mapping[str, float]:
    return cues(turn.message.text, turn.exchanges, turn.opening)


def _told(names: tuple[str, ...]) -> str:
    said = [_WORDS[name] for name in names if name in _WORDS]
    return f"The customer {' and '.join(said)}." if said else "The customer seems discontent."
