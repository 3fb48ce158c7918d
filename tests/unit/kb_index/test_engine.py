from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from kb_index.article import Article
from kb_index.decision import Decider
from kb_index.encoder import Encoded, Encoder, Vectors
from kb_index.engine import Query, SearchEngine, SearchResult, _as_base64
from kb_index.index import PassageIndex

MakeArticle = Callable[..., Article]


class Spy:
    """The real encoder, remembering what it was asked."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.name, self.fingerprint, self.dim = encoder.name, encoder.fingerprint, encoder.dim
        self.texts: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.texts += texts
        return self._encoder.encode(texts)

    def encode_with_tone(self, texts: Sequence[str]) -> Encoded:
        self.texts += texts
        return self._encoder.encode_with_tone(texts)


def make_engine(encoder: Encoder, passages: int = 40) -> SearchEngine:
    return SearchEngine(
        encoder,
        PassageIndex(encoder.dim),
        Decider(0.6),
        search_passages=passages,
        embedding_cache=16,
    )


def ask(engine: SearchEngine, text: str, limit: int = 3) -> SearchResult:
    (result,) = engine.search([Query(text, limit)])
    return result


class Hasty:
    """Exact vectors of a spied encoder, and a quick form that takes some texts for others."""

    def __init__(self, exact: Spy, wrong: dict[str, str]) -> None:
        self.exact = exact
        self.name, self.fingerprint, self.dim = exact.name, exact.fingerprint, exact.dim
        self.encode, self.encode_with_tone = exact.encode, exact.encode_with_tone
        self.quick = Mistaken(exact, wrong)


class Mistaken(Spy):
    """Takes some texts for others."""

    def __init__(self, encoder: Encoder, wrong: dict[str, str]) -> None:
        super().__init__(encoder)
        self._wrong = wrong

    def encode_with_tone(self, texts: Sequence[str]) -> Encoded:
        """What the encoder says of what it takes them for."""
        return self._encoder.encode_with_tone([self._wrong.get(text, text) for text in texts])


@pytest.fixture
def spy(encoder: Encoder) -> Spy:
    return Spy(encoder)


@pytest.fixture
def engine(spy: Spy, base: list[Article]) -> SearchEngine:
    engine = make_engine(spy)
    engine.put([article for article in base if article.status == "published"])
    engine.settle()
    spy.texts.clear()
    return engine


@pytest.mark.parametrize(
    ("question", "expected", "kind"),
    [
        ("How do I return a product?", "returns", "title"),
        ("i would like to send sth back", "returns", "variant"),
        ("what are your opening times", "opening-hours", "variant"),
        ("is my card's number stored by you", "payment-methods", "passage"),
    ],
)
def test_a_question_finds_its_article(
    engine: SearchEngine, question: str, expected: str, kind: str
) -> None:
    result = ask(engine, question)
    assert (result.hits[0].article_id, result.hits[0].matched_kind) == (expected, kind)
    assert result.score == result.hits[0].score
    assert result.answerable >= result.score
    assert result.decision == "answer" or kind == "passage"  # an answer's text alone says little


def test_a_question_about_something_else_gets_none(engine: SearchEngine) -> None:
    result = ask(engine, "who won the chess world championship in 1972")
    assert result.decision == "none"
    assert result.score < result.target
    assert result.answerable < ask(engine, "what are your opening times").answerable


def test_each_article_is_hit_once_and_best_first(engine: SearchEngine) -> None:
    hits = ask(engine, "return a product", limit=10).hits
    assert sorted(hit.article_id for hit in hits) == [
        "opening-hours",
        "payment-methods",
        "returns",
    ]
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert all(0 <= hit.score <= 1 for hit in hits)
    assert len(ask(engine, "return a product", limit=2).hits) == 2


def test_an_empty_base_says_none(spy: Spy) -> None:
    result = ask(make_engine(spy), "anything")
    assert (result.decision, result.score, result.hits) == ("none", 0.0, ())


def test_a_match_in_the_answer_counts(engine: SearchEngine) -> None:
    hits = ask(engine, "We never store a card's number.").hits
    assert (hits[0].article_id, hits[0].matched_kind) == ("payment-methods", "passage")


def test_one_article_with_very_many_variants_does_not_crowd_the_others_out(
    spy: Spy, base: list[Article], make_article: MakeArticle
) -> None:
    engine = make_engine(spy, passages=5)
    variants = [f"can I pay order number {number} by card" for number in range(60)]
    engine.put([make_article("crowd", title="Pay an order", variants=variants), *base[:3]])
    hits = ask(engine, "can I pay by card please").hits
    assert {"crowd", "payment-methods"} <= {hit.article_id for hit in hits}


def test_one_article_alone_answers_its_question_and_refuses_another(
    spy: Spy, base: list[Article]
) -> None:
    engine = make_engine(spy)
    engine.put(base[:1])
    engine.settle()
    assert ask(engine, "How do I return a product?").decision == "answer"
    assert ask(engine, "who won the chess world championship in 1972").decision == "none"


def test_a_batch_answers_each_question_in_order(engine: SearchEngine) -> None:
    questions = ["opening times", "can I pay by card", "opening times"]
    results = engine.search([Query(question) for question in questions])
    assert [result.hits[0].article_id for result in results] == [
        "opening-hours",
        "payment-methods",
        "opening-hours",
    ]


def test_equal_questions_are_encoded_once(engine: SearchEngine, spy: Spy) -> None:
    engine.search([Query("same"), Query("same"), Query("other")])
    ask(engine, "same")
    assert spy.texts == ["same", "other"]


def test_an_edit_encodes_only_what_is_new(
    engine: SearchEngine, spy: Spy, make_article: MakeArticle
) -> None:
    engine.put([make_article(variants=["send something back", "refund my kettle"])])
    assert spy.texts == ["refund my kettle"]
    assert ask(engine, "refund my kettle").hits[0].matched == "refund my kettle"


def test_a_dropped_article_is_not_found(engine: SearchEngine) -> None:
    engine.drop("returns")
    found = {hit.article_id for hit in ask(engine, "How do I return a product?").hits}
    assert "returns" not in found
    assert len(engine) == 2


def test_adopting_keeps_equal_articles_and_names_the_others(
    engine: SearchEngine, spy: Spy, make_article: MakeArticle, base: list[Article]
) -> None:
    again = make_engine(spy)
    again.index = engine.index
    changed = base[1].model_copy(update={"text": "Cash only."})
    new = make_article("new")
    assert again.adopt([base[0], changed, new]) == [changed, new]
    assert set(again.index.articles) == {"returns", "payment-methods"}


@pytest.mark.parametrize("close", [False, True])
def test_only_what_is_close_is_encoded_exactly_before_it_is_answered(
    spy: Spy, base: list[Article], monkeypatch: pytest.MonkeyPatch, close: bool
) -> None:
    monkeypatch.setattr("kb_index.engine.CLOSE", 0.0 if close else 1.0)
    asked, mistaken = "opening times?", "can I pay by card"
    engine = make_engine(Hasty(spy, {asked: mistaken}))
    engine.put([article for article in base if article.status == "published"])
    engine.settle()
    (result,) = engine.search([Query(asked, embedding=True)])
    used = asked if close else mistaken
    vectors, tones = spy.encode_with_tone([used])
    assert result.embedding is not None
    assert result.embedding.vector == _as_base64(vectors[0])
    assert result.embedding.tone == _as_base64(tones[0])
    assert result.hits[0].article_id == ("opening-hours" if close else "payment-methods")


def test_the_readings_of_a_follow_up_are_encoded_exactly_and_once(
    spy: Spy, base: list[Article]
) -> None:
    engine = make_engine(Hasty(spy, {}))
    engine.put([article for article in base if article.status == "published"])
    engine.settle()
    spy.texts.clear()
    engine.search([Query("and by card?", previous="how can I pay for my order")])
    assert len(spy.texts) > 1
    assert sorted(spy.texts) == sorted(set(spy.texts))
