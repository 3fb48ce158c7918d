"""CSV and JSON become articles; each bad row is named and loses no good one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb_index.article import MAX_TEXT, MAX_VARIANTS
from kb_index.errors import InvalidArticle, SourceUnreadable
from kb_index.sources import Harvest, Options, harvest
from kb_index.sources.fields import article_id, article_of, today

GOOD = {"id": "good", "title": "Good?", "text": "Yes."}


def csv(tmp_path: Path, content: str | bytes) -> Harvest:
    path = tmp_path / "faq.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return harvest("csv", path)


def jsonl(tmp_path: Path, *lines: object) -> Harvest:
    path = tmp_path / "faq.jsonl"
    path.write_text("\n".join(x if isinstance(x, str) else json.dumps(x) for x in lines))
    return harvest("json", path)


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_a_row_is_an_article(mark: str, tmp_path: Path) -> None:
    rows = [
        ["Question", "Answer", "variants", "tags", "status", "seen"],
        ["Größe 🎉?", '"Ja.\nAlle."', "a|b", '"x, y"', "draft", "9"],
    ]
    (article,) = csv(tmp_path, "\ufeff" + "\n".join(mark.join(row) for row in rows)).articles
    assert (article.id, article.title, article.text) == ("grosse", "Größe 🎉?", "Ja.\nAlle.")
    assert (article.variants, article.tags, article.status) == (("a", "b"), ("x", "y"), "draft")


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        (",No title.", "faq.csv:2: title: Field required"),
        ("No text?,", "faq.csv:2: text: String should have at least 1 character"),
        ("A?,B.,c,d", "faq.csv:2: row: has 4 cells where the header has 2"),
        ('A?,"B" x', "faq.csv:2: row: ',' expected after '\"'"),
        ("A\0?,B.", "faq.csv:2: title: Value error, contains control characters"),
        (f"A?,{'x' * 100_000}", f"faq.csv:2: text: String should have at most {MAX_TEXT}"),
    ],
)
def test_a_bad_row_is_named(row: str, complaint: str, tmp_path: Path) -> None:
    harvested = csv(tmp_path, f"title,text\n{row}\nGood?,Yes.\n")
    assert [one.title for one in harvested.articles] == ["Good?"]
    (error,) = harvested.errors
    assert error.message.startswith(complaint)


@pytest.mark.parametrize("content", ["", "a,b\n1,2", "title\nx", b"title,text\n\xff,\xff"])
def test_a_file_that_is_no_table_of_articles_is_refused(
    content: str | bytes, tmp_path: Path
) -> None:
    with pytest.raises(SourceUnreadable, match=r"^faq\.csv"):
        csv(tmp_path, content)


def test_a_line_number_counts_the_lines_of_a_cell(tmp_path: Path) -> None:
    harvested = csv(tmp_path, 'title,text\nA?,"one\ntwo\nthree"\n,x\n')
    assert harvested.errors[0].source == "faq.csv:5"


def test_a_second_row_of_one_id_is_refused(tmp_path: Path) -> None:
    harvested = jsonl(tmp_path, GOOD, GOOD | {"text": "No."})
    assert [one.text for one in harvested.articles] == ["Yes."]
    assert harvested.errors[0].message == "faq.jsonl:2: id: already used by faq.jsonl:1"


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("{", "faq.jsonl:1: line: Expecting property name"),
        ("[" * 100_000, "faq.jsonl:1: line: nested too deeply"),
        ("7", "faq.jsonl:1: article: is not an object"),
        ({"title": "A?"}, "faq.jsonl:1: text: Field required"),
        (GOOD | {"id": "b", "colour": 1}, "faq.jsonl:1: colour: Extra inputs"),
        (GOOD | {"id": "b", "title": 7}, "faq.jsonl:1: title: Input should be a valid string"),
        (GOOD | {"id": "b", "title": ["x"]}, "faq.jsonl:1: title"),
        (GOOD | {"id": "b", "variants": ["x"] * 10_000}, "faq.jsonl:1: variants: Tuple should"),
        (GOOD | {"id": "b", "variants": "x"}, "faq.jsonl:1: variants"),
        (GOOD | {"id": "b", "text": "x" * 100_000}, "faq.jsonl:1: text: String should have at"),
        (GOOD | {"id": "b", "text": "a\0b"}, "faq.jsonl:1: text"),
        (GOOD | {"id": "b", "language": "klingon"}, "faq.jsonl:1: language"),
        ('{"title": "\\ud800", "text": "x"}', "faq.jsonl:1: title"),
    ],
)
def test_a_bad_line_is_named(line: object, complaint: str, tmp_path: Path) -> None:
    harvested = jsonl(tmp_path, line, GOOD)
    assert [one.id for one in harvested.articles] == ["good"]
    assert [error.message[: len(complaint)] for error in harvested.errors] == [complaint]


def test_the_most_that_is_allowed_is_taken(tmp_path: Path) -> None:
    most = GOOD | {"text": "x" * MAX_TEXT, "variants": [f"v {n}" for n in range(MAX_VARIANTS)]}
    assert jsonl(tmp_path, most).errors == ()


@pytest.mark.parametrize("rows", [[GOOD | {"revision": 4}], {"articles": [GOOD]}])
def test_a_json_file_is_a_list(rows: object, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps(rows))
    assert [one.id for one in harvest("json", tmp_path / "a.json").articles] == ["good"]


@pytest.mark.parametrize("content", ["", "{", "7", "{}", "[" * 100_000])
def test_a_json_file_that_is_no_list_is_refused(content: str, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(content)
    with pytest.raises(SourceUnreadable, match=r"^a\.json"):
        harvest("json", tmp_path / "a.json")


def test_right_to_left_emoji_and_html_are_kept_as_they_are(tmp_path: Path) -> None:
    odd = {"title": "\u202bמה המצב?", "text": "<b>hi</b> 👩‍👩‍👧 <script>x</script> مرحبا"}
    (article,) = jsonl(tmp_path, odd).articles
    assert (article.title, article.text) == (odd["title"], odd["text"])


@given(st.text())
def test_an_id_is_stable_and_valid_for_any_title(title: str) -> None:
    assert article_id(title) == article_id(title)
    found = article_of({"title": title, "text": "x"}, "here", Options(), today())
    assert not isinstance(found, InvalidArticle) or found.field == "title"


def test_long_titles_with_one_beginning_get_two_ids() -> None:
    assert article_id("word " * 40 + "a") != article_id("word " * 40 + "b")
