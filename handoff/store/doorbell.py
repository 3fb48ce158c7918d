"""The doorbell: tells listeners in this process that a conversation has something new to read.

A ring carries no news, only where to look; whoever hears it reads from the last event seen. So
rings may be merged, and after the connection was lost everybody is rung once.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Self

import structlog
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.exceptions import RedisError

from handoff.model import Role
from handoff.store.keys import Keys
from handoff.tasks import stop

logger = structlog.get_logger(__name__)

AGENT = "agent:"
"""How a ring begins that is about an agent; no conversation's id has a colon."""
MAX_REMEMBERED = 1000
POLL_S = 1.0
FIRST_PAUSE_S = 0.05
LONGEST_PAUSE_S = 2.0


@dataclass(frozen=True, slots=True)
class Ring:
    """What happened since the listener last looked.

    `conversations` have something new; `typing` are people at work on an answer. `staff` means that
    agents came, went or changed their status, `everything` that anything may have something new.
    """

    conversations: frozenset[str] = frozenset()
    typing: frozenset[tuple[str, Role]] = frozenset()
    staff: bool = False
    everything: bool = False


class Bell:
    """One listener's bell; what rings between two looks is merged, so it never grows."""

    # Thousands of them are idle at a time: no dictionary, and no queue of waiters as an Event has.
    __slots__ = ("_conversations", "_everything", "_rung", "_staff", "_typing", "_waiting")

    def __init__(self) -> None:
        self._rung = False
        self._waiting: asyncio.Future[None] | None = None
        self._conversations: set[str] = set()
        self._typing: set[tuple[str, Role]] = set()
        self._staff = False
        self._everything = False

    async def wait(self, timeout_s: float | None = None) -> Ring:
        """Return what rang since the last call, waiting if nothing did.

        After `timeout_s` seconds of silence an empty ring is returned.
        """
        if not self._rung:
            await self._wait(timeout_s)
        ring = Ring(
            frozenset(self._conversations), frozenset(self._typing), self._staff, self._everything
        )
        self._rung = False
        self._conversations.clear()
        self._typing.clear()
        self._staff = False
        self._everything = False
        return ring

    def ring(self, conversation: str) -> None:
        """Tell that a conversation has something new."""
        if not self._everything:
            self._conversations.add(conversation)
            if len(self._conversations) > MAX_REMEMBERED:
                self.ring_everything()
        self._wake()

    def ring_staff(self) -> None:
        """Tell that the agents are not what they were."""
        self._staff = True
        self._wake()

    def ring_everything(self) -> None:
        """Tell that any conversation may have something new."""
        self._conversations.clear()
        self._everything = True
        self._wake()

    def show_typing(self, conversation: str, role: Role) -> None:
        """Tell that somebody is typing."""
        if len(self._typing) < MAX_REMEMBERED:
            self._typing.add((conversation, role))
        self._wake()

    async def _wait(self, timeout_s: float | None) -> None:
        self._waiting = asyncio.get_running_loop().create_future()
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(timeout_s):
                    await self._waiting
        finally:
            self._waiting = None

    def _wake(self) -> None:
        self._rung = True
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)


class Doorbell:
    """The one subscription of a process, which rings the bells of all its listeners."""

    def __init__(self, redis: Redis, keys: Keys) -> None:
        self._redis = redis
        self._keys = keys
        self._of_one: dict[str, set[Bell]] = {}
        self._of_all: set[Bell] = set()
        self._task: asyncio.Task[None] | None = None
        self._subscribed = asyncio.Event()

    async def __aenter__(self) -> Self:
        """Start listening; it reconnects by itself until `__aexit__`."""
        self._task = asyncio.create_task(self._run(), name="doorbell")
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop listening."""
        if self._task:
            await stop(self._task)

    async def ready(self) -> None:
        """Return when Redis has confirmed the subscription."""
        await self._subscribed.wait()

    @contextmanager
    def listen(self, conversation: str) -> Iterator[Bell]:
        """Yield a bell for one conversation."""
        bell = Bell()
        bells = self._of_one.setdefault(conversation, set())
        bells.add(bell)
        try:
            yield bell
        finally:
            bells.discard(bell)
            if not bells and self._of_one.get(conversation) is bells:
                del self._of_one[conversation]

    @contextmanager
    def listen_all(self) -> Iterator[Bell]:
        """Yield a bell for all conversations of the desk."""
        bell = Bell()
        self._of_all.add(bell)
        try:
            yield bell
        finally:
            self._of_all.discard(bell)

    async def _run(self) -> None:
        pause = FIRST_PAUSE_S
        while True:
            try:
                async with self._redis.pubsub() as pubsub:
                    await pubsub.subscribe(self._keys.bell, self._keys.typing)
                    pause = FIRST_PAUSE_S
                    await self._listen(pubsub)
            except (RedisError, OSError) as error:
                logger.warning("doorbell_lost", error=str(error), retry_s=pause)
            except Exception:
                # Nobody may be left deaf by a fault nobody thought of.
                logger.exception("doorbell_failed", retry_s=pause)
            self._subscribed.clear()
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_S)

    async def _listen(self, pubsub: PubSub) -> None:
        while True:
            message = await pubsub.get_message(timeout=POLL_S)
            if message is None:
                continue
            if message["type"] == "subscribe":
                # Also after redis-py has reconnected by itself: rings may have been missed.
                self._subscribed.set()
                self._ring_everybody()
            elif message["channel"] == self._keys.typing:
                conversation, role = json.loads(message["data"])
                for bell in self._listeners(conversation):
                    bell.show_typing(conversation, Role(role))
            elif message["type"] == "message" and message["data"].startswith(AGENT):
                for bell in self._of_all:
                    bell.ring_staff()
            elif message["type"] == "message":
                for bell in self._listeners(message["data"]):
                    bell.ring(message["data"])

    def _listeners(self, conversation: str) -> Iterable[Bell]:
        return [*self._of_one.get(conversation, ()), *self._of_all]

    def _ring_everybody(self) -> None:
        for bells in [*self._of_one.values(), self._of_all]:
            for bell in bells:
                bell.ring_everything()
