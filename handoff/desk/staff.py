"""Agents as such: that they are there, what they can do, and whether anything may come."""

from __future__ import annotations

import json
from collections.abc import Collection

from handoff.desk.base import DeskBase
from handoff.model import AgentState, Presence, Status, dump
from handoff.routing.plan import AgentProfile
from handoff.store.connection import redis_errors
from handoff.text import check_identifier, clean_line, clean_name

MAX_REASON = 80


class StaffSide(DeskBase):
    """Presence and status of the agents."""

    async def heartbeat(
        self,
        agent_id: str,
        agent_name: str,
        connection: str,
        profile: AgentProfile | None = None,
    ) -> None:
        """Tell that the agent is there; `connection` names the socket that says so.

        Whoever was not there begins with the status of the last eight hours, or as available.
        `profile` has teams and capacity filled in.
        """
        keys = self._keys
        profile = profile or self._plan.profile("")
        presence = {
            "name": clean_name(agent_name, "Agent"),
            "connection": connection,
            "skills": list(profile.skills),
            "languages": list(profile.languages),
        }
        teams = profile.teams or ()
        await self._scripts.run(
            "heartbeat",
            keys=[
                keys.agents,
                keys.presence,
                keys.agent(check_identifier(agent_id)),
                keys.bell,
            ],
            args=[agent_id, dump(presence), profile.capacity or "", f",{','.join(teams)},"],
        )

    async def set_status(self, agent_id: str, status: Status, reason: str = "") -> None:
        """Say whether new conversations may come; those the agent has go on.

        Being available ends a wrap-up.
        """
        keys = self._keys
        await self._scripts.run(
            "set_status",
            keys=[keys.agent(check_identifier(agent_id)), keys.bell],
            args=[agent_id, status.value, clean_line(reason, MAX_REASON)],
        )

    async def agents(self) -> list[Presence]:
        """Return the agents whose heartbeat was heard within the grace time."""
        with redis_errors():
            async with self._redis.pipeline(transaction=False) as pipe:
                pipe.time()
                pipe.zrange(self._keys.agents, 0, -1, withscores=True)
                pipe.hgetall(self._keys.presence)
                (seconds, _), seen, presence = await pipe.execute()
        earliest = int(seconds) * 1000 - self._settings.agent_grace_ms
        known = {agent: json.loads(presence[agent]) for agent, _ in seen if agent in presence}
        return [
            Presence(agent, known[agent]["name"], known[agent]["connection"], int(at))
            for agent, at in seen
            if at >= earliest and agent in known
        ]

    async def staff(self) -> list[AgentState]:
        """Return what every agent who is there does and can do."""
        keys = self._keys
        present = await self.agents()
        if not present:
            return []
        with redis_errors():
            async with self._redis.pipeline(transaction=False) as pipe:
                pipe.hgetall(keys.presence)
                pipe.hgetall(keys.reserved)
                for one in present:
                    pipe.hgetall(keys.agent(one.agent)).scard(keys.chats(one.agent))
                presence, reserved, *rest = await pipe.execute()
        states = []
        for one, stored, chats in zip(present, rest[::2], rest[1::2], strict=True):
            load = chats + int(reserved.get(one.agent, 0))
            states.append(self._state(one, presence.get(one.agent), stored, load))
        return states

    async def _names(self, agents: Collection[str]) -> dict[str, str]:
        """The names of those of `agents` who are there."""
        wanted = [check_identifier(agent) for agent in agents]
        with redis_errors():
            stored = await self._redis.hmget(self._keys.presence, wanted)
        return {
            agent: json.loads(details)["name"]
            for agent, details in zip(wanted, stored, strict=True)
            if details
        }

    def _state(
        self, one: Presence, presence: str | None, stored: dict[str, str], load: int
    ) -> AgentState:
        details = json.loads(presence or "{}")
        default = self._plan.profile("")
        teams = stored.get("teams")
        return AgentState(
            agent=one.agent,
            name=one.name,
            status=Status(stored.get("status", Status.AVAILABLE.value)),
            reason=stored.get("reason", ""),
            since=int(stored.get("since", one.seen)),
            wrap_until=int(stored.get("wrap_until", 0)),
            idle_since=int(stored.get("idle_since", one.seen)),
            load=load,
            capacity=int(stored.get("capacity") or default.capacity or 1),
            teams=frozenset(filter(None, (teams or ",".join(default.teams or ())).split(","))),
            skills=frozenset(details.get("skills", ())),
            languages=frozenset(details.get("languages", ())),
        )
