"""Follow-up questions to the demo's articles, and new subjects that must not be taken for one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kb_index.encoder import Encoder
from kb_index.engine import Query, SearchEngine
from kb_index.index import PassageIndex
from kb_index.service import make_engine
from kb_index.settings import Settings
from kb_index.sources.markdown import read_file

ROOT = Path(__file__).parents[3]
LINES = (ROOT / "tests/data/follow_ups.jsonl").read_text().splitlines()
PAIRS = [json.loads(line) for line in LINES]
FOLLOW_UPS = [pair for pair in PAIRS if pair["follow_up"]]
NEW_SUBJECTS = [pair for pair in PAIRS if not pair["follow_up"]]


@pytest.fixture(scope="module")
def demo(encoder: Encoder) -> SearchEngine:
    articles = [read_file(path) for path in sorted((ROOT / "data/articles").glob("*.md"))]
    engine = make_engine(Settings(), encoder, PassageIndex(encoder.dim))
    engine.put(articles)
    engine.settle()
    return engine


def named(pair: dict[str, Any]) -> str:
    return f"{pair['previous']} {pair['text']}"


def test_there_are_at_least_ten_of_each():
    assert len(FOLLOW_UPS) >= 10
    assert len(NEW_SUBJECTS) >= 10


@pytest.mark.parametrize("pair", FOLLOW_UPS, ids=named)
def test_a_follow_up_is_answered_in_the_light_of_the_question_before(demo, pair):
    [found] = demo.search([Query(pair["text"], previous=pair["previous"])])
    assert found.hits[0].article_id == pair["kb_id"]
    assert found.decision in {"answer", "clarify"}


@pytest.mark.parametrize("pair", NEW_SUBJECTS, ids=named)
def test_a_new_subject_is_answered_as_if_nothing_had_been_before(demo, pair):
    alone, after = demo.search(
        [Query(pair["text"]), Query(pair["text"], previous=pair["previous"])]
    )
    assert after.decision == alone.decision
    assert after.hits[0].article_id == alone.hits[0].article_id
    if pair["kb_id"]:
        assert after.hits[0].article_id == pair["kb_id"]
    else:
        assert after.decision != "answer"


def test_what_was_understood_is_told_and_only_then(demo):
    text, before = "and to Canada?", "how long does delivery to Germany take?"
    alone, after = demo.search([Query(text), Query(text, previous=before)])
    assert alone.understood_as is None
    assert after.understood_as == "how long does delivery to Canada take?"
