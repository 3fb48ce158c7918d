"""Tells waiting customers when what they may expect changes: place, wait, somebody being there."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from handoff.desk import Outlook
from handoff.errors import Unavailable
from handoff.gateway.glance import Glance
from handoff.model import Conversation, Owner
from handoff.routing.estimate import rounded_s
from handoff.store.doorbell import Bell, Doorbell

#: Longest time between two looks: business hours begin and end without anybody ringing.
LOOK_S = 10.0


@dataclass(frozen=True, slots=True)
class Prospect:
    """What somebody who waits may expect; the wait in seconds, None while nobody can know it."""

    position: int | None = None
    availability: str | None = None
    opens_at: int | None = None
    wait_s: int | None = None


class Places:
    """Watches the lines once for all sockets of the process."""

    def __init__(self, glance: Glance, doorbell: Doorbell, interval_s: float) -> None:
        self._glance = glance
        self._doorbell = doorbell
        self._interval_s = interval_s
        self._bells: dict[str, set[Bell]] = {}
        self._known: dict[str, tuple[str, Prospect]] = {}
        self._outlooks: Mapping[str, Outlook] = {}
        self._promised: set[str] = set()

    @contextmanager
    def told(self, conversation: str, bell: Bell) -> Iterator[None]:
        """Ring `bell` whenever the prospect of `conversation` is another."""
        bells = self._bells.setdefault(conversation, set())
        bells.add(bell)
        try:
            yield
        finally:
            bells.discard(bell)
            if not bells and self._bells.get(conversation) is bells:
                del self._bells[conversation]
                self._forget(conversation)

    def prospect(self, conversation: Conversation, position: int | None) -> Prospect:
        """What the customer may expect at `position`, by the latest look at the teams."""
        if conversation.owner is not Owner.QUEUE:
            return Prospect()
        return _prospect(self._outlooks.get(conversation.wait.team), position)

    def shown(self, conversation: Conversation, prospect: Prospect) -> None:
        """Note what the customer sees; only those who wait are asked about."""
        if conversation.owner is not Owner.QUEUE:
            self._forget(conversation.id)
        elif conversation.id in self._bells:
            self._known[conversation.id] = (conversation.wait.team, prospect)

    async def run(self) -> None:
        """Follow the lines until cancelled."""
        with self._doorbell.listen_all() as bell:
            bell.ring_everything()
            while True:
                await bell.wait(LOOK_S)
                try:
                    await self._refresh()
                except Unavailable:
                    bell.ring_everything()
                await asyncio.sleep(self._interval_s)

    async def _refresh(self) -> None:
        self._outlooks = await self._glance.outlooks()
        if not self._known:
            return
        for conversation, place in (await self._glance.positions(list(self._known))).items():
            team, before = self._known.get(conversation, ("", None))
            if before is None:
                continue
            outlook = self._outlooks.get(team)
            if _prospect(outlook, place) != before:
                for bell in self._bells.get(conversation, ()):
                    bell.ring(conversation)
            await self._promise(conversation, outlook, place)

    async def _promise(self, conversation: str, outlook: Outlook | None, place: int | None) -> None:
        """Note the first wait a customer is told, so that its error can be measured."""
        if outlook is None or place is None or conversation in self._promised:
            return
        wait_ms = outlook.wait_ms(place)
        if wait_ms is not None:
            self._promised.add(conversation)
            await self._glance.promise(conversation, wait_ms)

    def _forget(self, conversation: str) -> None:
        self._known.pop(conversation, None)
        self._promised.discard(conversation)


def _prospect(outlook: Outlook | None, position: int | None) -> Prospect:
    if outlook is None:
        return Prospect(position)
    wait_ms = outlook.wait_ms(position) if position is not None else None
    return Prospect(
        position=position,
        availability=outlook.availability,
        opens_at=outlook.opens_at,
        wait_s=None if wait_ms is None else rounded_s(wait_ms),
    )
