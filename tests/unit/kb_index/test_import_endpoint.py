"""`POST /import`: articles from a source, into a service that goes on answering."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from aiohttp.test_utils import TestClient
from pytest_aiohttp import AiohttpClient

from kb_index.api import make_app
from kb_index.article import MAX_TEXT, MAX_VARIANTS, Article
from kb_index.bodies import MAX_IMPORT_BODY, MAX_IMPORTED
from kb_index.client import ImportData, KnowledgeClient
from kb_index.engine import Query
from kb_index.service import KnowledgeService
from kb_index.store import ArticleStore, ImportCounts

Client = TestClient[Any, Any]
MakeArticle = Callable[..., Article]
LAUGH = "\N{FACE WITH TEARS OF JOY}"  # twelve bytes where it is escaped
SMALL = {"id": "a", "title": "A?", "text": "Yes.", "updated": "2026-01-02"}
JSON = {"Content-Type": "application/json"}


@pytest.fixture
async def client(service: KnowledgeService, aiohttp_client: AiohttpClient) -> Client:
    return await aiohttp_client(make_app(service))


@pytest.fixture
def engrave(make_article: MakeArticle) -> Article:
    return make_article(
        "engrave", title="Do you engrave wine glasses?", variants=[], text="Yes.", language=None
    )


def sent(*articles: Article) -> list[dict[str, Any]]:
    return [article.model_dump(mode="json") for article in articles]


async def post(client: Client, rows: Sequence[Any], **more: Any) -> tuple[int, Any]:
    async with client.post("/import", json={"articles": rows} | more) as response:
        return response.status, await response.json()


async def test_an_imported_article_is_found_by_the_next_search_and_again_changes_nothing(
    client: Client, service: KnowledgeService, engrave: Article
) -> None:
    status, body = await post(client, sent(engrave))
    assert (status, body) == (200, {"created": 1, "updated": 0, "unchanged": 0, "kept": 0})
    assert set(body) == set(ImportData.__annotations__)
    (hit, *_) = (await service.search(Query("do you engrave glasses"))).hits
    assert (hit.article_id, hit.language) == ("engrave", "en")
    revision = service.health().revision
    (imported,) = await service.history("engrave")
    assert (imported.action, imported.author) == ("imported", "import")
    assert await post(client, sent(engrave)) == (200, body | {"created": 0, "unchanged": 1})
    assert service.health().revision == revision


async def test_an_import_changes_no_more_than_one_into_a_base_at_rest(
    client: Client, store: ArticleStore, make_article: MakeArticle, base: list[Article]
) -> None:
    async with client.put(
        "/articles/opening-hours",
        json={"title": "When?", "text": "Never.", "revision": 1},
    ) as response:
        assert response.status == 200
    async with client.delete("/articles/payment-methods") as response:
        assert response.status == 200
    status, body = await post(client, sent(make_article(text="By drone."), *base[1:]))
    assert (status, body) == (200, {"created": 0, "updated": 1, "unchanged": 1, "kept": 2})
    assert store.get("returns").text == "By drone."
    assert store.get("opening-hours").text == "Never."
    assert store.import_articles([make_article(text="By drone."), *base[1:]]) == ImportCounts(
        unchanged=2, kept=2
    )


async def test_what_the_source_withdraws_is_found_no_more(
    client: Client, service: KnowledgeService, make_article: MakeArticle
) -> None:
    await post(client, sent(make_article(status="archived")))
    assert service.health().articles == 2
    hits = (await service.search(Query("How do I return a product?"))).hits
    assert "returns" not in {hit.article_id for hit in hits}


async def test_the_index_follows_later_if_it_cannot_take_an_import_now(
    client: Client,
    service: KnowledgeService,
    engrave: Article,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(_articles: object) -> None:
        raise MemoryError

    with monkeypatch.context() as broken:
        broken.setattr(service._engine, "put", fail)
        status, body = await post(client, sent(engrave))
    assert (status, body["created"]) == (200, 1)
    assert service.health().status == "behind"
    async with asyncio.timeout(20):
        while service.health().status == "behind":  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    assert (await service.search(Query("engrave"))).hits[0].article_id == "engrave"


async def test_a_bad_article_is_named_and_nothing_of_its_request_is_stored(
    client: Client, service: KnowledgeService, engrave: Article
) -> None:
    rows = sent(engrave, engrave.model_copy(update={"id": "other"}))
    rows[1]["title"] = " "
    status, body = await post(client, rows)
    assert (status, body["error"]["code"]) == (400, "invalid_article")
    assert body["error"]["message"].startswith("articles.1.title: ")
    assert (await service.list())[1] == 4


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        ("{}", 400, "bad_request"),
        ("[]", 400, "bad_request"),
        ("nonsense", 400, "bad_request"),
        ('{"articles": "all"}', 400, "bad_request"),
        (json.dumps({"articles": [SMALL] * (MAX_IMPORTED + 1)}), 400, "bad_request"),
        ('{"articles": [{}]}', 400, "invalid_article"),
        ('{"articles": [], "author": "Ada"}', 400, "invalid_article"),
        (" " * (MAX_IMPORT_BODY + 1), 413, "too_large"),
    ],
)
async def test_what_is_no_import_is_refused(
    client: Client, content: str, status: int, code: str
) -> None:
    body = io.BytesIO(content.encode())
    async with client.post("/import", data=body, headers=JSON) as response:
        assert response.status == status
        assert (await response.json())["error"]["code"] == code


async def test_an_import_needs_its_content_type_and_a_known_host(client: Client) -> None:
    async with client.post("/import", data='{"articles": []}') as response:
        assert response.status == 400
    headers = JSON | {"Host": "evil.example"}
    async with client.post("/import", data='{"articles": []}', headers=headers) as response:
        assert response.status == 400


async def test_the_largest_article_fits(client: Client, engrave: Article) -> None:
    row = engrave.model_dump(mode="json") | {
        "title": LAUGH * 200,
        "text": LAUGH * MAX_TEXT,
        "variants": [LAUGH * 500] * MAX_VARIANTS,
        "tags": [LAUGH * 40] * 20,
        "status": "draft",
    }
    content = json.dumps({"articles": [row]}).encode()
    assert len(content) < MAX_IMPORT_BODY
    async with client.post("/import", data=io.BytesIO(content), headers=JSON) as response:
        assert (await response.json())["created"] == 1


async def test_the_client_sends_what_a_source_gave(client: Client, engrave: Article) -> None:
    async with KnowledgeClient(str(client.make_url("/"))) as knowledge:
        counts = await knowledge.import_articles(sent(engrave))
    assert counts == {"created": 1, "updated": 0, "unchanged": 0, "kept": 0}
