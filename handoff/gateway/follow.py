"""Shows one conversation to one socket: each event once, in order, from a cursor on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from handoff.errors import Unavailable
from handoff.gateway.glance import Glance, View
from handoff.model import Role
from handoff.store.doorbell import Bell

#: Seconds before Redis is asked again after it failed.
_PAUSE_S = 0.5


class Follower:
    """Reads on from its cursor whenever the bell rings, so no event is missed or shown twice."""

    def __init__(
        self,
        glance: Glance,
        conversation: str,
        cursor: str,
        page: int,
        *,
        show: Callable[[View], Awaitable[None]],
        show_typing: Callable[[], Awaitable[None]],
        other: Role,
    ) -> None:
        """Show views and the typing of `other`; `page` bounds the events of one view."""
        self._glance = glance
        self._conversation = conversation
        self._cursor = cursor
        self._page = page
        self._show = show
        self._show_typing = show_typing
        self._other = other

    async def look(self) -> View:
        """Read what follows the cursor, without showing it or moving on."""
        return await self._glance.view(self._conversation, self._cursor, self._page)

    async def run(self, bell: Bell, first: View) -> None:
        """Show `first`, then everything new until cancelled."""
        await self._take(first)
        if not first.complete:
            await self._catch_up()
        while True:
            ring = await bell.wait()
            if ring.conversations or ring.everything:
                await self._catch_up()
            if (self._conversation, self._other) in ring.typing:
                await self._show_typing()

    async def _catch_up(self) -> None:
        while True:
            try:
                view = await self.look()
            except Unavailable:
                await asyncio.sleep(_PAUSE_S)
                continue
            await self._take(view)
            if view.complete:
                return

    async def _take(self, view: View) -> None:
        await self._show(view)
        if view.events:
            self._cursor = view.events[-1].id
