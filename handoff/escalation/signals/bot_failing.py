"""The bot keeps refusing, apologising or repeating itself."""

from __future__ import annotations

from handoff.escalation.cues import refuses
from handoff.escalation.reading import Reading
from handoff.escalation.reasons import ReasonCode
from handoff.escalation.turn import Turn

# So many refusals among the last replies are as bad as it gets; one may just be the answer.
ENOUGH = 4
_FEWEST = 2
_LOOK_BACK = 6


def read(turn: Turn) -> Reading | None:
    """Grows with the refusals among the bot's last replies, if the very last is one of them."""
    replies = [past.reply for past in turn.earlier[-_LOOK_BACK:]]
    if not replies or not refuses(replies[-1]):
        return None
    count = sum(refuses(reply) for reply in replies)
    if count < _FEWEST:
        return None
    detail = f"The bot could not help {count} times."
    return Reading(ReasonCode.BOT_FAILING, min(1.0, count / ENOUGH), detail)
