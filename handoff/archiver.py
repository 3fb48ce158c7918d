"""The archiver: brings closed conversations into SQL, and lets them expire in Redis after that.

Any number of processes may run one. SQL comes first and is written so that the same conversation
may come again, so whoever dies between the two steps has lost nothing and doubled nothing.
"""

from __future__ import annotations

import asyncio
import time

import structlog
from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError, SQLAlchemyError

from handoff.archive import Archive
from handoff.desk import Desk
from handoff.errors import Unavailable
from handoff.settings import Settings

log = structlog.get_logger(__name__)

BATCH = 100
"""Conversations that are looked up at a time."""
DAY_S = 86_400.0


class Archiver:
    """Archives what was closed, and forgets what is older than `archive_days`."""

    def __init__(self, desk: Desk, archive: Archive, settings: Settings) -> None:
        self._desk = desk
        self._archive = archive
        self._interval_s = settings.sweep_interval_s
        self._days = settings.archive_days

    async def run(self) -> None:
        """Look every `sweep_interval_s` until cancelled; while Redis or SQL is away it waits."""
        purge_at = 0.0
        while True:
            try:
                await self.round()
                if self._days is not None and time.monotonic() >= purge_at:
                    await self.purge(self._days)
                    purge_at = time.monotonic() + DAY_S
            except (Unavailable, SQLAlchemyError) as error:
                log.warning("archiving_paused", error=type(error).__name__)
            await asyncio.sleep(self._interval_s)

    async def round(self) -> None:
        """Archive everything that waits for it; one that fails does not hold up the others."""
        failed = 0
        while waiting := await self._desk.to_archive(BATCH, failed):
            for conversation in waiting:
                failed += not await self._archived(conversation)

    async def purge(self, days: float) -> None:
        """Forget what was closed more than `days` ago."""
        before = int((time.time() - days * DAY_S) * 1000)
        if forgotten := await self._archive.purge(before):
            log.info("archive_purged", conversations=forgotten)

    async def _archived(self, conversation: str) -> bool:
        """Bring one conversation into the archive; False if it has to be tried again."""
        transcript = await self._desk.transcript(conversation)
        if transcript is None:
            # Reopened, or gone: it waits no more.
            await self._desk.archived(conversation, "")
            return True
        try:
            await self._archive.keep(transcript)
        except (OperationalError, InterfaceError):
            raise  # the database is away, for the others as well
        except IntegrityError:
            return False  # another process is just keeping it
        except Exception as error:
            log.error("not_archived", conversation=conversation, error=type(error).__name__)
            return False
        return await self._desk.archived(conversation, transcript.upto)
