"""What the archiver needs of the desk: which conversations are closed, and letting them expire."""

from __future__ import annotations

from handoff.desk.reads import Reads
from handoff.errors import UnknownConversation
from handoff.model import Event, Owner, Transcript
from handoff.store.connection import redis_errors
from handoff.text import check_identifier

PAGE = 1000


class ArchiveSide(Reads):
    """Closed conversations wait here until the archive has them; only then may they expire."""

    async def to_archive(self, limit: int, after: int = 0) -> list[str]:
        """Return up to `limit` conversations that the archive lacks, the first closed first.

        The first `after` of them are left out.
        """
        with redis_errors():
            waiting = await self._redis.zrange(self._keys.to_archive, after, after + limit - 1)
        return [str(conversation) for conversation in waiting]

    async def count_to_archive(self) -> int:
        """Return how many conversations the archive lacks."""
        with redis_errors():
            return int(await self._redis.zcard(self._keys.to_archive))

    async def transcript(self, conversation: str) -> Transcript | None:
        """Return a closed conversation with all its events; None if it is not closed (any more)."""
        try:
            state = await self.conversation(conversation)
        except UnknownConversation:
            return None
        if state.owner is not Owner.CLOSED:
            return None
        events: list[Event] = []
        while page := await self.events(conversation, events[-1].id if events else "0", PAGE):
            events += page
        return Transcript(state, events) if events else None

    async def archived(self, conversation: str, upto: str) -> bool:
        """Let a conversation expire that the archive has up to the event `upto`.

        Returns False, and nothing expires, if it is not closed or has had a later event.
        """
        keys = self._keys
        (expires,) = await self._scripts.run(
            "archived",
            keys=[
                keys.conv(check_identifier(conversation)),
                keys.log(conversation),
                keys.sent(conversation),
                keys.to_archive,
                keys.closed,
            ],
            args=[conversation, upto, self._settings.closed_retention_ms],
        )
        return bool(expires)
