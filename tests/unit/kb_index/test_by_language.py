from __future__ import annotations

from collections.abc import Callable, Sequence

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


def says_none(probabilities: Sequence[float]) -> bool:
    return probabilities[0] < 0.5


@pytest.fixture
def mixed() -> ByLanguage:
    """Two English articles, one German."""
    known = ByLanguage()
    for name, language in (("a", "en"), ("b", "en"), ("c", "de")):
        known.put(name, language)
    return known


@pytest.mark.parametrize(
    ("question", "probabilities", "language", "order"),
    [
        ("wo ist mein Paket?", {"a": 0.9, "c": 0.8}, "de", ["c"]),
        ("wo ist mein Paket?", {"a": 0.9, "c": 0.1}, "de", ["a", "c"]),
        ("wo ist mein Paket?", {"a": 0.9}, "de", ["a"]),
        ("where is my parcel?", {"c": 0.9, "b": 0.8, "a": 0.7}, "en", ["b", "a"]),
        ("PayPal", {"c": 0.9, "b": 0.1}, "en", ["c", "b"]),
        ("where is my parcel?", {}, "en", []),
    ],
)
def test_the_questions_language_answers_first_and_the_others_if_it_cannot(
    mixed: ByLanguage,
    question: str,
    probabilities: dict[str, float],
    language: str,
    order: list[str],
) -> None:
    ranked = [Ranked(name, probability, 0) for name, probability in probabilities.items()]
    told, found = mixed.arrange(question, ranked, says_none)
    assert (told, [one.entry_id for one in found]) == (language, order)


def test_a_base_of_one_language_detects_nothing(mixed: ByLanguage) -> None:
    mixed.drop("c")
    languages.forget()
    ranked = [Ranked("a", 0.9, 0)]
    assert mixed.arrange("wo ist mein Paket?", ranked, says_none) == (None, ranked)
    assert languages._identifier.cache_info().currsize == 0


def test_the_engine_answers_in_the_questions_language(
    encoder: Encoder, make_article: MakeArticle
) -> None:
    engine = SearchEngine(
        encoder, PassageIndex(encoder.dim), Decider(0.6), search_passages=40, embedding_cache=16
    )
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
