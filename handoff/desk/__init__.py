"""The desk: everything customers, the bot and agents can do with a conversation."""

from handoff.desk.bot import BotSide
from handoff.desk.customer import CustomerSide
from handoff.desk.figures import FiguresSide
from handoff.desk.lines import Lines, Outlook
from handoff.desk.seen import SeenSide
from handoff.desk.watch import WatchSide
from handoff.store.doorbell import Doorbell

__all__ = ["Desk", "Outlook"]


class Desk(CustomerSide, BotSide, WatchSide, SeenSide, Lines, FiguresSide):
    """One desk: its teams, their queue and their conversations.

    Every change is one atomic script in Redis, so any number of processes may share a desk. All
    methods raise `Unavailable` when Redis cannot be reached; changes raise a subclass of `Refused`
    when the state does not allow them.
    """

    def doorbell(self) -> Doorbell:
        """Return a new doorbell of this desk; a process needs one, entered with `async with`."""
        return Doorbell(self._redis, self._keys)
