"""What can be read: conversations, transcripts and lists; nothing here changes anything."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from handoff.desk.base import DeskBase
from handoff.errors import UnknownConversation
from handoff.model import Conversation, Event, Summary
from handoff.store.connection import redis_errors
from handoff.text import check_cursor, check_identifier


class Reads(DeskBase):
    """The reading side of the desk."""

    async def conversation(self, conversation: str) -> Conversation:
        """Return the state of a conversation.

        Raises:
            UnknownConversation: there is no such conversation.
        """
        with redis_errors():
            stored = await self._redis.hgetall(self._keys.conv(check_identifier(conversation)))
        if not stored:
            raise UnknownConversation(conversation)
        return Conversation.from_stored(stored)

    async def summary(self, conversation: str) -> Summary:
        """Return the line that lists show of a conversation.

        Raises:
            UnknownConversation: there is no such conversation.
        """
        return (await self.conversation(conversation)).summary()

    async def events(self, conversation: str, after: str = "0", limit: int = 500) -> list[Event]:
        """Return up to `limit` events that follow the event id `after`, oldest first.

        An unknown conversation has no events.

        Raises:
            BadRequest: `after` is not an event id.
        """
        key = self._keys.log(check_identifier(conversation))
        with redis_errors():
            entries = await self._redis.xrange(key, f"({check_cursor(after)}", "+", count=limit)
        return [Event.from_stored(event_id, stored) for event_id, stored in entries or []]

    async def position(self, conversation: str) -> int | None:
        """Return the place in its team's line, 1 being served next, or None if it is not queued."""
        return (await self.positions([conversation]))[conversation]

    async def positions(self, conversations: Collection[str]) -> dict[str, int | None]:
        """Return the place of each of `conversations` in its team's line."""
        wanted = [check_identifier(conversation) for conversation in conversations]
        with redis_errors():
            async with self._redis.pipeline(transaction=False) as pipe:
                for conversation in wanted:
                    self._rank(pipe, conversation)
                ranks = await pipe.execute()
        width = len(self._lines)
        return {
            conversation: position_of(ranks[n * width : (n + 1) * width])
            for n, conversation in enumerate(wanted)
        }

    async def queue(self, limit: int = 50) -> list[Summary]:
        """Return the conversations that wait, the one to serve next first."""
        with redis_errors():
            waiting = await self._redis.zrange(self._keys.queue, 0, limit - 1)
        return await self._summaries(waiting)

    async def queue_length(self) -> int:
        """Return how many conversations wait."""
        with redis_errors():
            return int(await self._redis.zcard(self._keys.queue))

    async def mine(self, agent_id: str) -> list[Summary]:
        """Return the conversations an agent owns, the latest active first."""
        with redis_errors():
            owned = await self._redis.smembers(self._keys.chats(check_identifier(agent_id)))
        summaries = await self._summaries(sorted(owned))
        return sorted(summaries, key=lambda summary: summary.last_at, reverse=True)

    def _rank(self, pipe: Any, conversation: str) -> None:
        """Ask every line for the conversation: only its own team's has it."""
        for line in self._lines:
            pipe.zrank(line, conversation)

    async def _summaries(self, conversations: Sequence[str]) -> list[Summary]:
        if not conversations:
            return []
        with redis_errors():
            async with self._redis.pipeline(transaction=False) as pipe:
                for conversation in conversations:
                    pipe.hgetall(self._keys.conv(conversation))
                stored = await pipe.execute()
        return [Conversation.from_stored(item).summary() for item in stored if item]


def position_of(ranks: Sequence[int | None]) -> int | None:
    """Return the place in a line, given the ranks that the lines answered."""
    return next((int(rank) + 1 for rank in ranks if rank is not None), None)
