"""The Lua scripts: every change of a conversation is one of them, and therefore atomic."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from typing import Any

from redis.asyncio import Redis

from handoff.errors import REFUSALS
from handoff.store.connection import redis_errors

NAMES = (
    "open",
    "say",
    "take_turn",
    "finish_turn",
    "escalate",
    "cancel",
    "claim",
    "reply",
    "hand_back",
    "close",
    "heartbeat",
    "sweep",
)


class Scripts:
    """The scripts of the desk on one connection, sent by hash and loaded again when missing."""

    def __init__(self, redis: Redis) -> None:
        folder = files("handoff.store") / "lua"
        self._scripts = {
            name: redis.register_script((folder / f"{name}.lua").read_text()) for name in NAMES
        }

    async def run(self, name: str, keys: Sequence[str], args: Sequence[str | int]) -> list[Any]:
        """Run a script and return what it answers after its verdict.

        Raises:
            Refused: the script refused; the subclass tells why.
            Unavailable: Redis cannot be reached.
        """
        with redis_errors():
            reply: list[Any] = await self._scripts[name](keys=keys, args=args)
        verdict, *answer = reply
        if verdict != "ok":
            raise REFUSALS[verdict](f"{name} was refused")
        return answer
