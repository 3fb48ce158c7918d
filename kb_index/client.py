"""Async client of the knowledge service; imports neither torch, FAISS nor onnxruntime."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Literal, TypedDict, cast
from urllib.parse import quote

import aiohttp

from kb_index.errors import KnowledgeRefused, KnowledgeUnavailable

__all__ = [
    "ArticleData",
    "EmbeddingData",
    "HealthData",
    "HitData",
    "ImportData",
    "KnowledgeClient",
    "KnowledgeRefused",
    "KnowledgeUnavailable",
    "PageData",
    "RevisionData",
    "RevisionsData",
    "SearchData",
]


class HitData(TypedDict):
    """An article that a search found; `text` is its answer in Markdown."""

    article_id: str
    title: str
    score: float
    matched: str
    matched_kind: Literal["title", "variant", "passage"]
    text: str
    language: str | None


class EmbeddingData(TypedDict):
    """A question's vector (what it is about) and tone (how it is said).

    Both base64 of little-endian float16; `encoder` is the fingerprint of the one that made them.
    """

    encoder: str
    vector: str
    tone: str


class SearchData(TypedDict):
    """Answer to a search; hits come best first.

    score: probability (0..1) that the first hit answers the question; `target`: what it was held
        to. choices: ids of the two to four close hits, only for `clarify`.
    answerable: probability that any article answers it, whichever it is.
    understood_as: the question that was answered, if `previous` was needed to understand it.
    embedding: the question's own, if asked for.
    language: of the question, where it was detected.
    """

    decision: Literal["answer", "clarify", "none"]
    score: float
    target: float
    answerable: float
    choices: list[str]
    understood_as: str | None
    hits: list[HitData]
    embedding: EmbeddingData | None
    language: str | None
    revision: int
    took_ms: float


class ArticleData(TypedDict, total=False):
    """An article on the wire; lists leave `text` out."""

    id: str
    title: str
    variants: list[str]
    text: str
    tags: list[str]
    status: Literal["draft", "published", "archived"]
    language: str
    updated: str
    revision: int


class RevisionData(TypedDict, total=False):
    """One change of an article; lists leave `article` out.

    `at` is ISO 8601 in UTC, `changed` names the fields that differ from the revision before.
    """

    revision: int
    action: Literal["created", "updated", "deleted", "imported", "restored"]
    at: str
    author: str
    changed: list[str]
    title: str
    status: Literal["draft", "published", "archived"]
    article: ArticleData


class RevisionsData(TypedDict):
    """The history of an article, newest first."""

    revisions: list[RevisionData]


class PageData(TypedDict):
    """A page of articles without their texts, and how many match in all."""

    articles: list[ArticleData]
    total: int


class ImportData(TypedDict):
    """What became of how many imported articles; `kept` as edited or deleted there since."""

    created: int
    updated: int
    unchanged: int
    kept: int


class HealthData(TypedDict):
    """How much there is to find, and with what model."""

    status: str
    articles: int
    passages: int
    model: str
    revision: int


class KnowledgeClient:
    """Speaks to the knowledge service at `base_url`; every call ends within `timeout_s` seconds.

    Every method raises KnowledgeUnavailable (no connection, timeout, failure inside the service)
    or KnowledgeRefused (an error of the contract). Use it as `async with`, or `close` it.
    """

    def __init__(self, base_url: str, timeout_s: float = 2.0) -> None:
        self._base = base_url.rstrip("/")
        self._timeout = aiohttp.ClientTimeout(total=timeout_s)
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> KnowledgeClient:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        if self._session:
            await self._session.close()

    async def search(
        self, text: str, limit: int = 3, *, previous: str | None = None, embedding: bool = False
    ) -> SearchData:
        """The articles nearest to a question, and whether to answer with the first.

        `previous` is the customer's question before, for one that builds on it.
        """
        asked = {"text": text, "limit": limit, "previous": previous, "embedding": embedding}
        return cast(SearchData, await self._call("POST", "/search", json=asked))

    async def list_articles(
        self, q: str = "", status: str = "", limit: int = 50, offset: int = 0
    ) -> PageData:
        """A page of the articles that contain `q`, of one status or of all."""
        params = {"q": q, "limit": str(limit), "offset": str(offset)}
        if status:
            params["status"] = status
        return cast(PageData, await self._call("GET", "/articles", params=params))

    async def get_article(self, article_id: str) -> ArticleData:
        """One article, with its text."""
        return cast(ArticleData, await self._call("GET", _path(article_id)))

    async def create_article(self, article: Mapping[str, Any], author: str = "") -> ArticleData:
        """Create an article; without an `id` one is made from the title."""
        return await self._change("POST", "/articles", author, article)

    async def update_article(
        self, article_id: str, article: Mapping[str, Any], author: str = ""
    ) -> ArticleData:
        """Replace an article; `article` carries the `revision` that was edited."""
        return await self._change("PUT", _path(article_id), author, article)

    async def delete_article(self, article_id: str, author: str = "") -> ArticleData:
        """Delete an article; answers with what it was."""
        return await self._change("DELETE", _path(article_id), author)

    async def publish(self, article_id: str, author: str = "") -> ArticleData:
        """Publish an article."""
        return await self._change("POST", _path(article_id) + "/publish", author)

    async def archive(self, article_id: str, author: str = "") -> ArticleData:
        """Archive an article: it is kept, and found no more."""
        return await self._change("POST", _path(article_id) + "/archive", author)

    async def revisions(self, article_id: str) -> RevisionsData:
        """Who changed an article, when and what, newest first; a deleted one has a history too."""
        return cast(RevisionsData, await self._call("GET", _path(article_id) + "/revisions"))

    async def revision(self, article_id: str, number: int) -> RevisionData:
        """One revision, with the article as it was then."""
        path = f"{_path(article_id)}/revisions/{number}"
        return cast(RevisionData, await self._call("GET", path))

    async def restore(
        self, article_id: str, body: Mapping[str, Any], author: str = ""
    ) -> ArticleData:
        """Write the content of `body["revision"]` anew, as a new revision.

        With `body["replaces"]`, the newest revision that the person has seen, a newer one is a
        `conflict`. Without it a deleted article comes back too.
        """
        return await self._change("POST", _path(article_id) + "/restore", author, body)

    async def import_articles(self, articles: Sequence[Mapping[str, Any]]) -> ImportData:
        """Take articles as their source has them; at most 100 at once."""
        body = {"articles": [dict(article) for article in articles]}
        return cast(ImportData, await self._call("POST", "/import", json=body))

    async def health(self) -> HealthData:
        """Whether the service is up, and what it holds."""
        return cast(HealthData, await self._call("GET", "/health"))

    async def _change(
        self, method: str, path: str, author: str, body: Mapping[str, Any] | None = None
    ) -> ArticleData:
        options: dict[str, Any] = {"headers": {"Tandem-Author": quote(author)}} if author else {}
        if body is not None:
            options["json"] = dict(body)
        return cast(ArticleData, await self._call(method, path, **options))

    async def _call(self, method: str, path: str, **options: Any) -> Any:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=self._timeout)
        try:
            async with self._session.request(method, self._base + path, **options) as response:
                if response.status >= 500:
                    raise KnowledgeUnavailable("the knowledge service failed")
                body = await response.json()
                status = response.status
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError, ValueError) as error:
            raise KnowledgeUnavailable("the knowledge service does not answer") from error
        if status >= 400:
            raise _refusal(body, status)
        return body


def _path(article_id: str) -> str:
    return f"/articles/{quote(article_id, safe='')}"


def _refusal(body: Any, status: int) -> KnowledgeRefused | KnowledgeUnavailable:
    try:
        return KnowledgeRefused(body["error"]["code"], body["error"]["message"], status)
    except (KeyError, TypeError):
        return KnowledgeUnavailable("the knowledge service answered with something else")
