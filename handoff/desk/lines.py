"""What is read of the teams' lines: who waits, and how long it takes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from handoff.desk.reads import Reads
from handoff.desk.staff import StaffSide
from handoff.model import Conversation, Status
from handoff.routing.estimate import Measured, expected_wait_ms, rounded_s
from handoff.routing.plan import Team
from handoff.store.connection import redis_errors
from handoff.text import check_identifier


@dataclass(frozen=True, slots=True)
class Outlook:
    """What somebody who waits for a team may expect.

    `opens_at` is when a closed team opens next, in milliseconds since the epoch. `on_duty` are its
    agents who may get something new, `places` what they can hold together, `free` what of that is
    empty, `length` how many wait.
    """

    team: str
    open: bool
    opens_at: int | None
    on_duty: int
    places: int
    free: int
    length: int
    measured: Measured

    @property
    def availability(self) -> str:
        """`open`, `closed` (out of hours) or `nobody` (no agent on duty)."""
        if not self.open:
            return "closed"
        return "open" if self.on_duty else "nobody"

    def wait_ms(self, position: int) -> int | None:
        """Return the expected wait at `position`, or None while it cannot be told honestly."""
        if self.availability != "open":
            return None
        return expected_wait_ms(position, self.places, self.free, self.measured)


class Lines(Reads, StaffSide):
    """Reads of lines and teams."""

    async def waiting(self, team: str, limit: int) -> list[Conversation]:
        """Return the first `limit` conversations of a team's line, the one to serve next first."""
        with redis_errors():
            ids = await self._redis.zrange(self._keys.line(team), 0, limit - 1)
            async with self._redis.pipeline(transaction=False) as pipe:
                for conversation in ids:
                    pipe.hgetall(self._keys.conv(conversation))
                stored = await pipe.execute() if ids else []
        return [Conversation.from_stored(one) for one in stored if one]

    async def measured(self) -> dict[str, Measured]:
        """Return the running means of every team."""
        with redis_errors():
            stored = await self._redis.hgetall(self._keys.figures)
        return {
            name: Measured(
                handled=int(stored.get(f"{name}:handling:n", 0)),
                handling_ms=float(stored.get(f"{name}:handling", 0)),
            )
            for name in self._plan.names
        }

    async def outlooks(self) -> dict[str, Outlook]:
        """Return what those who wait for each team may expect."""
        staff = [one for one in await self.staff() if one.status is Status.AVAILABLE]
        measured = await self.measured()
        with redis_errors():
            async with self._redis.pipeline(transaction=False) as pipe:
                for line in self._lines:
                    pipe.zcard(line)
                lengths = await pipe.execute()
        at = datetime.now(UTC)
        outlooks = {}
        for team, length in zip(self._plan.teams, lengths, strict=True):
            serving = [one for one in staff if team.name in one.teams]
            is_open, opens_at = _hours(team, at)
            outlooks[team.name] = Outlook(
                team=team.name,
                open=is_open,
                opens_at=opens_at,
                on_duty=len(serving),
                places=sum(one.capacity for one in serving),
                free=sum(max(0, one.capacity - one.load) for one in serving),
                length=int(length),
                measured=measured[team.name],
            )
        return outlooks

    async def promise(self, conversation: str, wait_ms: int) -> None:
        """Remember the first wait a customer was told, as it was told, to measure its error."""
        told_ms = rounded_s(wait_ms) * 1000
        await self._scripts.run(
            "promise", [self._keys.conv(check_identifier(conversation))], [told_ms]
        )


def _hours(team: Team, at: datetime) -> tuple[bool, int | None]:
    if team.hours.is_open(at):
        return True, None
    opening = team.hours.next_opening(at)
    return False, int(opening.timestamp() * 1000) if opening else None
