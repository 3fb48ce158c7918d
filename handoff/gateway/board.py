"""The agents' lists: read once for the process, sent to every agent they changed for."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

import orjson

from handoff.errors import Unavailable
from handoff.gateway.glance import Glance, Lists
from handoff.gateway.wire import dumps
from handoff.model import Summary
from handoff.store.doorbell import Bell, Doorbell, Ring

#: Waiting conversations that agents see; the length tells of the rest.
FRONT = 100
#: Conversations with colleagues that supervisors see, the latest active first.
TALKING = 50


class Viewer(NamedTuple):
    """Whose screen it is, and whether colleagues' conversations belong on it."""

    agent: str
    supervises: bool


class Screen:
    """The latest lists for one socket; what it did not take in time is replaced, not kept."""

    def __init__(self) -> None:
        self._latest: bytes | None = None
        self._shown: bytes | None = None
        self._changed = asyncio.Event()

    def show(self, frame: bytes) -> None:
        """Replace the lists."""
        self._latest = frame
        if frame != self._shown:
            self._changed.set()

    async def next(self) -> bytes:
        """Wait for lists other than the last."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            if self._latest is not None and self._latest != self._shown:
                self._shown = self._latest
                return self._latest


class Board:
    """Keeps the lists of all connected agents up to date."""

    def __init__(self, glance: Glance, doorbell: Doorbell, interval_s: float) -> None:
        self._glance = glance
        self._doorbell = doorbell
        self._interval_s = interval_s
        self._screens: dict[Viewer, set[Screen]] = {}
        self._summaries: dict[str, Summary] = {}
        self._bell: Bell | None = None

    @contextmanager
    def screen(self, agent: str, *, supervises: bool = False) -> Iterator[Screen]:
        """A screen of `agent`, filled at once and whenever something changes."""
        screen, viewer = Screen(), Viewer(agent, supervises)
        screens = self._screens.setdefault(viewer, set())
        screens.add(screen)
        if self._bell is not None:
            self._bell.ring_everything()
        try:
            yield screen
        finally:
            screens.discard(screen)
            if not screens and self._screens.get(viewer) is screens:
                del self._screens[viewer]

    async def run(self) -> None:
        """Follow the desk until cancelled."""
        with self._doorbell.listen_all() as bell:
            self._bell = bell
            # Whatever rang before this line rang no bell of ours.
            bell.ring_everything()
            while True:
                ring = await bell.wait()
                if not self._screens or not (ring.conversations or ring.staff or ring.everything):
                    continue
                try:
                    await self._refresh(ring)
                except Unavailable:
                    bell.ring_everything()
                await asyncio.sleep(self._interval_s)

    async def _refresh(self, ring: Ring) -> None:
        viewers = list(self._screens)
        talking = TALKING if any(viewer.supervises for viewer in viewers) else 0
        lists = await self._glance.lists(FRONT, talking, [viewer.agent for viewer in viewers])
        await self._read(lists, ring)
        queue = orjson.Fragment(dumps(self._wire(lists.queue)))
        staff = await self._glance.staff()
        states = {one.agent: one.to_wire() for one in staff}
        team = orjson.Fragment(dumps(list(states.values())))
        offered = self._offered(lists)
        for viewer in viewers:
            mine = lists.mine[viewer.agent]
            body = {
                "type": "desk",
                "queue": queue,
                "mine": sorted(self._wire(mine), key=_last_at, reverse=True),
                "offers": offered.get(viewer.agent, []),
                "queue_length": lists.length,
                "me": states.get(viewer.agent),
                "team": team,
            }
            if viewer.supervises:
                body["others"] = self._wire(one for one in lists.talking if one not in mine)
                body["others_length"] = lists.talks - len(mine)
            frame = dumps(body)
            for screen in self._screens.get(viewer, ()):
                screen.show(frame)

    async def _read(self, lists: Lists, ring: Ring) -> None:
        """Read what is shown and new or rung; forget what is shown no more."""
        shown = {*lists.queue, *lists.offers, *lists.talking}
        shown |= {one for mine in lists.mine.values() for one in mine}
        fresh = {} if ring.everything else self._summaries
        kept = {one: fresh[one] for one in shown if one in fresh and one not in ring.conversations}
        read = await self._glance.summaries(shown - kept.keys())
        self._summaries = kept | read

    def _offered(self, lists: Lists) -> dict[str, list[dict[str, object]]]:
        """What is offered to each agent."""
        offered: dict[str, list[dict[str, object]]] = {}
        for conversation in lists.offers:
            summary = self._summaries.get(conversation)
            if summary is not None and summary.offer is not None:
                offered.setdefault(summary.offer.agent, []).append(summary.to_wire())
        return offered

    def _wire(self, conversations: Iterable[str]) -> list[dict[str, object]]:
        known = (self._summaries.get(one) for one in conversations)
        return [summary.to_wire() for summary in known if summary is not None]


def _last_at(summary: dict[str, object]) -> int:
    return int(str(summary["last_at"]))
