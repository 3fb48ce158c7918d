from __future__ import annotations

import pytest

from kb_index import languages
from kb_index.languages import ARTICLE_ODDS, COMMON, detect


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("where is my parcel?", "en"),
        ("wo ist mein Paket?", "de"),
        ("où est mon colis ?", "fr"),
        ("¿dónde está mi paquete?", "es"),
        ("öffnungszeiten", "de"),
    ],
)
def test_a_question_is_told_among_the_languages_of_a_base(question: str, language: str) -> None:
    assert detect(question, ("en", "de", "fr", "es")) == language


@pytest.mark.parametrize("text", ["", "🎉", "PayPal", "ok", "12345", "\0", "TANDEM-123"])
@pytest.mark.parametrize("main", ["en", "de"])
def test_what_shows_no_language_is_in_the_main_one(text: str, main: str) -> None:
    assert detect(text, (main, "fr" if main == "de" else "de")) == main


@pytest.mark.parametrize("among", [(), ("en",), ("en", "en"), ("xx", "en")])
def test_where_nothing_can_be_told_apart_there_is_no_language(among: tuple[str, ...]) -> None:
    assert detect("where is my parcel?", among) is None


def test_a_base_of_one_language_never_loads_the_model() -> None:
    languages.forget()
    detect("where is my parcel?", ("en",))
    assert languages._identifier.cache_info().currsize == 0


@pytest.mark.parametrize(
    ("article", "language"),
    [
        ("Kann ich eine Bestellung stornieren?\nJa, bis sie versandt ist.", "de"),
        ("هل يمكنني إلغاء الطلب؟\nنعم، قبل الشحن.", "ar"),
        ("Can I cancel an order?\nYes, until it is sent.", "en"),
        ("OK", "en"),
    ],
)
def test_an_article_may_be_in_any_common_language(article: str, language: str) -> None:
    assert detect(article, ("en", *COMMON), ARTICLE_ODDS) == language
