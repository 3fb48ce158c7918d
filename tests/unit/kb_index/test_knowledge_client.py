from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Callable

import pytest
from aiohttp import web
from pytest_aiohttp import AiohttpServer

from kb_index.api import make_app
from kb_index.client import KnowledgeClient, KnowledgeRefused, KnowledgeUnavailable
from kb_index.service import KnowledgeService


@pytest.fixture
async def client(
    service: KnowledgeService, aiohttp_server: AiohttpServer
) -> AsyncIterator[KnowledgeClient]:
    server = await aiohttp_server(make_app(service))
    async with KnowledgeClient(str(server.make_url("/")), timeout_s=10) as client:
        yield client


async def test_every_method_reaches_its_route(client: KnowledgeClient) -> None:
    assert (await client.search("opening times", 1))["hits"][0]["article_id"] == "opening-hours"
    assert (await client.health())["articles"] == 3
    assert (await client.list_articles(q="shop", status="published"))["total"] == 1
    made = await client.create_article({"title": "New", "text": "Yes.", "tags": ["x"]})
    edited = await client.update_article("new", {**made, "text": "No."})
    assert (await client.get_article("new")) == edited
    assert (await client.publish("new"))["status"] == "published"
    assert (await client.archive("new"))["status"] == "archived"
    assert (await client.delete_article("new"))["id"] == "new"


async def test_a_history_is_read_and_restored(client: KnowledgeClient) -> None:
    article = await client.get_article("returns")
    edited = await client.update_article("returns", {**article, "text": "Second."}, "Zoë Żak")
    revisions = (await client.revisions("returns"))["revisions"]
    assert [(one["revision"], one["author"]) for one in revisions] == [
        (2, "Zoë Żak"),
        (1, "import"),
    ]
    assert (await client.revision("returns", 2))["article"] == edited
    stale = {"revision": 1, "replaces": 1}
    with pytest.raises(KnowledgeRefused) as caught:
        await client.restore("returns", stale, "Bo")
    assert (caught.value.code, caught.value.status) == ("conflict", 409)
    restored = await client.restore("returns", {"revision": 1, "replaces": 2}, "Bo")
    assert (restored["revision"], restored["text"]) == (3, article["text"])
    assert (await client.revisions("returns"))["revisions"][0]["author"] == "Bo"
    await client.delete_article("returns")
    assert (await client.restore("returns", {"revision": 2}))["status"] == "draft"


@pytest.mark.parametrize(("name", "number"), [("nothing", 1), ("returns", 7)])
async def test_a_history_that_is_not_there_is_refused(
    client: KnowledgeClient, name: str, number: int
) -> None:
    with pytest.raises(KnowledgeRefused) as caught:
        await client.revision(name, number)
    assert caught.value.code == "not_found"
    with pytest.raises(KnowledgeRefused) as caught:
        await client.restore(name, {"revision": number})
    assert caught.value.code == "not_found"


async def test_errors_of_the_contract_come_with_their_code(client: KnowledgeClient) -> None:
    with pytest.raises(KnowledgeRefused) as caught:
        await client.get_article("a/../b c")
    assert (caught.value.code, caught.value.status) == ("not_found", 404)
    with pytest.raises(KnowledgeRefused) as caught:
        await client.search(" ")
    assert caught.value.code == "bad_request"


async def test_nobody_listening_is_unavailable(unused_tcp_port_factory: Callable[[], int]) -> None:
    async with KnowledgeClient(f"http://127.0.0.1:{unused_tcp_port_factory()}") as client:
        with pytest.raises(KnowledgeUnavailable):
            await client.health()


async def slow(_request: web.Request) -> web.Response:
    await asyncio.sleep(5)
    return web.json_response({})


async def failing(_request: web.Request) -> web.Response:
    return web.json_response({"error": {"code": "internal", "message": "x"}}, status=500)


async def not_json(_request: web.Request) -> web.Response:
    return web.Response(text="<html>")


async def foreign(_request: web.Request) -> web.Response:
    return web.json_response(["?"], status=400)


@pytest.mark.parametrize("handler", [slow, failing, not_json, foreign])
async def test_a_service_that_does_not_answer_properly_is_unavailable(
    aiohttp_server: AiohttpServer,
    handler: Callable[[web.Request], object],
) -> None:
    app = web.Application()
    app.router.add_get("/health", handler)  # type: ignore[arg-type]
    server = await aiohttp_server(app)
    async with KnowledgeClient(str(server.make_url("/")), timeout_s=0.2) as client:
        with pytest.raises(KnowledgeUnavailable):
            await client.health()


def test_the_client_loads_no_heavy_library() -> None:
    code = (
        "import sys, kb_index.client;"
        "sys.exit(bool({'torch', 'faiss', 'onnxruntime', 'sqlalchemy'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
