from __future__ import annotations

from collections.abc import Callable

from kb_index.article import Article
from kb_index.passages import PASSAGE_WORDS, passages_of, split_answer


def test_an_article_is_found_by_title_variants_and_answer(
    make_article: Callable[..., Article],
) -> None:
    assert [(item.kind, item.text) for item in passages_of(make_article())] == [
        ("title", "How do I return a product?"),
        ("variant", "send something back"),
        ("passage", "Print the label and take the parcel to the post office."),
    ]


def test_a_text_that_occurs_twice_counts_once(make_article: Callable[..., Article]) -> None:
    article = make_article(variants=["Same", "Same"], text="Same")
    assert [item.kind for item in passages_of(article)] == ["title", "variant"]


def test_markdown_is_read_as_plain_text() -> None:
    text = "# Head\n\nSee [the **page**](https://x.test/a) <b>now</b>.\n\n- `one`\n- two\nlines"
    assert split_answer(text) == ["Head See the page now. one two lines"]


def test_long_paragraphs_are_cut_and_short_ones_joined() -> None:
    words = [f"w{n}" for n in range(150)]
    pieces = split_answer(" ".join(words) + "\n\nshort\n\ntail")
    assert " ".join(pieces).split() == [*words, "short", "tail"]
    assert all(len(piece.split()) <= PASSAGE_WORDS for piece in pieces)
    assert pieces[-1].endswith("short tail")


def test_an_answer_without_words_has_no_pieces() -> None:
    assert split_answer("---\n\n![](x.png)\n") == []
