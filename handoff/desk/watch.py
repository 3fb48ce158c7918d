"""What nobody asks for but must happen: agents and customers who vanish, times that are over."""

from __future__ import annotations

import math
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from handoff.desk.bot import words_of_bot
from handoff.desk.team import TeamSide
from handoff.desk.texts import TEXTS
from handoff.errors import Refused
from handoff.model import Outcome, dump
from handoff.store.connection import redis_errors

BATCH = 100
STATUS_MEMORY_MS = 8 * 3_600_000
"""How long the status of an agent who is gone is kept: longer than any break, shorter than a night,
so that a day begins as available."""


class WatchSide(TeamSide):
    """The desk's own watch; any number of processes may keep it at the same time.

    Every method asks Redis for what is due and leaves the decision to a script, so two who look
    at the same time do it once.
    """

    async def sweep(self) -> list[str]:
        """Return conversations of missing agents to the queue, and name those conversations.

        They keep their waiting time. Forgets expired conversations too.
        """
        returned: list[str] = []
        with redis_errors():
            now = await self._now()
            latest = now - self._settings.agent_grace_ms
            missing = await self._redis.zrangebyscore(
                self._keys.agents, "-inf", f"({latest}", start=0, num=BATCH
            )
            for agent in missing:
                returned += await self._sweep_agent(str(agent))
            await self._forget_expired(now)
        return returned

    async def end_offers(self, served_s: float = math.inf) -> list[str]:
        """End offers whose time is over, and name the conversations; the agents are away then.

        The desk has been served for `served_s`: an older offer is held against nobody.
        """
        ended = []
        async for conversation in self._due(self._keys.offers):
            stored = await self._redis.hmget(
                self._keys.conv(conversation), "offer", "offer_name", "offered_at"
            )
            agent, name, offered_at = stored
            if agent:
                served = await self._now() - int(offered_at or 0) <= served_s * 1000
                with suppress(Refused):
                    why = "timeout" if served else "outage"
                    await self._end_offer(conversation, agent, name or "", why)
                    ended.append(conversation)
        return ended

    async def mark_absent_customers(self, grace_ms: int) -> list[str]:
        """Mark customers as away whose sockets have been silent for `grace_ms`."""
        keys = self._keys
        return [
            conversation
            async for conversation in self._due(keys.here, grace_ms)
            if (await self._move("customer_away", conversation, [keys.here, keys.gone], [grace_ms]))
            == [1]
        ]

    async def abandon(self) -> list[str]:
        """Close conversations whose customers have been away for too long."""
        closed = []
        async for conversation in self._due(self._keys.gone):
            with suppress(Refused):
                if await self._with_holder(conversation, self._abandoned(conversation)) == [1]:
                    closed.append(conversation)
        return closed

    async def note_idle(self) -> list[str]:
        """Write down where nobody has written for as long as a team calls idle."""
        shortest = min(int(team.idle_s * 1000) for team in self._plan.teams)
        return [
            conversation
            async for conversation in self._due(self._keys.talk, shortest)
            if await self._move("idle", conversation, [], []) == [1]
        ]

    async def give_up(self, on_duty: Collection[str]) -> list[str]:
        """Return to the bot whoever waited longer than a team's patience.

        `on_duty` names the teams for which an agent works; it decides what customers are told.
        """
        given_up = []
        open_teams = self._plan.open_teams(datetime.now(UTC))
        for team, line in zip(self._plan.teams, self._lines, strict=True):
            if team.patience_s is None:
                continue
            outcome = Outcome.TIMED_OUT if team.name in on_duty else Outcome.NOBODY_THERE
            outcome = outcome if team.name in open_teams else Outcome.OUT_OF_HOURS
            with redis_errors():
                waiting = await self._redis.zrange(line, 0, BATCH - 1)
            for conversation in map(str, waiting):
                with suppress(Refused):
                    if await self._return_to_bot(conversation, outcome):
                        given_up.append(conversation)
        return given_up

    async def reroute(self) -> list[str]:
        """Move whoever waits for a team that is no longer in the plan to the first team."""
        with redis_errors():
            waiting = await self._redis.zrange(self._keys.queue, 0, -1)
        return [
            conversation
            for conversation in map(str, waiting)
            if await self._move("reroute", conversation, [], []) == [1]
        ]

    async def _sweep_agent(self, agent: str) -> list[str]:
        keys, grace = self._keys, self._settings.agent_grace_ms
        returned = []
        for conversation in sorted(map(str, await self._redis.smembers(keys.chats(agent)))):
            answer = await self._move(
                "sweep", conversation, [keys.chats(agent), keys.agents], [agent, grace]
            )
            if answer == [1]:
                returned.append(conversation)
        await self._scripts.run(
            "retire",
            keys=[keys.agents, keys.presence, keys.agent(agent), keys.chats(agent), keys.bell],
            args=[agent, grace, STATUS_MEMORY_MS],
        )
        return returned

    async def _return_to_bot(self, conversation: str, outcome: Outcome) -> bool:
        answer = await self._move(
            "give_up",
            conversation,
            keys=[],
            args=[
                outcome.value,
                dump({"outcome": outcome.value}),
                words_of_bot(TEXTS[outcome]),
            ],
        )
        return answer == [1]

    def _abandoned(self, conversation: str) -> Callable[[str], Awaitable[list[Any]]]:
        keys = self._keys

        async def act(holder: str) -> list[Any]:
            return await self._move(
                "abandon",
                conversation,
                keys=[
                    # Without a holder nothing of an agent is touched; some key must be named.
                    keys.chats(holder),
                    keys.agent(holder),
                    keys.to_archive,
                    keys.gone,
                ],
                args=[holder, dump({"by": "system", "reason": "customer_left"})],
            )

        return act

    async def _due(self, key: str, age_ms: int = 0) -> AsyncIterator[str]:
        """The members of a sorted set of times that are at least `age_ms` old.

        Those that stay in the set, because their own time is not over yet, hold up nobody behind.
        """
        stay = 0
        with redis_errors():
            latest = await self._now() - age_ms
            while due := await self._redis.zrangebyscore(
                key, "-inf", latest, start=stay, num=BATCH
            ):
                for conversation in due:
                    yield str(conversation)
                scores = await self._redis.zmscore(key, due)
                stay += sum(score is not None and score <= latest for score in scores)

    async def _forget_expired(self, now: int) -> None:
        expired = await self._redis.zrangebyscore(
            self._keys.closed, "-inf", now, start=0, num=BATCH
        )
        if expired:
            async with self._redis.pipeline() as pipe:
                pipe.zrem(self._keys.closed, *expired)
                pipe.zrem(self._keys.all, *expired)
                await pipe.execute()
