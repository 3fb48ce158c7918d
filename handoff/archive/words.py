"""Full-text search: what somebody typed becomes a condition that the database can answer.

Words have to occur, all of them, in any order; "words in quotes" together; `-word` must not.
Capitals make no difference. The same in SQLite (FTS5) and PostgreSQL (tsvector); where words begin
and end is the database's to say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy import ColumnElement, column, func, literal_column, not_, select, table

from handoff.archive.tables import ConversationRow
from handoff.model import Event, EventType

#: Characters of a conversation that are searched: PostgreSQL indexes at most 1 MB of words.
SEARCHED = 200_000
_TERM = re.compile(r'(-?)(?:"([^"]*)"?|([^\s"]+))')
_INDEX = table("archive_words", column("rowid"))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to look for: phrases that occur, and phrases that do not."""

    present: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()


def parse(query: str) -> Wanted:
    """Read what somebody typed; nothing is an error."""
    present: list[str] = []
    absent: list[str] = []
    for minus, quoted, word in _TERM.findall(query):
        phrase = " ".join((quoted or word).split())
        if any(character.isalnum() for character in phrase):
            (absent if minus else present).append(phrase)
    return Wanted(tuple(present), tuple(absent))


def matching(wanted: Wanted, dialect: str) -> list[ColumnElement[bool]]:
    """The conditions on `ConversationRow` in the database's own terms."""
    holds = _holds_in_postgresql if dialect == "postgresql" else _holds_in_sqlite
    conditions = [holds(wanted.present)] if wanted.present else []
    return [*conditions, *(not_(holds((phrase,))) for phrase in wanted.absent)]


def excerpt(document: str, wanted: Wanted, width: int = 160) -> str:
    """The surroundings of the first phrase in `document`, or its beginning; on one line."""
    folded = document.casefold()
    places = (folded.find(phrase.casefold()) for phrase in wanted.present)
    start = max(0, min((place for place in places if place >= 0), default=0) - width // 4)
    return " ".join(document[start : start + width].split())


def document_of(customer: str, events: list[Event]) -> str:
    """What is searched of a conversation: who it was, and everything that was written."""
    texts = [customer]
    for event in events:
        if event.type in (EventType.MESSAGE, EventType.NOTE, EventType.MESSAGE_LEFT):
            texts += [str(event.data.get(key, "")) for key in ("address", "text")]
    return "\n".join(filter(None, texts))[:SEARCHED]


def _holds_in_sqlite(phrases: tuple[str, ...]) -> ColumnElement[bool]:
    query = " AND ".join(f'"{phrase}"' for phrase in phrases)
    found = select(_INDEX.c.rowid).where(literal_column("archive_words").op("MATCH")(query))
    return ConversationRow.number.in_(found)


def _holds_in_postgresql(phrases: tuple[str, ...]) -> ColumnElement[bool]:
    query = " ".join(f'"{phrase}"' for phrase in phrases)
    words: ColumnElement[bool] = literal_column("archive_conversations.words")
    return words.op("@@")(func.websearch_to_tsquery("simple", query))
