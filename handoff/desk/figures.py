"""Reads what the scripts have counted, and who waits now."""

from __future__ import annotations

from collections.abc import Mapping

from handoff.desk.archiving import ArchiveSide
from handoff.metrics import Durations, Figures, TeamFigures
from handoff.store.connection import redis_errors

PAGE = 1000


class FiguresSide(ArchiveSide):
    """The desk in numbers."""

    async def figures(self) -> Figures:
        """Return what Prometheus is told of the whole desk."""
        with redis_errors():
            stored = await self._redis.hgetall(self._keys.figures)
            now = await self._now()
            teams = [
                _team(name, stored, *await self._waits(line, now))
                for name, line in zip(self._plan.names, self._lines, strict=True)
            ]
        return Figures(teams, await self.count_to_archive())

    async def _waits(self, line: str, now: int) -> tuple[int, int]:
        """How many wait in a line, and the longest wait in ms.

        The score is `waiting since - priority * bonus`, so nobody from the first score on that is
        later than the longest wait so far can have waited longer.
        """
        first, place = now, 0
        while True:
            page = await self._redis.zrange(line, place, place + PAGE - 1, withscores=True)
            if not page or page[0][1] >= first:
                break
            async with self._redis.pipeline(transaction=False) as pipe:
                for conversation, _ in page:
                    pipe.hget(self._keys.conv(conversation), "waiting_since")
                since = [int(one) for one in await pipe.execute() if one]
            first, place = min([first, *since]), place + PAGE
        return int(await self._redis.zcard(line)), now - first


def _team(name: str, stored: Mapping[str, str], waiting: int, longest_ms: int) -> TeamFigures:
    return TeamFigures(
        team=name,
        waiting=waiting,
        longest_wait_ms=longest_ms,
        wait=_durations(stored, f"{name}:wait"),
        first_response=_durations(stored, f"{name}:response"),
        handling=_durations(stored, f"{name}:handling"),
        longer=_durations(stored, f"{name}:longer"),
        shorter=_durations(stored, f"{name}:shorter"),
        unserved_longer=int(stored.get(f"{name}:unserved_longer:n", 0)),
        unserved_shorter=int(stored.get(f"{name}:unserved_shorter:n", 0)),
        wait_error_ms=float(stored.get(f"{name}:error", 0)),
        abandoned=_durations(stored, f"{name}:abandoned"),
        declined=int(stored.get(f"{name}:declined:n", 0)),
        expired=int(stored.get(f"{name}:expired:n", 0)),
    )


def _durations(stored: Mapping[str, str], what: str) -> Durations:
    prefix = f"{what}:le:"
    under = {
        None if key == f"{prefix}inf" else int(key.removeprefix(prefix)): int(count)
        for key, count in stored.items()
        if key.startswith(prefix)
    }
    return Durations(int(stored.get(f"{what}:sum", 0)), under)
