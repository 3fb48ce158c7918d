"""The bot keeps failing: it refuses, says the same again, or is told that it did not help."""

from __future__ import annotations

from collections.abc import Iterator

from handoff.escalation.cues import overlap
from handoff.escalation.reading import Reading
from handoff.escalation.reasons import ReasonCode
from handoff.escalation.reply_cues import refuses
from handoff.escalation.tuning import Tuning
from handoff.escalation.tuning_file import SHIPPED
from handoff.escalation.turn import Turn

# So many failures among the last replies are as bad as it gets; one may just be the answer.
ENOUGH = 4
_FEWEST = 2
_LOOK_BACK = 6
_SAME = 0.9


def read(turn: Turn, tuning: Tuning = SHIPPED) -> Reading | None:
    """Grows with the failures among the bot's last replies, if the very last is one of them."""
    failures = _failures_newest_first(turn, tuning)
    if not next(failures, False):
        return None
    count = 1 + sum(failures)
    if count < _FEWEST:
        return None
    detail = f"The bot could not help {count} times."
    hit = tuning.phrases.find(turn.message.words).first("unhelpful")
    phrase = hit.phrase if hit else ""
    return Reading(ReasonCode.BOT_FAILING, min(1.0, count / ENOUGH), detail, phrase)


def _failures_newest_first(turn: Turn, tuning: Tuning) -> Iterator[bool]:
    """Whether each of the last replies failed; most often only the very last is asked for."""
    recent = turn.earlier[-_LOOK_BACK:]
    answers = [*(past.message for past in recent), turn.message][1:]
    for number in reversed(range(len(recent))):
        reply = recent[number].reply
        yield (
            refuses(reply)
            or tuning.phrases.find(answers[number].words).first("unhelpful") is not None
            or any(overlap(reply, other.reply) > _SAME for other in recent[:number])
        )
