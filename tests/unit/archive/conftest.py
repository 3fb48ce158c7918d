"""An archive on SQLite and, where there is one, on PostgreSQL; and transcripts to keep."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from handoff.archive import Archive
from handoff.model import Conversation, Event, EventType, Transcript
from tests.unit.kb_index.databases import emptied, postgresql

Tell = Callable[..., Transcript]


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """A PostgreSQL server."""
    with postgresql() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database of each kind, with nothing in it."""
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path / 'a.sqlite3'}"
    return emptied(request.getfixturevalue("server"))


@pytest.fixture
async def archive(url: str) -> AsyncIterator[Archive]:
    """An open archive."""
    opened = await Archive.open(url)
    yield opened
    await opened.close()


@pytest.fixture
def tell() -> Tell:
    """Makes transcripts: an agent's answer to a customer's question, closed at `at`."""

    def transcript(
        conversation: str = "c1",
        text: str = "Where is my parcel?",
        at: int = 10_000,
        agent: str = "ann",
        more: tuple[tuple[str, dict[str, Any]], ...] = (),
    ) -> Transcript:
        told = [
            ("message", {"role": "customer", "text": text}),
            ("queued", {"reasons": [{"code": "anger", "detail": ""}], "priority": 6, "team": "a"}),
            ("claimed", {"agent": agent, "name": agent.title()}),
            ("message", {"role": "agent", "text": "On its way.", "name": agent.title()}),
            ("closed", {"by": "agent", "name": agent.title(), "reason": "completed"}),
            *more,
        ]
        # Their ids pass a power of ten, where the order of texts is not that of numbers.
        ids = (f"{at}-{n}" for n in itertools.count(8))
        events = [
            Event(event_id, EventType(kind), at - 5_000 + 1_000 * n, body)
            for n, (event_id, (kind, body)) in enumerate(zip(ids, told, strict=False), start=1)
        ]
        state = {"id": conversation, "customer": "Ada", "owner": "closed", "epoch": "4"}
        times = {"created": str(at - 9_000), "last_at": str(at)}
        return Transcript(Conversation.from_stored(state | times), events)

    return transcript
