"""A small knowledge base on the real model; the exported network is kept between runs."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kb_index.article import Article
from kb_index.encoder import Encoder
from kb_index.model_files import ModelFiles, find_model
from kb_index.onnx_encoder import open_or_export
from kb_index.service import KnowledgeService
from kb_index.settings import SHIPPED_MODEL, Settings
from kb_index.store import ArticleStore

MakeArticle = Callable[..., Article]


@pytest.fixture(scope="session")
def model_files() -> ModelFiles:
    return find_model(SHIPPED_MODEL)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Export the model once, before any test's time starts to count."""
    here = Path(__file__).parent
    wanted = any(here in item.path.parents for item in session.items)
    if wanted and not session.config.option.collectonly:
        cache = session.config.cache
        assert cache is not None
        open_or_export(cache.mkdir("encoder"), find_model(SHIPPED_MODEL), 1)


@pytest.fixture(scope="session")
def encoder(model_files: ModelFiles, request: pytest.FixtureRequest) -> Encoder:
    return open_or_export(request.config.cache.mkdir("encoder"), model_files, 1)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", articles=tmp_path / "articles", target_precision=0.6)


@pytest.fixture(scope="session")
def make_article() -> MakeArticle:
    def make(article_id: str = "returns", **changes: Any) -> Article:
        fields = {
            "id": article_id,
            "title": "How do I return a product?",
            "variants": ["send something back"],
            "text": "Print the label and take the parcel to the post office.",
            "tags": ["returns"],
            "status": "published",
            "updated": dt.date(2026, 1, 2),
        }
        return Article.model_validate(fields | changes)

    return make


@pytest.fixture(scope="session")
def base(make_article: MakeArticle) -> list[Article]:
    """Three articles far apart, and a draft."""
    return [
        make_article(),
        make_article(
            "payment-methods",
            title="Which payment methods do you accept?",
            variants=["can I pay by card"],
            text="Cards, PayPal and bank transfer.\n\nWe never store a card's number.",
        ),
        make_article(
            "opening-hours",
            title="When is the shop open?",
            variants=["opening times"],
            text="Monday to Saturday, 9 to 18.",
        ),
        make_article(
            "secret-sale",
            title="When does the secret winter sale begin?",
            variants=[],
            text="On the first of December.",
            status="draft",
        ),
    ]


@pytest.fixture
def store(settings: Settings, base: list[Article]) -> Iterator[ArticleStore]:
    settings.home.mkdir(parents=True)
    store = ArticleStore(settings.database_url)
    store.import_articles(base)
    yield store
    store.close()


@pytest.fixture
async def service(
    settings: Settings, store: ArticleStore, encoder: Encoder
) -> AsyncIterator[KnowledgeService]:
    service = KnowledgeService(settings, store, encoder)
    yield service
    await service.close()
