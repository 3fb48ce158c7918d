from pathlib import Path

import pytest

from handoff.escalation import SHIPPED, BrokenTuning, EscalationPolicy, Message, Turn, read_tuning
from handoff.escalation.reasons import ReasonCode
from handoff.escalation.verdict import Decision


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "mine.yml"


def faults(file: Path, text: str) -> str:
    file.write_text(text)
    with pytest.raises(BrokenTuning) as caught:
        read_tuning(file)
    return str(caught.value)


def test_an_own_file_names_only_what_differs(file):
    file.write_text("thresholds:\n  offer: 0.6\n")
    tuning = read_tuning(file)
    assert tuning.thresholds.offer == 0.6
    assert tuning.thresholds.escalate == SHIPPED.thresholds.escalate
    assert tuning.words == SHIPPED.words


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "{}\n"])
def test_an_empty_file_changes_nothing(file, text):
    file.write_text(text)
    assert read_tuning(file) == SHIPPED


def test_words_are_added_dropped_and_replaced(file):
    file.write_text(
        "words:\n  en:\n    legal: {add: [claims adviser]}\n    churn: {drop: [no such]}\n"
        "    press: [town crier]\n  fr:\n    legal: [avocat]\n"
    )
    words = read_tuning(file).words
    assert words["en"].legal == (*SHIPPED.words["en"].legal, "claims adviser")
    assert words["en"].churn == SHIPPED.words["en"].churn
    assert words["en"].press == ("town crier",)
    assert words["fr"].legal == ("avocat",)


def test_an_own_word_changes_the_decision(file):
    file.write_text("words: {en: {legal: {add: [claims adviser]}}}\n")
    tuning = read_tuning(file)
    turn = Turn(Message("I will ring my claims adviser"))
    verdict = EscalationPolicy(tuning=lambda: tuning).assess(turn)
    assert verdict.decision is Decision.ESCALATE
    assert verdict.reasons[0].code is ReasonCode.LEGAL
    assert EscalationPolicy().assess(turn).decision is not Decision.ESCALATE


def test_the_words_yes_and_no_are_words(file):
    file.write_text("words:\n  fr:\n    accepts: [yes, on]\n    declines: [no, off]\n")
    assert read_tuning(file).words["fr"].declines == ("no", "off")


@pytest.mark.parametrize(
    ("text", "line", "key"),
    [
        ("thresholds:\n  offer: 7\n", 2, "thresholds.offer"),
        ("\nthresholds:\n  ofer: 0.7\n", 3, "thresholds.ofer: there is no such key"),
        ("treshold: {}\n", 1, "treshold: there is no such key"),
        ("weights:\n  churn: 1\n  rudeness: 2\n", 3, "weights.rudeness"),
        ("thresholds:\n  calm: 0.9\n  offer: 0.5\n", 1, "thresholds: calm, offer and escalate"),
        ("words:\n  en:\n    legal:\n    - ok\n    - ' '\n", 2, "legal: ' ' holds no words"),
        ("words:\n  en:\n    legal: ['(a|b']\n", 2, "brackets"),
        ("words:\n  en:\n    leagl: [x]\n", 3, "words.en.leagl: there is no such key"),
        ("words:\n  english: {}\n", 2, "words.english"),
        ("rules:\n- name: a\n  when: {vip: true}\n  priority: 12\n", 4, "rules.0.priority"),
        ("rules:\n- name: a\n  when: {}\n", 3, "rules.0.when"),
        ("rules:\n- name: a\n  when: {total: {at_last: 3}}\n", 3, "rules.0.when.total"),
        ("language: en\nlanguage: de\n", 2, "'language' is there twice"),
        ("thresholds: [1, 2\n", 2, "did not find expected"),
        ("thresholds:\n\toffer: 1\n", 2, "cannot start any token"),
        ("- a\n- b\n", 1, "should be a table"),
        ("crisis: {en: ''}\n", 1, "crisis.en"),
        ("language: fr\n", 1, "crisis: the text in the bot's own language (fr) is due"),
    ],
)
def test_a_fault_is_told_with_its_line_and_key(file, text, line, key):
    told = faults(file, text)
    assert key in told
    assert f"mine.yml:{line}:" in told or "language (fr)" in told


def test_all_faults_are_told_at_once(file):
    told = faults(file, "thresholds:\n  offer: 7\n  rest: -1\nnew: 1\n")
    assert len(told.splitlines()) == 3


def test_a_file_that_cannot_be_read_is_a_fault(file):
    with pytest.raises(BrokenTuning, match="cannot be read"):
        read_tuning(file)
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BrokenTuning, match="cannot be read"):
        read_tuning(file)
