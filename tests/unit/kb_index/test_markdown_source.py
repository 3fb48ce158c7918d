from __future__ import annotations

from pathlib import Path

import pytest

from kb_index.errors import SourceUnreadable
from kb_index.sources import harvest

GOOD = """---
id: gift-cards
title: Do you sell gift cards?
variants: [voucher]
tags: [gifts]
status: published
updated: 2026-03-04
---
Yes, in **three** sizes.
"""


def test_the_body_is_the_answer(tmp_path: Path) -> None:
    (tmp_path / "gift-cards.md").write_text(GOOD)
    (article,) = harvest("markdown", tmp_path).articles
    assert article.id == "gift-cards"
    assert article.text == "Yes, in **three** sizes."
    assert article.status == "published"


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b"just text", "front matter"),
        (b"", "front matter"),
        (b"---\n- a list\n---\nYes.", "front matter"),
        (GOOD.replace("[voucher]", "[voucher").encode(), "front matter"),
        (GOOD.replace("id: gift-cards\n", "").encode(), "id"),
        (GOOD.replace("2026-03-04", "soon").encode(), "updated"),
        (GOOD.replace("2026-03-04", "2026-13-45").encode(), "front matter: month"),
        (GOOD.replace("gift-cards", "9" * 5000, 1).encode(), "front matter"),
        (GOOD.replace("gift-cards", "[" * 120_000 + "]" * 120_000).encode(), "front matter"),
        (GOOD.replace("[gifts]", "gifts").encode(), "tags"),
        (GOOD.replace("status: published", "state: published").encode(), "state"),
        (GOOD.replace("status: published", "revision: 4").encode(), "revision"),
        (GOOD.replace("Yes, in **three** sizes.", " ").encode(), "text"),
        (GOOD.encode() + b"\xff\xfe", "file"),
        (GOOD.encode() + b"\0", "text"),
        (GOOD.encode() + b"x" * 300_000, "file"),
    ],
)
def test_a_malformed_file_is_named_with_its_field_and_loses_no_good_one(
    tmp_path: Path, content: bytes, named: str
) -> None:
    (tmp_path / "bad.md").write_bytes(content)
    (tmp_path / "good.md").write_text(GOOD)
    harvested = harvest("markdown", tmp_path)
    assert [article.id for article in harvested.articles] == ["gift-cards"]
    (error,) = harvested.errors
    assert error.message.startswith(f"bad.md: {named}")
    assert "\n" not in error.message


def test_a_second_file_with_the_same_id_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(GOOD)
    (tmp_path / "b.md").write_text(GOOD)
    harvested = harvest("markdown", tmp_path)
    assert len(harvested.articles) == 1
    assert harvested.errors[0].message == "b.md: id: already used by a.md"


def test_a_missing_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceUnreadable):
        harvest("markdown", tmp_path / "nowhere")


def test_the_demo_articles_are_well_formed() -> None:
    folder = Path(__file__).parents[3] / "data" / "articles"
    assert [error.message for error in harvest("markdown", folder).errors] == []
