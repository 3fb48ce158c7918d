"""What editors may do with articles, and what is refused before the knowledge service sees it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from gateway_clients import PASSWORD, Gateway, Knowledge

JSON = {"Content-Type": "application/json"}


async def _error(gateway: Gateway, method: str, url: str, **options: Any) -> tuple[int, str]:
    """Status and code of a refusal, which has the one shape and tells nothing internal."""
    async with gateway.client.request(method, url, **options) as response:
        text = await response.text()
    error = json.loads(text)["error"]
    assert set(error) == {"code", "message"}
    assert error["message"]
    assert "Traceback" not in text
    assert "handoff" not in text
    return response.status, error["code"]


ARTICLE = {"title": "A", "text": "a"}
EDITING: list[tuple[str, str, dict[str, object] | None]] = [
    ("GET", "/api/articles", None),
    ("POST", "/api/articles", ARTICLE),
    ("GET", "/api/articles/a", None),
    ("PUT", "/api/articles/a", ARTICLE | {"revision": 1}),
    ("DELETE", "/api/articles/a", {}),
    ("POST", "/api/articles/a/publish", {}),
    ("POST", "/api/articles/a/archive", {}),
    ("POST", "/api/articles/a/restore", {"revision": 1}),
    ("GET", "/api/articles/a/revisions", None),
    ("GET", "/api/articles/a/revisions/1", None),
    ("POST", "/api/try", {"text": "a"}),
]


async def test_articles_are_for_editors_only(gateway: Gateway) -> None:
    for method, url, body in EDITING:
        for sent in (body, None if body is None else {"wrong": 1}):
            outcome = await _error(gateway, method, url, json=sent)
            assert outcome == (401, "unauthenticated"), url
    await gateway.user()
    await gateway.log_in()
    for method, url, body in EDITING:
        assert await _error(gateway, method, url, json=body) == (403, "forbidden"), url


@pytest.fixture
async def editor(gateway: Gateway) -> Gateway:
    """The gateway with an editor signed in."""
    await gateway.user("ed@example.com", "editor")
    await gateway.log_in("ed@example.com")
    return gateway


async def _call(gateway: Gateway, method: str, url: str, **options: Any) -> Any:
    async with gateway.client.request(method, url, **options) as response:
        assert response.status < 400, await response.text()
        return await response.json()


async def test_an_editor_writes_publishes_and_removes_an_article(
    editor: Gateway, knowledge: Knowledge
) -> None:
    made = await _call(editor, "POST", "/api/articles", json={"title": "Returns", "text": "30 d"})
    url = f"/api/articles/{made['id']}"
    change = {"title": "Returns", "text": "60 days", "revision": 1}
    assert (await _call(editor, "PUT", url, json=change))["revision"] == 2
    assert (await _call(editor, "POST", f"{url}/publish", json={}))["status"] == "published"
    assert (await _call(editor, "POST", f"{url}/archive", json={}))["status"] == "archived"
    assert (await _call(editor, "GET", url))["text"] == "60 days"
    query = {"q": "Ret", "status": "archived", "limit": "5", "offset": "0"}
    found = await _call(editor, "GET", "/api/articles", params=query)
    assert (found["total"], found["status"], found["limit"]) == (1, "archived", "5")
    tried = await _call(editor, "POST", "/api/try", json={"text": "may I return it?"})
    assert tried["asked"]["text"] == "may I return it?"
    await _call(editor, "DELETE", url, json={})
    assert knowledge.articles == {}


async def test_a_change_is_signed_with_the_editors_name(
    gateway: Gateway, knowledge: Knowledge
) -> None:
    account = ("zoe@example.com", "Zoë Żak", PASSWORD, ("editor",))
    await gateway.parts.accounts.create(*account)
    await gateway.log_in("zoe@example.com")
    made = await _call(gateway, "POST", "/api/articles", json={"title": "Returns", "text": "30 d"})
    url = f"/api/articles/{made['id']}"
    await _call(gateway, "PUT", url, json={"title": "Returns", "text": "x", "revision": 1})
    await _call(gateway, "POST", f"{url}/restore", json={"revision": 1})
    assert knowledge.authors == ["Zoë Żak"] * 3
    assert (await _call(gateway, "GET", f"{url}/revisions"))["revisions"] == []
    assert (await _call(gateway, "GET", f"{url}/revisions/7"))["revision"] == 7
    assert await _error(gateway, "GET", f"{url}/revisions/x") == (400, "bad_request")


async def test_a_whole_number_may_be_written_with_a_point(editor: Gateway) -> None:
    made = await _call(editor, "POST", "/api/articles", json={"title": "Returns", "text": "30 d"})
    url = f"/api/articles/{made['id']}/restore"
    await _call(editor, "POST", url, json={"revision": 1.0, "replaces": 2.0})
    assert await _error(editor, "POST", url, json={"revision": 1.5}) == (400, "bad_request")


async def test_what_the_knowledge_service_refuses_keeps_its_code(
    editor: Gateway, knowledge: Knowledge
) -> None:
    knowledge.articles["a"] = {"id": "a", "title": "A", "revision": 3}
    url = "/api/articles/a"
    stale = ARTICLE | {"revision": 2}
    assert await _error(editor, "PUT", url, json=stale) == (409, "conflict")
    assert await _error(editor, "GET", "/api/articles/b") == (404, "not_found")


WRONG_ARTICLES = [
    {},
    {"title": "A"},
    {"title": " \n", "text": "a"},
    {"title": "A\x01", "text": "a"},
    {"title": "A", "text": "a" * 20_001},
    {"title": "A", "text": "a", "variants": "b"},
    {"title": "A", "text": "a", "tags": [5]},
    {"title": "A", "text": "a", "status": "lost"},
    {"title": "A", "text": "a", "language": "english"},
    {"title": "A", "text": "a", "id": "Not a slug"},
    {"title": "A", "text": "a", "owner": "me"},
]


async def test_what_is_no_article_is_refused_before_it_is_passed_on(
    editor: Gateway, knowledge: Knowledge
) -> None:
    for body in WRONG_ARTICLES:
        outcome = await _error(editor, "POST", "/api/articles", json=body)
        assert outcome == (400, "invalid_article"), body
    assert knowledge.authors == []


async def test_wrong_paths_queries_and_bodies_are_refused(editor: Gateway) -> None:
    for data in (b"{", b"[]", b"null", b"5"):
        outcome = await _error(editor, "POST", "/api/articles", data=data, headers=JSON)
        assert outcome == (400, "bad_request"), data
    for path in ("A", "a--b", "-", "a%20b", "%00", "a" * 81, "a/revisions/x", "a/revisions/1.0"):
        assert await _error(editor, "GET", f"/api/articles/{path}") == (400, "bad_request"), path
    wrong = (
        "limit=x",
        "limit=0",
        "limit=5000",
        "limit=1_0",
        "limit=1&limit=2",
        "q=%00",
        "q=" + "x" * 201,
    )
    for query in (*wrong, "offset=-1", "status=lost", "unknown=1"):
        assert await _error(editor, "GET", f"/api/articles?{query}") == (400, "bad_request"), query
    for body in ({}, {"text": ""}, {"text": " "}, {"text": 5}, {"text": "x" * 4001}, {"x": 1}):
        assert await _error(editor, "POST", "/api/try", json=body) == (400, "bad_request"), body


async def test_an_absent_knowledge_service_is_told(editor: Gateway, knowledge: Knowledge) -> None:
    knowledge.broken = True
    for method, url, body in EDITING:
        assert await _error(editor, method, url, json=body) == (503, "unavailable"), url
