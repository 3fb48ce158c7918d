"""The knowledge bases that we wrote to fit encoder and ranking on."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from kb_index.own_bases import FILES, read_own_bases
from kb_index.ranking.bases import made_bases

BASES = {base.name: base for base in read_own_bases()}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_line_is_an_entry_or_questions_without_one(path: Path) -> None:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert {frozenset(row) for row in rows} == {
        frozenset({"title", "name", "answer", "asked"}),
        frozenset({"unanswerable"}),
    }


@pytest.mark.parametrize("name", BASES)
def test_no_question_stands_twice_in_a_base(name: str) -> None:
    base = BASES[name]
    said = [text for entry in base.entries for text in (entry.title, *entry.asked)]
    counts = Counter(text.lower().strip() for text in (*said, *base.unanswerable))
    assert [text for text, count in counts.items() if count > 1] == []


@pytest.mark.parametrize("name", BASES)
def test_every_base_is_worth_learning_from(name: str) -> None:
    base = BASES[name]
    assert len(base.entries) >= 36
    assert all(len(entry.asked) >= 6 and entry.answer for entry in base.entries)
    assert len(base.unanswerable) >= 80


def test_no_question_is_fitted_to_that_stands_in_its_own_article() -> None:
    made = made_bases([])
    assert len(made) == 2 * len(BASES)
    for base in made:
        assert base.fittable
        held = {article.id: {article.title, *article.variants} for article in base.articles}
        for question in base.questions:
            (gold,) = question.gold
            assert question.text not in held[gold]
    assert {len(article.variants) for base in made for article in base.articles} == {0, 3}
