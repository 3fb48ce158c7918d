"""Tells waiting customers when their place in the queue changes."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from handoff.errors import Unavailable
from handoff.gateway.glance import Glance
from handoff.store.doorbell import Bell, Doorbell


class Places:
    """Watches the queue once for all sockets of the process."""

    def __init__(self, glance: Glance, doorbell: Doorbell, interval_s: float) -> None:
        self._glance = glance
        self._doorbell = doorbell
        self._interval_s = interval_s
        self._bells: dict[str, set[Bell]] = {}
        self._known: dict[str, int | None] = {}

    @contextmanager
    def told(self, conversation: str, bell: Bell) -> Iterator[None]:
        """Ring `bell` whenever the place of `conversation` is another."""
        bells = self._bells.setdefault(conversation, set())
        bells.add(bell)
        try:
            yield
        finally:
            bells.discard(bell)
            if not bells and self._bells.get(conversation) is bells:
                del self._bells[conversation]
                self._known.pop(conversation, None)

    def shown(self, conversation: str, position: int | None) -> None:
        """Note what the customer sees; only those with a place are asked about."""
        if position is None:
            self._known.pop(conversation, None)
        else:
            self._known[conversation] = position

    async def run(self) -> None:
        """Follow the queue until cancelled."""
        with self._doorbell.listen_all() as bell:
            bell.ring_everything()
            while True:
                await bell.wait()
                try:
                    await self._refresh()
                except Unavailable:
                    bell.ring_everything()
                await asyncio.sleep(self._interval_s)

    async def _refresh(self) -> None:
        if not self._known:
            return
        for conversation, place in (await self._glance.positions(list(self._known))).items():
            if self._known.get(conversation, place) != place:
                for bell in self._bells.get(conversation, ()):
                    bell.ring(conversation)
