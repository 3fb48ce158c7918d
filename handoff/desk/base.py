"""What all sides of the desk share: the connection, the keys, the scripts and the plan."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from redis.asyncio import Redis

from handoff.errors import Moved
from handoff.model import HandoffRequest, Role, dump, dump_reasons
from handoff.routing.plan import DeskPlan, milliseconds
from handoff.settings import Settings
from handoff.store.connection import redis_errors
from handoff.store.keys import Keys
from handoff.store.scripts import Scripts
from handoff.text import check_identifier

HANDS = 5
"""How often a conversation may change hands while somebody acts on its holder."""


class DeskBase:
    """The common ground of the sides of a desk."""

    def __init__(
        self, redis: Redis, name: str, settings: Settings, plan: DeskPlan | None = None
    ) -> None:
        """Work on the desk `name` through `redis`, which must decode responses (`connect`).

        Every process of a desk must have the same `plan`; by default it is a single team.
        """
        # redis-py types every answer as text or bytes or worse; `connect` makes it text.
        self._redis: Any = redis
        self._settings = settings
        self._plan = plan or DeskPlan()
        self._keys = Keys(name)
        self._scripts = Scripts(redis)
        self._policy = _policy(self._plan)
        self._lines = [self._keys.line(team) for team in self._plan.names]

    async def typing(self, conversation: str, role: Role) -> None:
        """Tell whoever listens to the conversation that `role` is typing; nothing is stored."""
        payload = json.dumps([check_identifier(conversation), role.value])
        with redis_errors():
            await self._redis.publish(self._keys.typing, payload)

    async def _move(
        self, name: str, conversation: str, keys: Sequence[str], args: Sequence[str | int]
    ) -> list[Any]:
        """Run a script that starts with `moves.lua`; `keys` and `args` are its own."""
        own = self._keys
        common = [
            own.conv(check_identifier(conversation)),
            own.log(conversation),
            own.all,
            own.bell,
            own.queue,
            own.offers,
            own.reserved,
            own.talk,
            own.figures,
        ]
        return await self._scripts.run(
            name, [*common, *keys, *self._lines], [self._policy, conversation, *args]
        )

    async def _with_holder(
        self, conversation: str, act: Callable[[str], Awaitable[list[Any]]]
    ) -> list[Any]:
        """Run `act` with the agent who owns the conversation, again if that changed meanwhile."""
        for _ in range(HANDS):
            with redis_errors():
                holder = await self._redis.hget(
                    self._keys.conv(check_identifier(conversation)), "agent"
                )
            try:
                return await act(str(holder or ""))
            except Moved:
                continue
        raise Moved(f"the conversation changed hands {HANDS} times")

    async def _now(self) -> int:
        seconds, microseconds = await self._redis.time()
        return int(seconds) * 1000 + int(microseconds) // 1000

    def _wish(self, request: HandoffRequest) -> list[str | int]:
        """The arguments that tell scripts what a handoff asks for."""
        return [
            self._plan.team_for(request.skills, request.language).name,
            dump_reasons(request.reasons),
            request.priority,
            dump(list(request.skills)),
            request.language,
            dump(request.summary) if request.summary else "",
        ]


def _policy(plan: DeskPlan) -> str:
    """What the scripts must know of the plan; `place` is the position of the team's line."""
    return dump(
        {
            "first": plan.names[0],
            "count": len(plan.names),
            "bonus_ms": milliseconds(plan.aging_s),
            "capacity": plan.teams[0].capacity,
            "teams": {
                team.name: {
                    "name": team.name,
                    "place": place,
                    "limit": -1 if team.queue_limit is None else team.queue_limit,
                    **({"overflow": team.overflow} if team.overflow else {}),
                    "picking": team.picking,
                    "wrap_up_ms": milliseconds(team.wrap_up_s),
                    "patience_ms": milliseconds(team.patience_s),
                    "away_ms": milliseconds(team.customer_away_s),
                    "idle_ms": milliseconds(team.idle_s),
                }
                for place, team in enumerate(plan.teams, start=1)
            },
        }
    )
