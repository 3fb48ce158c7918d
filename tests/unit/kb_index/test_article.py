from __future__ import annotations

from typing import Any

import pytest

from kb_index.article import parse_article
from kb_index.errors import InvalidArticle

GOOD: dict[str, Any] = {
    "id": "gift-cards",
    "title": "Do you sell gift cards?",
    "variants": ["voucher"],
    "text": "Yes.",
    "tags": ["gifts"],
    "status": "published",
    "updated": "2026-03-04",
}


def test_a_well_formed_article_is_accepted() -> None:
    article = parse_article(GOOD)
    assert article.variants == ("voucher",)
    assert article.updated.isoformat() == "2026-03-04"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", "Gift Cards"),
        ("id", "-gift"),
        ("id", ""),
        ("id", "../../etc"),
        ("id", "x" * 81),
        ("title", ""),
        ("title", "   "),
        ("title", "x" * 201),
        ("title", None),
        ("title", "nul\0byte"),
        ("variants", "voucher"),
        ("variants", [""]),
        ("variants", ["x" * 501]),
        ("variants", ["x"] * 201),
        ("text", ""),
        ("text", "x" * 20_001),
        ("text", "nul\0byte"),
        ("tags", [7]),
        ("status", "secret"),
        ("updated", "yesterday"),
        ("colour", "red"),
    ],
)
def test_a_broken_field_is_named(field: str, value: object) -> None:
    with pytest.raises(InvalidArticle) as caught:
        parse_article(GOOD | {field: value}, "gift-cards.md")
    assert caught.value.field.split(".")[0] == field
    assert caught.value.message.startswith(f"gift-cards.md: {field}")


@pytest.mark.parametrize("field", ["id", "title", "text", "updated"])
def test_a_missing_field_is_named(field: str) -> None:
    with pytest.raises(InvalidArticle) as caught:
        parse_article({name: value for name, value in GOOD.items() if name != field})
    assert caught.value.field == field


def test_limits_are_inclusive() -> None:
    parse_article(GOOD | {"title": "x" * 200, "text": "x" * 20_000, "variants": ["x" * 500] * 200})


def test_titles_and_variants_become_one_line() -> None:
    article = parse_article(GOOD | {"title": "Do you\n sell  gift cards?", "variants": ["a\tb"]})
    assert article.title == "Do you sell gift cards?"
    assert article.variants == ("a b",)


def test_the_content_hash_ignores_date_and_revision() -> None:
    article = parse_article(GOOD)
    assert article.content_hash == parse_article(GOOD | {"updated": "2026-05-05"}).content_hash
    assert article.content_hash != parse_article(GOOD | {"status": "draft"}).content_hash
    assert article.searchable_hash == parse_article(GOOD | {"status": "draft"}).searchable_hash
    assert article.searchable_hash != parse_article(GOOD | {"variants": []}).searchable_hash
