"""The watch: looks regularly for who has vanished and which times are over."""

from __future__ import annotations

import asyncio
import time

import structlog

from handoff.desk import Desk
from handoff.errors import Unavailable
from handoff.settings import Settings

log = structlog.get_logger(__name__)


class Watch:
    """Keeps the desk's watch for as long as a process runs; any number of processes may."""

    def __init__(self, desk: Desk, settings: Settings) -> None:
        self._desk = desk
        self._interval_s = settings.sweep_interval_s
        self._customer_grace_ms = settings.customer_grace_ms
        self._agent_grace_s = settings.agent_grace_s
        self._heard_since = 0.0

    async def run(self) -> None:
        """Look until cancelled; while Redis is away it waits.

        Whoever was not heard while Redis was away, or nobody served, has the whole grace time to
        come back: the silence was not theirs.
        """
        self._give_grace()
        try:
            _tell("moved_to_another_team", await self._desk.reroute())
        except Unavailable as error:
            log.warning("reroute_failed", error=str(error))
        while True:
            try:
                await self.look()
            except Unavailable as error:
                self._give_grace()
                log.warning("sweep_failed", error=str(error))
            await asyncio.sleep(self._interval_s)

    async def look(self) -> None:
        """Look once."""
        desk = self._desk
        listened_s = time.monotonic() - self._heard_since
        if listened_s >= self._agent_grace_s:
            _tell("returned_to_queue", await desk.sweep())
        if listened_s * 1000 >= self._customer_grace_ms:
            _tell("customer_away", await desk.mark_absent_customers(self._customer_grace_ms))
            _tell("customer_left", await desk.abandon())
        _tell("idle", await desk.note_idle())
        outlooks = await desk.outlooks()
        on_duty = [name for name, outlook in outlooks.items() if outlook.on_duty]
        _tell("unserved", await desk.give_up(on_duty))

    def _give_grace(self) -> None:
        self._heard_since = time.monotonic()


def _tell(what: str, conversations: list[str]) -> None:
    for conversation in conversations:
        log.warning(what, conversation=conversation)
