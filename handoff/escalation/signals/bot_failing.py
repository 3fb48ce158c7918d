"""The bot keeps failing: it refuses, says the same again, or is told that it did not help."""

from __future__ import annotations

from collections.abc import Iterator

from handoff.escalation.cues import overlap, refuses
from handoff.escalation.reading import Reading
from handoff.escalation.reasons import ReasonCode
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
    failed = list(_failures(turn, tuning))
    if not failed or not failed[-1] or sum(failed) < _FEWEST:
        return None
    count = sum(failed)
    detail = f"The bot could not help {count} times."
    hit = tuning.phrases.find(turn.message.words).first("unhelpful")
    phrase = hit.phrase if hit else ""
    return Reading(ReasonCode.BOT_FAILING, min(1.0, count / ENOUGH), detail, phrase)


def _failures(turn: Turn, tuning: Tuning) -> Iterator[bool]:
    """Whether each of the last replies failed, oldest first."""
    recent = turn.earlier[-_LOOK_BACK:]
    answers = [*(past.message for past in recent), turn.message][1:]
    for number, (past, answer) in enumerate(zip(recent, answers, strict=True)):
        again = any(overlap(past.reply, other.reply) > _SAME for other in recent[:number])
        unhelpful = tuning.phrases.find(answer.words).first("unhelpful") is not None
        yield refuses(past.reply) or again or unhelpful
