import pytest

from handoff.escalation.phrases import Phrases

LISTS = {
    "en": {
        "legal": ["sue you", "my (lawyer|solicitor)", "not hesitate to sue"],
        "cross": ["frustrat*", "😡", "never ... again"],
        "bare": ["^ agent $"],
        "ignored": ["travel agent"],
        "negators": ["(not|don't|won't)"],
    },
    "es": {"cross": ["(muy|) enfadado", "inútil"], "negators": ["no"]},
}


@pytest.fixture(scope="module")
def phrases() -> Phrases:
    return Phrases(LISTS)


@pytest.mark.parametrize(
    ("text", "name", "phrase"),
    [
        ("I'll SUE you!", "legal", "SUE you"),
        ("ask my solicitor", "legal", "my solicitor"),
        ("so Frustrating", "cross", "Frustrating"),
        ("what 😡", "cross", "😡"),
        ("never will I buy again", "cross", "never will I buy again"),
        ("esto es INUTIL", "cross", "INUTIL"),
        ("estoy enfadado", "cross", "enfadado"),
        ("estoy muy enfadado", "cross", "muy enfadado"),
        ("  agent  ", "bare", "agent"),
    ],
)
def test_a_phrase_is_found_as_it_was_written(phrases, text, name, phrase):
    hit = phrases.find(text).first(name)
    assert hit is not None
    assert hit.phrase.strip() == phrase


@pytest.mark.parametrize(
    "text",
    [
        "I don't want to sue you",
        "I won\u2019t sue you",
        "no estoy enfadado",
        "issue you",
        "my big lawyer",
        "never mind that. one two three again",
        "never one two three four again",
        "an agent",
        "",
        "🙂🙂🙂",
    ],
)
def test_what_is_negated_or_only_looks_alike_is_no_hit(phrases, text):
    assert list(phrases.find(text).of("legal", "cross", "bare")) == []


def test_a_negation_ends_with_its_clause(phrases):
    assert phrases.find("no, I will sue you").first("legal")
    assert phrases.find("I will not hesitate to sue").first("legal")


def test_the_negators_of_one_language_leave_the_others_alone(phrases):
    assert phrases.find("no sue you").first("legal")


def test_words_inside_an_ignored_phrase_count_for_nothing():
    phrases = Phrases({"en": {"bare": ["agent"], "ignored": ["travel agent"]}})
    assert phrases.find("the travel agent kit").first("bare") is None
    assert phrases.find("the agent kit").first("bare")


def test_a_message_can_be_made_of_certain_lists_alone():
    phrases = Phrases({"en": {"accepts": ["yes", "do it"], "filler": ["please", "thanks"]}})
    assert phrases.find("Yes, please!!").is_made_of("accepts", "filler")
    assert phrases.find("do it, thanks").is_made_of("accepts", "filler")
    assert not phrases.find("thanks, yes").is_made_of("accepts", "filler")
    assert not phrases.find("yes but why").is_made_of("accepts", "filler")
    assert not phrases.find("...").is_made_of("accepts", "filler")


def test_only_the_end_of_a_very_long_message_is_read(phrases):
    assert phrases.find("bla " * 3000 + "I will sue you").first("legal")
    assert phrases.find("I will sue you " + "bla " * 3000).first("legal") is None
