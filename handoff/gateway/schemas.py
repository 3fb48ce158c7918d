"""What REST answers with; tests hold the bodies that handlers build against these schemas."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from handoff.model import EventType
from kb_index.article import Status

_Time = Annotated[int, Field(ge=0, description="milliseconds since the epoch")]
_Probability = Annotated[float, Field(ge=0, le=1)]


class Shape(BaseModel):
    """Parent of what is answered: every field that exists is named."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)


class Done(Shape):
    """It is done, and there is nothing to tell."""


class Refusal(Shape):
    """Why something was refused: a code for programs, a sentence for people."""

    code: str
    message: str


class Error(Shape):
    """Every error."""

    error: Refusal


class CustomerSession(Shape):
    """A new conversation, and the signed token (JWT) that proves who opened it."""

    token: str
    conversation: str


class Event(BaseModel):
    """One entry of a transcript; the further fields depend on `type`."""

    model_config = ConfigDict(extra="allow")

    id: str
    type: EventType
    at: _Time


class Events(Shape):
    """Events in their order."""

    events: list[Event]


class Profile(Shape):
    """Who is signed in."""

    id: str
    name: str
    email: str
    roles: list[Literal["agent", "editor", "supervisor"]]


class ArticleLine(Shape):
    """An article without its text."""

    id: str
    title: str
    variants: list[str]
    tags: list[str]
    status: Status
    language: str | None
    updated: Annotated[str, Field(json_schema_extra={"format": "date"})]
    revision: Annotated[int, Field(ge=0)]


class Article(ArticleLine):
    """An article."""

    text: Annotated[str, Field(description="Markdown")]


class ArticlePage(Shape):
    """A page of articles, and how many there are in all."""

    articles: list[ArticleLine]
    total: Annotated[int, Field(ge=0)]


class Revision(Shape):
    """A change of an article."""

    revision: Annotated[int, Field(ge=0)]
    action: Literal["created", "updated", "deleted", "imported", "restored"]
    at: Annotated[str, Field(json_schema_extra={"format": "date-time"})]
    author: str
    changed: list[str]
    title: str
    status: Status


class RevisionWhole(Revision):
    """A change, and the article as it was then."""

    article: Article


class Revisions(Shape):
    """The history of an article, newest first."""

    revisions: list[Revision]


class Hit(Shape):
    """An article that was found."""

    article_id: str
    title: str
    score: _Probability
    matched: str
    matched_kind: Literal["title", "variant", "passage"]
    text: str
    language: str | None


class Embedding(Shape):
    """A question as numbers: base64 of little-endian float16, and the encoder's fingerprint."""

    encoder: str
    vector: str
    tone: str


class SearchAnswer(Shape):
    """What the bot would do with a question."""

    decision: Literal["answer", "clarify", "none"]
    score: _Probability
    target: _Probability
    answerable: _Probability
    choices: list[str]
    understood_as: str | None
    hits: list[Hit]
    embedding: Embedding | None
    language: str | None
    revision: int
    took_ms: float


class Person(Shape):
    """An agent by id and name."""

    id: str
    name: str


class Handoff(Shape):
    """One handoff of a closed conversation."""

    team: str
    priority: int
    reasons: list[dict[str, Any]]
    agents: list[Person]
    queued_at: _Time
    claimed_at: _Time | None
    first_response_at: _Time | None
    ended_at: _Time | None
    outcome: Annotated[str, Field(description="empty while it lasts")]


class Archived(Shape):
    """A closed conversation."""

    conversation: str
    customer: str
    opened_at: _Time
    closed_at: _Time
    closed_by: str
    reason: str
    agents: list[Person]
    handoffs: list[Handoff]
    excerpt: str


class ArchivedWhole(Archived):
    """A closed conversation with everything that happened in it, as agents see it."""

    events: list[Event]


class ArchivePage(Shape):
    """Closed conversations, the last closed first; `next` is the cursor of the following page."""

    conversations: list[Archived]
    next: str | None


class Health(Shape):
    """The process is alive."""

    status: Literal["ok"]


class Ready(Shape):
    """Whether every part can be used."""

    status: Literal["ready", "not_ready"]
    parts: dict[Literal["redis", "rasa", "knowledge"], Literal["ok", "unavailable"]]


class Description(BaseModel):
    """An OpenAPI 3.1 document."""

    model_config = ConfigDict(extra="allow")

    openapi: str
