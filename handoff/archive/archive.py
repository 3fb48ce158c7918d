"""Keep closed conversations, find them again, and forget them in time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from sqlalchemy import ColumnElement, Select, delete, insert, select, tuple_
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker

from handoff.archive.database import open_database
from handoff.archive.handoffs import handoffs_in, people_in
from handoff.archive.records import Archived, Page, as_archived, as_event, handoff_row
from handoff.archive.tables import AgentRow, ConversationRow, EventRow, HandoffRow
from handoff.archive.words import Wanted, document_of, excerpt, matching, parse
from handoff.errors import UnknownConversation
from handoff.model import Event, EventType, Transcript

#: Conversations forgotten in one transaction.
BATCH = 200


@dataclass(frozen=True, slots=True)
class Filters:
    """What to look for; closed from `since` (inclusive) `until` (exclusive), in ms."""

    words: str = ""
    since: int | None = None
    until: int | None = None
    agent: str = ""


class Archive:
    """The archive of one installation; every method raises `SQLAlchemyError` while SQL is away."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._session = async_sessionmaker(engine, expire_on_commit=False)

    @classmethod
    async def open(cls, url: str) -> Self:
        """Connect to `url` and bring its schema up to date; see `open_database`."""
        return cls(await open_database(url))

    async def close(self) -> None:
        """Release the connections."""
        await self._engine.dispose()

    async def keep(self, transcript: Transcript) -> None:
        """Store a closed conversation; what the archive has of it already is added to.

        Keeping the same one again changes nothing, and an older transcript takes nothing away.

        Raises:
            sqlalchemy.exc.IntegrityError: another process keeps it at this moment.
        """
        conversation = transcript.conversation.id
        found = select(ConversationRow).where(ConversationRow.conversation == conversation)
        async with self._session.begin() as session:
            row = await session.scalar(found.with_for_update())
            if row is None:
                row = ConversationRow(conversation=conversation, events=0, last_event="0-0")
                session.add(row)
            fresh = [
                event for event in transcript.events if _order(event.id) > _order(row.last_event)
            ]
            if fresh:
                await self._add(session, row, transcript, fresh)

    async def find(self, filters: Filters, limit: int, cursor: str | None = None) -> Page:
        """Up to `limit` conversations, the last closed first; `cursor` is where a page ended."""
        wanted = parse(filters.words)
        if filters.words.strip() and wanted == Wanted():
            return Page([], None)
        conditions = [*self._conditions(filters), *matching(wanted, self._engine.dialect.name)]
        if cursor is not None:
            closed_at, number = map(int, cursor.split("-"))
            key = tuple_(ConversationRow.closed_at, ConversationRow.number)
            conditions.append(key < (closed_at, number))
        latest = ConversationRow.closed_at.desc(), ConversationRow.number.desc()
        query = select(ConversationRow).where(*conditions).order_by(*latest).limit(limit + 1)
        async with self._session() as session:
            rows = (await session.scalars(query)).all()
            page = rows[:limit]
            conversations = await _read(session, page, wanted)
        more = len(rows) > limit
        return Page(conversations, f"{page[-1].closed_at}-{page[-1].number}" if more else None)

    async def get(self, conversation: str) -> tuple[Archived, list[Event]]:
        """A conversation with all its events.

        Raises:
            UnknownConversation: the archive does not have it.
        """
        found = select(ConversationRow).where(ConversationRow.conversation == conversation)
        async with self._session() as session:
            row = await session.scalar(found)
            if row is None:
                raise UnknownConversation(conversation)
            (archived,) = await _read(session, [row], Wanted())
            of_row = select(EventRow).where(EventRow.number == row.number)
            events = await session.scalars(of_row.order_by(EventRow.place))
            return archived, [as_event(event) for event in events]

    async def purge(self, before: int) -> int:
        """Forget what was closed before this time (ms since the epoch); return how many."""
        forgotten = 0
        while True:
            async with self._session.begin() as session:
                numbers = (await session.scalars(_closed_before(before))).all()
                for table in (EventRow, AgentRow, HandoffRow, ConversationRow):
                    await session.execute(delete(table).where(table.number.in_(numbers)))
            forgotten += len(numbers)
            if len(numbers) < BATCH:
                return forgotten

    async def _add(
        self,
        session: AsyncSession,
        row: ConversationRow,
        transcript: Transcript,
        fresh: Sequence[Event],
    ) -> None:
        """Add the events that are new, and write anew what is read out of all of them."""
        state = transcript.conversation
        events = list(transcript.events)
        closed = next(event for event in reversed(events) if event.type is EventType.CLOSED)
        row.customer, row.opened_at, row.closed_at = state.customer, state.created, closed.at
        row.closed_by = str(closed.data.get("by", ""))
        row.reason = str(closed.data.get("reason", ""))
        row.document = document_of(state.customer, events)
        row.last_event = events[-1].id
        first, row.events = row.events, row.events + len(fresh)
        await session.flush()
        await session.execute(
            insert(EventRow),
            [_event_row(row.number, first + n, event) for n, event in enumerate(fresh)],
        )
        for table in (HandoffRow, AgentRow):
            await session.execute(delete(table).where(table.number == row.number))
        handoffs = enumerate(handoffs_in(events))
        session.add_all(handoff_row(row.number, place, handoff) for place, handoff in handoffs)
        session.add_all(
            AgentRow(number=row.number, agent=agent, name=name)
            for agent, name in people_in(events).items()
        )

    def _conditions(self, filters: Filters) -> list[ColumnElement[bool]]:
        conditions: list[ColumnElement[bool]] = []
        if filters.since is not None:
            conditions.append(ConversationRow.closed_at >= filters.since)
        if filters.until is not None:
            conditions.append(ConversationRow.closed_at < filters.until)
        if filters.agent:
            theirs = select(AgentRow.number).where(AgentRow.agent == filters.agent)
            conditions.append(ConversationRow.number.in_(theirs))
        return conditions


async def _read(
    session: AsyncSession, rows: Sequence[ConversationRow], wanted: Wanted
) -> list[Archived]:
    numbers = [row.number for row in rows]
    of_rows = select(HandoffRow).where(HandoffRow.number.in_(numbers)).order_by(HandoffRow.place)
    handoffs = (await session.scalars(of_rows)).all()
    agents = (await session.scalars(select(AgentRow).where(AgentRow.number.in_(numbers)))).all()
    return [
        as_archived(
            row,
            (handoff for handoff in handoffs if handoff.number == row.number),
            (agent for agent in agents if agent.number == row.number),
            excerpt(row.document, wanted),
        )
        for row in rows
    ]


def _closed_before(before: int) -> Select[int]:
    old = select(ConversationRow.number).where(ConversationRow.closed_at < before)
    return old.order_by(ConversationRow.closed_at).limit(BATCH).with_for_update(skip_locked=True)


def _event_row(number: int, place: int, event: Event) -> dict[str, object]:
    return {
        "number": number,
        "place": place,
        "event": event.id,
        "type": event.type.value,
        "at": event.at,
        "body": dict(event.data),
    }


def _order(event_id: str) -> tuple[int, ...]:
    """Event ids in the order of their stream; as text `9-0` would follow `10-0`."""
    return tuple(map(int, event_id.split("-")))
