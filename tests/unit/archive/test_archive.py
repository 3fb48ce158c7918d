"""What the archive keeps, finds and forgets, in each kind of database."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from handoff.archive import Archive, ArchiveUnreadable, Filters
from handoff.archive.database import VERSION_TABLE, open_database
from handoff.errors import UnknownConversation

AGAIN = (
    ("reopened", {}),
    ("message", {"role": "customer", "text": "It never came"}),
    ("queued", {"reasons": [{"code": "churn", "detail": ""}], "priority": 7, "team": "b"}),
    ("claimed", {"agent": "bob", "name": "Bob"}),
    ("joined", {"agent": "sue", "name": "Sue"}),
    ("message", {"role": "agent", "text": "A new one is on its way", "name": "Bob"}),
    ("closed", {"by": "system", "reason": "customer_left"}),
)


async def found(archive: Archive, words: str = "", **filters: object) -> list[str]:
    page = await archive.find(Filters(words, **filters), 50)  # type: ignore[arg-type]
    return [one.conversation for one in page.conversations]


async def test_a_conversation_comes_back_as_it_was(archive, tell):
    await archive.keep(tell())
    archived, events = await archive.get("c1")
    assert events == tell().events
    assert (archived.customer, archived.opened_at, archived.closed_at) == ("Ada", 1_000, 10_000)
    assert (archived.closed_by, archived.reason) == ("agent", "completed")
    assert archived.agents == {"ann": "Ann"}
    (handoff,) = archived.handoffs
    assert handoff.to_wire() == {
        "team": "a",
        "priority": 6,
        "reasons": [{"code": "anger", "detail": ""}],
        "agents": [{"id": "ann", "name": "Ann"}],
        "queued_at": 7_000,
        "claimed_at": 8_000,
        "first_response_at": 9_000,
        "ended_at": 10_000,
        "outcome": "completed",
    }


async def test_keeping_it_again_doubles_nothing(archive, tell):
    await archive.keep(tell())
    await archive.keep(tell())
    assert await found(archive) == ["c1"]
    assert (await archive.get("c1"))[1] == tell().events


async def test_two_who_keep_it_at_once_double_nothing(archive, tell):
    outcomes = await asyncio.gather(
        *(archive.keep(tell()) for _ in range(4)), return_exceptions=True
    )
    assert {type(outcome) for outcome in outcomes} <= {type(None), IntegrityError}
    assert (await archive.get("c1"))[1] == tell().events


async def test_a_reopened_conversation_is_added_to(archive, tell):
    await archive.keep(tell())
    await archive.keep(tell(more=AGAIN))
    archived, events = await archive.get("c1")
    assert events == tell(more=AGAIN).events
    assert archived.reason == "customer_left"
    assert archived.agents == {"ann": "Ann", "bob": "Bob", "sue": "Sue"}
    assert [handoff.team for handoff in archived.handoffs] == ["a", "b"]
    assert [handoff.outcome for handoff in archived.handoffs] == ["completed", "customer_left"]
    assert await found(archive, "never came") == ["c1"]


async def test_an_older_transcript_takes_nothing_away(archive, tell):
    await archive.keep(tell(more=AGAIN))
    await archive.keep(tell())
    assert (await archive.get("c1"))[1] == tell(more=AGAIN).events
    assert await found(archive, "never came") == ["c1"]


@pytest.mark.parametrize(
    ("words", "hits"),
    [
        ("parcel", ["c1"]),
        ("PARCEL where", ["c1"]),
        ("way", ["c2", "c1"]),
        ('"my parcel"', ["c1"]),
        ('"parcel my"', []),
        ("way -parcel", ["c2"]),
        ("-parcel", ["c2"]),
        ("parcel invoice", []),
        ("ada", ["c2", "c1"]),
        ("Größe", ["c2"]),
        ("", ["c2", "c1"]),
        ("?!", []),
        ("parcel ?!", ["c1"]),
        ('parcel "', ["c1"]),
        ("a:b", []),
        ("NEAR(parcel way)", []),
        ("'; DROP TABLE archive_events; --", []),
    ],
)
async def test_words_are_found(archive, tell, words, hits):
    await archive.keep(tell())
    await archive.keep(tell("c2", "Which Größe is the invoice?", at=20_000))
    assert await found(archive, words) == hits


async def test_a_find_shows_where_the_words_are(archive, tell):
    await archive.keep(tell(text=f"{'x ' * 500} the blue parcel {'y ' * 500}"))
    page = await archive.find(Filters("parcel"), 1)
    assert "the blue parcel y" in page.conversations[0].excerpt
    assert len(page.conversations[0].excerpt) < 200


async def test_filters_by_time_and_agent(archive, tell):
    await archive.keep(tell())
    await archive.keep(tell("c2", at=20_000, agent="bob"))
    assert await found(archive, since=20_000) == ["c2"]
    assert await found(archive, until=20_000) == ["c1"]
    assert await found(archive, agent="bob") == ["c2"]
    assert await found(archive, agent="nobody") == []


async def test_pages_follow_each_other_without_gap_or_overlap(archive, tell):
    for n in range(7):
        await archive.keep(tell(f"c{n}", at=10_000 + n // 3))
    seen, cursor = [], None
    while True:
        page = await archive.find(Filters(), 2, cursor)
        seen += [one.conversation for one in page.conversations]
        cursor = page.following
        if cursor is None:
            break
    assert seen == [f"c{n}" for n in (6, 5, 4, 3, 2, 1, 0)]


async def test_what_is_old_is_forgotten(archive, tell, monkeypatch):
    monkeypatch.setattr("handoff.archive.archive.BATCH", 2)
    for n in range(5):
        await archive.keep(tell(f"c{n}", at=10_000 + n))
    assert await archive.purge(10_004) == 4
    assert await found(archive) == ["c4"]
    assert await found(archive, "parcel") == ["c4"]
    with pytest.raises(UnknownConversation):
        await archive.get("c0")


async def test_a_long_conversation_is_kept_whole(archive, tell):
    words = " ".join(f"word{n}" for n in range(60_000))
    more = tuple(("note", {"agent": "ann", "name": "Ann", "text": words}) for _ in range(4))
    await archive.keep(tell(more=more))
    assert (await archive.get("c1"))[1] == tell(more=more).events
    assert await found(archive, "word5") == ["c1"]


async def test_it_opens_again_with_what_it_had(url, tell):
    for _ in range(2):
        archive = await Archive.open(url)
        await archive.keep(tell())
        assert await found(archive) == ["c1"]
        await archive.close()


async def test_two_processes_may_open_it_for_the_first_time_at_once(url):
    for archive in await asyncio.gather(*(Archive.open(url) for _ in range(3))):
        await archive.close()


async def test_an_archive_of_a_later_version_is_refused(url):
    engine = await open_database(url)
    async with engine.begin() as connection:
        await connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))
    await engine.dispose()
    with pytest.raises(ArchiveUnreadable):
        await open_database(url)
