"""What can be read: conversations, transcripts and lists; nothing here changes anything."""

from __future__ import annotations

import json
from collections.abc import Sequence

from handoff.desk.base import DeskBase
from handoff.errors import UnknownConversation
from handoff.model import Conversation, Event, Presence, Summary
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
        """Return the place in the queue, 1 being served next, or None if it is not queued."""
        with redis_errors():
            rank = await self._redis.zrank(self._keys.queue, check_identifier(conversation))
        return None if rank is None else int(rank) + 1

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

    async def agents(self) -> list[Presence]:
        """Return the agents whose heartbeat was heard within the grace time."""
        with redis_errors():
            async with self._redis.pipeline(transaction=False) as pipe:
                pipe.time()
                pipe.zrange(self._keys.agents, 0, -1, withscores=True)
                pipe.hgetall(self._keys.presence)
                (seconds, _), seen, presence = await pipe.execute()
        earliest = int(seconds) * 1000 - self._settings.agent_grace_ms
        return [
            Presence(agent, seen=int(at), **json.loads(presence[agent]))
            for agent, at in seen
            if at >= earliest and agent in presence
        ]

    async def _summaries(self, conversations: Sequence[str]) -> list[Summary]:
        if not conversations:
            return []
        with redis_errors():
            async with self._redis.pipeline(transaction=False) as pipe:
                for conversation in conversations:
                    pipe.hgetall(self._keys.conv(conversation))
                stored = await pipe.execute()
        return [Conversation.from_stored(item).summary() for item in stored if item]
