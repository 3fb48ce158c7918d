from __future__ import annotations

from collections.abc import Callable

import pytest

from kb_index import languages
from kb_index.article import Article
from kb_index.by_language import ByLanguage
from kb_index.decision import Decider
from kb_index.encoder import Encoder
from kb_index.engine import Query, SearchEngine
from kb_index.index import PassageIndex
from kb_index.ranking.ranker import Ranked

MakeArticle = Callable[..., Article]


@pytest.fixture
def mixed() -> ByLanguage:
    """Two English articles, one German, one Spanish."""
    known = ByLanguage()
    for name, language in (("a", "en"), ("b", "en"), ("c", "de"), ("d", "es")):
        known.put(name, language)
    return known


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("wo ist mein Paket?", "de"),
        ("where is my parcel?", "en"),
        ("PayPal", "en"),
    ],
)
def test_a_question_is_in_one_of_the_languages_of_the_base(
    mixed: ByLanguage, question: str, language: str
) -> None:
    assert mixed.of_question(question) == language


@pytest.mark.parametrize(
    ("probabilities", "order"),
    [
        ({"c": 0.5, "a": 0.4, "d": 0.1}, ["de", "en"]),
        ({"a": 0.5, "b": 0.2, "c": 0.15, "d": 0.1}, ["de", "en"]),
        ({"a": 0.9, "c": 0.1}, ["en"]),
        ({"d": 0.5, "a": 0.4}, ["es"]),
        ({"c": 0.1}, ["de"]),
    ],
)
def test_the_questions_language_is_tried_first_unless_another_fits_far_better(
    mixed: ByLanguage, probabilities: dict[str, float], order: list[str]
) -> None:
    ranked = [Ranked(name, probability, 0) for name, probability in probabilities.items()]
    assert mixed.order("de", ranked) == order


def test_a_base_of_one_language_detects_nothing(mixed: ByLanguage) -> None:
    mixed.drop("c")
    mixed.drop("d")
    languages.forget()
    assert mixed.of_question("wo ist mein Paket?") is None
    assert languages._identifier.cache_info().currsize == 0


@pytest.fixture
def engine(encoder: Encoder) -> SearchEngine:
    return SearchEngine(
        encoder, PassageIndex(encoder.dim), Decider(0.6), search_passages=40, embedding_cache=16
    )


#: Id, titles in English and in German; some are the same in both.
TRANSLATED = (
    ("pay", "Can I pay with PayPal?", "Kann ich mit PayPal bezahlen?"),
    ("newsletter", "Newsletter", "Newsletter"),
    ("card", "Gift card", "Gift card"),
    ("hours", "When are you open?", "Wann haben Sie geöffnet?"),
    ("size", "Which size fits me?", "Welche Größe passt mir?"),
)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("newsletter", "newsletter-en"),
        ("wie kann ich den Newsletter abbestellen", "newsletter-de"),
        ("how long is a gift card valid", "card-en"),
        ("wie lange ist die Gift Card gültig", "card-de"),
    ],
)
def test_translations_do_not_share_the_probability_to_be_right(
    engine: SearchEngine, make_article: MakeArticle, question: str, expected: str
) -> None:
    for place, language in enumerate(("en", "de"), start=1):
        for row in TRANSLATED:
            name = f"{row[0]}-{language}"
            engine.put([make_article(name, title=row[place], variants=[], language=language)])
    engine.settle()
    (result,) = engine.search([Query(question)])
    assert (result.decision, result.hits[0].article_id) == ("answer", expected)
    assert result.score > 0.8
    assert {hit.language for hit in result.hits} == {expected[-2:]}


def test_another_language_answers_what_the_questions_own_cannot(
    engine: SearchEngine, make_article: MakeArticle
) -> None:
    for name, title, _ in TRANSLATED:
        engine.put([make_article(name, title=title, variants=[], language="en")])
    engine.put([make_article("pay-de", title=TRANSLATED[0][2], variants=[], language="de")])
    engine.settle()
    (result,) = engine.search([Query("wie lange ist die Gift Card gültig")])
    assert (result.language, result.decision, result.hits[0].article_id) == ("de", "answer", "card")


def test_the_engine_answers_in_the_questions_language(
    engine: SearchEngine, make_article: MakeArticle
) -> None:
    english = make_article("pay-en", title="Can I pay with PayPal?", language="en")
    german = make_article("pay-de", title="Kann ich mit PayPal bezahlen?", language="de")
    others = [make_article(f"other-{n}", title=f"Other {n}?", language="en") for n in range(3)]
    engine.put([english, german, *others])
    engine.settle()
    for question, language in (
        ("kann ich mit PayPal bezahlen?", "de"),
        ("can I pay with PayPal?", "en"),
    ):
        (result,) = engine.search([Query(question)])
        assert result.language == language
        assert result.decision != "none"
        assert {hit.language for hit in result.hits} == {language}
