"""What makes the cues quick changes none of them."""

from __future__ import annotations

import re
import sys
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from handoff.escalation import patterns
from handoff.escalation.cues import overlap
from handoff.escalation.needles import Quick, lowered, needles
from tests.conversations.scripts import Step, scripts

# Drawing what an expression matches takes seconds, on a busy machine many.
pytestmark = pytest.mark.timeout(300)
MOOD, ASKING = patterns.load("mood_cues.yml"), patterns.load("request_cues.yml")
SHIPPED = {
    **patterns.compiled(MOOD["message"]),
    **patterns.compiled(MOOD["bot"]),
    **patterns.compiled(ASKING["cues"], ASKING["parts"]),
}
SAID = [step.say for script in scripts() for step in script.turns if isinstance(step, Step)]
# Letters that are ASCII ones but for the case: capital i with a dot, dotless i, long s, kelvin.
ODD = ["\u0130", "\u0131", "\u017f", "\u212a", "\u00df", "\u03c2", "n\u2019t", "\ud83d", "🙂"]


def _source(name: str) -> str:
    return SHIPPED[name].expression.pattern


def same(found: re.Match[str] | None, expected: re.Match[str] | None) -> bool:
    return (found and found.span()) == (expected and expected.span())


def matching(draw: Any) -> str:
    """A text around one that an expression of ours matches."""
    name = draw(st.sampled_from(sorted(SHIPPED)))
    middle = draw(st.from_regex(SHIPPED[name].expression, alphabet=st.characters()))
    return f"{draw(st.sampled_from(['', 'well ', 'x', '... ']))}{middle}"


texts = st.one_of(
    st.composite(matching)(),
    st.sampled_from(SAID),
    st.lists(st.sampled_from([*SAID, *ODD, " ", "a"]), max_size=4).map("".join),
    st.text(max_size=80),
)


@settings(deadline=None, max_examples=150, suppress_health_check=list(HealthCheck))
@given(texts)
@example("\u017feriou\u017fly, tal\u212a to a per\u017fon")
@example("TALK TO A HUMAN")
def test_whatever_an_expression_finds_is_found_quickly(text: str):
    lower = lowered(text)
    missed = [name for name, quick in SHIPPED.items()
              if not same(quick.search(text, lower), quick.expression.search(text))]  # fmt: skip
    assert missed == []


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (r"\bhumans?\b", {"human"}),
        (r"\b(?:talk|take)ing? me\b", {"talkin me", "talking me", "takein me", "takeing me"}),
        (r"\bdo(?:n't| not) \w+ (?:know|recall)", {"don't ", "do not "}),
        (r"(?:an)?other|[xy]z+", {"other", "z"}),
        (r"(?=abc)\w+", set()),
        (r"ab(?!cd)", {"ab"}),
        (r"(?:abc)*d?", set()),
        (r"[a-z]{3}", set()),
        (r"S(?:orr|ill)y", {"sorry", "silly"}),
    ],
)
def test_the_needles_of_an_expression_are_what_every_match_holds(pattern, expected):
    assert needles(pattern) == expected


def test_whatever_equals_a_letter_of_a_needle_is_looked_for_as_that_letter():
    # With the fact that lower case goes letter by letter, no spelling of a needle can be missed.
    every = "".join(map(chr, range(sys.maxunicode + 1)))
    letters = {letter for name in SHIPPED for each in needles(_source(name)) for letter in each}
    for letter in letters:
        found = re.findall(re.escape(letter), every, re.IGNORECASE)
        assert {lowered(each) for each in found} == {letter}


def test_an_expression_of_too_many_needles_is_searched_for_at_once():
    many = "|".join(f"{number:03}" for number in range(200))
    assert needles(many) == frozenset()
    quick = Quick(many)
    assert quick.search("no 007!", "no 007!") is not None


def grams(text: str) -> set[str]:
    flat = re.sub(r"[^a-z0-9]+", " ", text.lower()).strip()
    return {flat[i : i + 3] for i in range(len(flat) - 2)}


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(texts, texts)
def test_the_likeness_of_two_texts_is_the_share_of_their_common_pieces(one: str, other: str):
    some, others = (grams(patterns.straight(text)) for text in (one, other))
    enough = len(some) >= 8 and len(others) >= 8
    expected = len(some & others) / len(some | others) if enough else 0.0
    assert overlap(one, other) == expected
