"""The Lua scripts: every change of a conversation is one of them, and therefore atomic."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from typing import Any

from redis.asyncio import Redis

from handoff.errors import REFUSALS
from handoff.store.connection import redis_errors

MOVES = (
    "finish_turn",
    "escalate",
    "leave_message",
    "cancel",
    "give_up",
    "claim",
    "offer",
    "accept",
    "decline",
    "transfer",
    "take_over",
    "hand_back",
    "close",
    "sweep",
    "customer_away",
    "abandon",
    "idle",
    "reroute",
)
"""Scripts that start with `moves.lua`: what moves a conversation, or makes it ready to move."""

NAMES = (
    *MOVES,
    "open",
    "tell_page",
    "say",
    "take_turn",
    "reply",
    "note",
    "join",
    "leave",
    "heartbeat",
    "set_status",
    "retire",
    "customer_here",
    "promise",
    "seen",
    "archived",
)


def source(name: str) -> str:
    """Return the text of a script as the server gets it."""
    folder = files("handoff.store")
    text = (folder / "lua" / f"{name}.lua").read_text(encoding="utf-8")
    shared = (folder / "moves.lua").read_text(encoding="utf-8") if name in MOVES else ""
    return f"{shared}\n{text}"


class Scripts:
    """The scripts of the desk on one connection, sent by hash and loaded again when missing."""

    def __init__(self, redis: Redis) -> None:
        self._scripts = {name: redis.register_script(source(name)) for name in NAMES}

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
