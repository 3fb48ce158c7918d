"""What is empty, single, doubled, contradictory, huge or strange."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import structlog
from cheap_encoder import CheapEncoder
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from kb_index.article import Article, NewArticle, parse_article
from kb_index.encoder import Encoder
from kb_index.engine import Query, SearchEngine, SearchResult
from kb_index.errors import Conflict, InvalidArticle
from kb_index.index import PassageIndex
from kb_index.passages import passages_of, split_answer
from kb_index.service import make_engine, open_engine
from kb_index.settings import Settings
from kb_index.store import ArticleStore

MakeArticle = Callable[..., Article]
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=60)


def huge(article_id: str, **changes: Any) -> Article:
    """An article beyond the limits for what editors write, as data sets may hold."""
    fields = {"id": article_id, "title": article_id, "variants": (), "text": "Yes.", "tags": ()}
    return Article.model_construct(**(fields | {"status": "published"} | changes))


@pytest.fixture
def engine(settings: Settings) -> SearchEngine:
    encoder = CheapEncoder()
    return make_engine(settings, encoder, PassageIndex(encoder.dim))


def ask(engine: SearchEngine, text: str, limit: int = 3) -> SearchResult:
    (result,) = engine.search([Query(text, limit)])
    return result


@pytest.mark.parametrize("question", ["where is my order", "", "?", "\0", "🎉", "x" * 4000])
def test_an_empty_base_answers_nothing(engine: SearchEngine, question: str) -> None:
    result = ask(engine, question)
    assert (result.decision, result.score, result.hits) == ("none", 0.0, ())


def test_a_base_that_became_empty_answers_nothing(
    engine: SearchEngine, make_article: MakeArticle
) -> None:
    engine.put([make_article()])
    engine.drop("returns")
    assert ask(engine, "How do I return a product?").decision == "none"


def test_a_single_article_is_found_by_its_own_words(
    engine: SearchEngine, make_article: MakeArticle
) -> None:
    engine.put([make_article()])
    engine.settle()
    result = ask(engine, "How do I return a product?")
    assert [hit.article_id for hit in result.hits] == ["returns"]
    assert 0 <= ask(engine, "gibberish").score <= result.score <= 1


def test_a_second_article_of_the_same_id_is_refused(store: ArticleStore) -> None:
    with pytest.raises(Conflict):
        store.create(NewArticle(id="returns", title="Again?", text="No."))


def test_of_two_articles_of_one_id_the_later_counts(
    engine: SearchEngine, make_article: MakeArticle
) -> None:
    engine.put([make_article(), make_article(title="Where is my parcel?", variants=[])])
    assert len(engine) == len(engine.index.articles) == 1
    assert ask(engine, "Where is my parcel?").hits[0].matched == "Where is my parcel?"
    assert "send something back" not in engine.index.vectors_of("returns")


def test_a_variant_of_two_articles_finds_both(
    engine: SearchEngine, make_article: MakeArticle
) -> None:
    both = ["can I swap it"]
    engine.put([make_article(name, title=f"Title of {name}", variants=both) for name in "ab"])
    engine.put([make_article(f"other{n}", title=f"Number {n}", variants=[]) for n in range(5)])
    hits = ask(engine, "can I swap it").hits
    assert {hit.article_id for hit in hits[:2]} == {"a", "b"}
    assert ask(engine, "can I swap it").decision != "answer"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("text", "word " * 20_000),
        ("variants", [f"variant {n}" for n in range(10_000)]),
        ("variants", ["x" * 501]),
        ("title", "x" * 201),
        ("title", "nul \0"),
        ("text", "nul \0"),
        ("variants", ["nul \0"]),
        ("title", "lone \ud800"),
        ("title", " \n "),
        ("text", ""),
        ("tags", ["t"] * 21),
        ("id", "Not A Slug"),
    ],
)
def test_what_is_too_much_or_strange_is_refused_by_field(field: str, value: Any) -> None:
    fields = {"id": "a", "title": "A?", "text": "B.", "updated": "2026-01-01"}
    with pytest.raises(InvalidArticle) as refused:
        parse_article(fields | {field: value})
    assert refused.value.field.split(".")[0] == field


def test_an_answer_of_100_kilobytes_is_found_by_its_last_words(
    engine: SearchEngine, make_article: MakeArticle
) -> None:
    text = "filler " * 16_020 + "\n\nThe zeppelin leaves on Mondays."
    engine.put([huge("long", text=text), make_article()])
    hits = {hit.article_id: hit for hit in ask(engine, "The zeppelin leaves on Mondays.").hits}
    assert hits["long"].matched == "The zeppelin leaves on Mondays."
    assert hits["long"].text == text


def test_10000_variants_of_one_article_do_not_hide_the_others(
    engine: SearchEngine, make_article: MakeArticle
) -> None:
    variants = tuple(f"send number {n}" for n in range(10_000))
    engine.put([huge("many", variants=variants), make_article()])
    assert ask(engine, "send number 9999").hits[0].article_id == "many"
    assert "returns" in {hit.article_id for hit in ask(engine, "send something back").hits}


@pytest.mark.parametrize(
    "title",
    [
        "🎉🎂?",
        "كيف أعيد المنتج؟",
        "איך מחזירים מוצר?",
        "返品できますか",
        "ﬀ ŉ ǆ İ",
        "a\u202eb c",
        "<b>b</b>?",
    ],
)
def test_any_script_is_found_by_its_own_words(
    engine: SearchEngine, make_article: MakeArticle, title: str
) -> None:
    engine.put([make_article("strange", title=title, variants=[]), make_article()])
    hit = ask(engine, title).hits[0]
    assert (hit.article_id, hit.title) == ("strange", title)


def test_html_in_markdown_is_not_searchable_text() -> None:
    pieces = split_answer(
        "Press <b onclick='evil()'>here</b>.\n\n<script>evil()</script>\n\n<p>Kept out</p>\n\nDone."
    )
    assert " ".join(pieces) == "Press here. Done."


@hypothesis_settings(max_examples=150, deadline=None)
@given(title=ANY_TEXT, variants=st.lists(ANY_TEXT, max_size=4), text=ANY_TEXT)
def test_any_text_is_refused_by_name_or_can_be_searched(
    title: str, variants: list[str], text: str
) -> None:
    fields = {"id": "a", "title": title, "variants": variants, "text": text}
    try:
        article = parse_article(fields | {"updated": "2026-01-01", "status": "published"})
    except InvalidArticle as refused:
        named = refused.field.split(".")[0] in {"title", "variants", "text"}
        assert named, refused.field  # noqa: PT017
        return
    passages = passages_of(article)
    assert passages[0].text == article.title
    assert len({passage.text for passage in passages}) == len(passages)
    assert all("\0" not in passage.text for passage in passages)


@hypothesis_settings(max_examples=60, deadline=None)
@given(markdown=st.text(st.sampled_from("# *_`>-|[]()<>!&\n\t ab1.\\~"), max_size=120))
def test_any_markdown_is_split(markdown: str) -> None:
    assert all(piece == " ".join(piece.split()) != "" for piece in split_answer(markdown))


def test_an_index_of_another_width_is_rebuilt_with_one_line(
    settings: Settings, store: ArticleStore, encoder: Encoder
) -> None:
    open_engine(settings, store, CheapEncoder())
    with structlog.testing.capture_logs() as logs:
        engine = open_engine(settings, store, encoder)
    assert [line["event"] for line in logs] == ["index rebuilt"]
    assert engine.index.dim == encoder.dim
    assert len(engine) == 3
