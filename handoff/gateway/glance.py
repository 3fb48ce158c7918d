"""What the gateway's screens read often, each in one round trip to Redis."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from redis.asyncio import Redis

from handoff.desk import lines
from handoff.desk.reads import position_of
from handoff.errors import UnknownConversation
from handoff.gateway.together import Together
from handoff.model import Conversation, Event, Summary
from handoff.routing.plan import DeskPlan
from handoff.settings import Settings
from handoff.store.connection import redis_errors, unavailable
from handoff.text import check_cursor, check_identifier


@dataclass(frozen=True, slots=True)
class View:
    """A conversation now, with the events after a cursor; `complete` if there are no more."""

    conversation: Conversation
    events: Sequence[Event]
    position: int | None
    complete: bool


@dataclass(frozen=True, slots=True)
class Lists:
    """Ids of the queue's front, open offers and what each agent owns; the length of the queue.

    `talking` are the latest conversations with any agent, `talks` how many of them there are.
    """

    queue: tuple[str, ...]
    offers: tuple[str, ...]
    length: int
    talking: tuple[str, ...]
    talks: int
    mine: dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Look:
    """At which conversation to look, after which event, and for how many."""

    conversation: str
    after: str
    limit: int


#: Looks of one round trip at most: Redis answers nobody else meanwhile.
TOGETHER = 100


class Glance(lines.Lines):
    """Reads of the desk that are put together for sockets."""

    def __init__(
        self, redis: Redis, name: str, settings: Settings, plan: DeskPlan | None = None
    ) -> None:
        """Read the desk `name`; see `Desk`."""
        super().__init__(redis, name, settings, plan)
        self._looks: Together[Look, View] = Together(self._views, TOGETHER)

    async def view(self, conversation: str, after: str, limit: int) -> View:
        """State, place in the queue, and up to `limit` events after `after`.

        Raises:
            BadRequest: `conversation` or `after` is malformed.
            UnknownConversation: there is no such conversation.
        """
        look = Look(check_identifier(conversation), check_cursor(after), limit)
        return await self._looks.get(look)

    async def _views(self, looks: Sequence[Look]) -> list[View | Exception]:
        """What each of `looks` shows, or why it cannot be shown; each is one moment's state."""
        keys = self._keys
        with redis_errors():
            async with self._redis.pipeline(transaction=True) as pipe:
                for look in looks:
                    pipe.hgetall(keys.conv(look.conversation))
                    pipe.xrange(
                        keys.log(look.conversation), f"({look.after}", "+", count=look.limit
                    )
                    self._rank(pipe, look.conversation)
                found = await pipe.execute(raise_on_error=False)
        width = len(found) // len(looks)
        return [_view(look, found[width * n :][:width]) for n, look in enumerate(looks)]

    async def lists(self, front: int, talking: int, agents: Sequence[str]) -> Lists:
        """The queue's first `front`, the latest `talking` with agents, and what `agents` own."""
        keys = self._keys
        with redis_errors():
            async with self._redis.pipeline(transaction=False) as pipe:
                pipe.zrange(keys.queue, 0, front - 1)
                pipe.zrange(keys.offers, 0, -1)
                pipe.zcard(keys.queue)
                pipe.zrevrangebyscore(keys.talk, "+inf", "-inf", start=0, num=talking)
                pipe.zcard(keys.talk)
                for agent in agents:
                    pipe.smembers(keys.chats(agent))
                queue, offers, length, latest, talks, *owned = await pipe.execute()
        mine = {agent: tuple(sorted(ids)) for agent, ids in zip(agents, owned, strict=True)}
        return Lists(tuple(queue), tuple(offers), int(length), tuple(latest), int(talks), mine)

    async def summaries(self, conversations: Collection[str]) -> dict[str, Summary]:
        """The summary of each of `conversations` that exists."""
        found = await self._summaries(list(conversations))
        return {summary.conversation: summary for summary in found}


def _view(look: Look, found: Sequence[Any]) -> View | Exception:
    """What was found; what is wrong with one conversation is told to nobody else."""
    for answer in found:
        if isinstance(answer, Exception):
            return unavailable(answer)
    stored, entries, *ranks = found
    if not stored:
        return UnknownConversation(look.conversation)
    try:
        return View(
            conversation=Conversation.from_stored(stored),
            events=[Event.from_stored(event_id, fields) for event_id, fields in entries],
            position=position_of(ranks),
            complete=len(entries) < look.limit,
        )
    except (KeyError, TypeError, ValueError) as error:
        return error
