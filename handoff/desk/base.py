"""What all sides of the desk share: the connection, the keys, the scripts and the settings."""

from __future__ import annotations

import json
from typing import Any

from redis.asyncio import Redis

from handoff.model import Role
from handoff.settings import Settings
from handoff.store.connection import redis_errors
from handoff.store.keys import Keys
from handoff.store.scripts import Scripts
from handoff.text import check_identifier


class DeskBase:
    """The common ground of the sides of a desk."""

    def __init__(self, redis: Redis, name: str, settings: Settings) -> None:
        """Work on the desk `name` through `redis`, which must decode responses (`connect`)."""
        # redis-py types every answer as text or bytes or worse; `connect` makes it text.
        self._redis: Any = redis
        self._settings = settings
        self._keys = Keys(name)
        self._scripts = Scripts(redis)

    async def typing(self, conversation: str, role: Role) -> None:
        """Tell whoever listens to the conversation that `role` is typing; nothing is stored."""
        payload = json.dumps([check_identifier(conversation), role.value])
        with redis_errors():
            await self._redis.publish(self._keys.typing, payload)
