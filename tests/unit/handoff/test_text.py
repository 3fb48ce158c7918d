"""What may be stored as text, names and identifiers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.errors import BadRequest, EmptyText, Refused, TextTooLong
from handoff.text import check_client_id, check_cursor, clean_name, clean_text, preview


@pytest.mark.parametrize("text", ["", " ", "\n\t ", "\x00\x01", "\u200b\ufeff", "\u00a0\u2003"])
def test_text_without_anything_visible_is_empty(text):
    with pytest.raises(EmptyText):
        clean_text(text)


def test_four_thousand_characters_are_the_limit():
    assert clean_text(" " + "ü" * 4000 + " ") == "ü" * 4000
    with pytest.raises(TextTooLong):
        clean_text("x" * 4001)


def test_control_characters_are_dropped_and_lines_kept():
    assert clean_text("a\x00b\x1bc\x7f\x85\r\nd\re\tf") == "abc\nd\ne\tf"


def test_lone_surrogates_are_refused():
    with pytest.raises(BadRequest):
        clean_text("a\ud800")
    with pytest.raises(BadRequest):
        clean_name("\udfff")


@pytest.mark.parametrize(
    "text", ["👩‍👩‍👧", "עברית", "日本語", "e\u0301", "<script>alert(1)</script>"]
)
def test_all_languages_and_markup_stay_as_they_are(text):
    assert clean_text(text) == text


@given(st.text())
def test_cleaning_twice_is_cleaning_once(text):
    try:
        cleaned = clean_text(text)
    except Refused:
        return
    assert clean_text(cleaned) == cleaned
    assert cleaned.encode()


@pytest.mark.parametrize(
    ("name", "shown"),
    [("", "Guest"), (" \n", "Guest"), (" Ada\n L. ", "Ada L."), ("x" * 99, "x" * 80)],
)
def test_a_name_is_one_short_line(name, shown):
    assert clean_name(name) == shown


def test_a_preview_is_one_short_line():
    assert preview("a\n\n b") == "a b"
    assert preview("x" * 120) == "x" * 120
    assert preview("x" * 121) == "x" * 119 + "…"


@pytest.mark.parametrize("client_id", ["", "a b", "é", "x" * 65, "a\n", "\x00"])
def test_a_malformed_client_id_is_refused(client_id):
    with pytest.raises(BadRequest):
        check_client_id(client_id)


@pytest.mark.parametrize("cursor", ["0", "1700000000000-0", str(10**19 - 1)])
def test_an_event_id_is_a_cursor(cursor):
    assert check_cursor(cursor) == cursor
