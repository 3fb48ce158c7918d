import pytest

from handoff.escalation.restating import restating


def test_what_was_said_before_counts_however_long_ago():
    cues = restating("No, I said Portland", ["music in Portland", "on Friday", "for two"])
    assert cues["restated"] > 0.3
    assert cues["restated_last"] == 0.0


def test_what_the_last_message_held_counts_twice():
    cues = restating("Science fiction!", ["I like science fiction, mostly."])
    assert cues["restated"] == cues["restated_last"] == pytest.approx(2 / 3)


def test_words_without_a_subject_do_not_count():
    assert restating("and what is it?", ["what is it and when?"])["restated"] == 0.0


@pytest.mark.parametrize(("text", "said"), [("", []), ("?!", ["??"]), ("hello there", [])])
def test_a_first_or_empty_message_restates_nothing(text, said):
    assert set(restating(text, said).values()) == {0.0}
