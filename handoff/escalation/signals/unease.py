"""The customer is not content: rejects, corrects, insists, is let down or angry."""

from __future__ import annotations

from handoff.escalation.fitted import model, model_for, probability
from handoff.escalation.phrases import Hit
from handoff.escalation.reading import Reading
from handoff.escalation.reasons import ReasonCode
from handoff.escalation.tuning import Tuning
from handoff.escalation.tuning_file import SHIPPED
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


# What words of despair say at least: polite ones hide it from the model. A probability of 0.77.
DESPAIR = 1.2


def read(turn: Turn, tuning: Tuning = SHIPPED) -> Reading | None:
    """The mood of this one message; the score is the calibrated probability of discontent."""
    fitted, _ = model_for("unease", turn.message.embedding)
    chance = probability(log_odds(turn, tuning))
    if chance < fitted.threshold:
        return None
    despair = _despair(turn, tuning)
    if despair is not None:
        detail = "The customer is desperate."
        return Reading(ReasonCode.UNEASE, chance, detail, despair.phrase, despair.language)
    # What a cue says by itself is told by the model that has nothing but cues.
    telling = {name: turn.cues[name] for name in _WORDS}
    return Reading(ReasonCode.UNEASE, chance, _told(model("unease_alone").strongest(telling)))


def log_odds(turn: Turn, tuning: Tuning = SHIPPED) -> float:
    """The log-odds that the customer is discontent, from this turn alone."""
    fitted, row = model_for("unease", turn.message.embedding)
    mood = fitted.logit(row, turn.cues)
    return max(mood, DESPAIR) if _despair(turn, tuning) else mood


def _despair(turn: Turn, tuning: Tuning) -> Hit | None:
    return tuning.phrases.find(turn.message.words).first("despair")


def _told(names: tuple[str, ...]) -> str:
    said = " and ".join(_WORDS[name] for name in names)
    return f"The customer {said}." if said else "The customer seems discontent."
