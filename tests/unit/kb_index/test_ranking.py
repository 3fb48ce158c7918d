"""The ranker on a small made-up encoder: no model needed."""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from kb_index.decision import TARGET_PRECISION, Decider
from kb_index.encoder import Encoded, Vectors
from kb_index.ranking.calibration import SHIPPED, Combination
from kb_index.ranking.entries import Entry, unit
from kb_index.ranking.lexical import LexicalIndex
from kb_index.ranking.prior import HIGHEST, LOWEST, STRENGTH, USUAL, ScopePrior
from kb_index.ranking.ranker import Ranked, Ranker, fit_base
from kb_index.ranking.upkeep import Upkeep

TEXTS = {
    "refund": ("Get a refund", "my money back", "how do I return a payment"),
    "cancel": ("Cancel an order", "stop my order", "I no longer want the order"),
    "track": ("Track a parcel", "where is my parcel", "parcel not arrived"),
}


class WordEncoder:
    """Unit sums of one fixed random vector a word."""

    name = fingerprint = "words"
    dim = 32

    def encode(self, texts: Sequence[str]) -> Vectors:
        rows = [sum((_word(word) for word in t.lower().split()), np.zeros(32)) for t in texts]
        return unit(np.array(rows, np.float32).reshape(-1, 32))

    def encode_with_tone(self, texts: Sequence[str]) -> Encoded:
        rows = self.encode(texts)
        return Encoded(rows, rows)


def _word(word: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:4])
    return np.random.default_rng(seed).normal(size=32)


ENCODER = WordEncoder()


class Base:
    """A ranker with its entries."""

    def __init__(self) -> None:
        self.ranker = Ranker(Combination.load(), ScopePrior())
        self.entries: dict[str, Entry] = {}

    def put(self, entry_id: str, *questions: str) -> None:
        none = np.empty((0, 32), np.float32)
        self.entries[entry_id] = Entry(entry_id, questions, ENCODER.encode(questions), (), none)
        self.ranker.put(entry_id, questions)

    def vectors_of(self, entry_id: str) -> Vectors:
        return self.entries[entry_id].question_vectors

    def fit(self) -> None:
        self.ranker.adopt(fit_base(self.ranker.snapshot(self.vectors_of), ENCODER.encode))

    def rank(self, text: str) -> list[Ranked]:
        evidence = self.ranker.evidence(
            text, ENCODER.encode([text])[0], list(self.entries.values())
        )
        return self.ranker.rank(evidence).ranked if evidence else []

    def first(self, text: str) -> str:
        return self.rank(text)[0].entry_id


@pytest.fixture
def base() -> Base:
    made = Base()
    for name, questions in TEXTS.items():
        made.put(name, *questions)
    made.fit()
    return made


def test_a_question_finds_its_entry(base: Base) -> None:
    found = base.rank("where is the parcel")[0]
    assert (found.entry_id, TEXTS["track"][found.matched]) == ("track", "where is my parcel")


def test_probabilities_fall_and_sum_to_at_most_one(base: Base) -> None:
    ranked = [item.probability for item in base.rank("my order")]
    assert ranked == sorted(ranked, reverse=True)
    assert 0 < sum(ranked) <= 1 + 1e-9


def test_a_strange_question_is_less_likely_answered_right_than_a_known_one(base: Base) -> None:
    known, strange = base.rank("stop my order")[0], base.rank("weather on mars")[0]
    assert strange.probability < TARGET_PRECISION < known.probability


def test_without_entries_nothing_is_found() -> None:
    assert Base().rank("anything") == []


def test_a_new_entry_is_found_before_the_next_fit(base: Base) -> None:
    base.put("voucher", "Use a voucher", "redeem my voucher")
    assert base.first("redeem a voucher") == "voucher"


def test_a_fit_older_than_an_edit_does_not_bring_the_old_text_back(base: Base) -> None:
    old = fit_base(base.ranker.snapshot(base.vectors_of), ENCODER.encode)
    base.put("refund", "Opening hours", "when are you open")
    base.ranker.adopt(old)
    assert base.first("when do you open") == "refund"
    assert base.first("stop my order") == "cancel"


@pytest.mark.parametrize("text", ["", "🙂", "\0", "?!", "مرحبا"])
def test_odd_questions_do_no_harm(base: Base, text: str) -> None:
    assert all(0 <= item.probability <= 1 for item in base.rank(text))


def test_a_title_without_words_does_no_harm(base: Base) -> None:
    base.put("odd", "🙂")
    base.fit()
    assert base.first("where is my parcel") == "track"


def test_a_word_of_the_whole_domain_counts_less() -> None:
    index = LexicalIndex()
    index.put("proof", ["insurance proof"])
    index.put("quote", ["get quote"])
    before = index.match("insurance quote", ["proof", "quote"]).cosine
    index.set_domain({"insurance": 0.9, "quote": 0.1})
    after = index.match("insurance quote", ["proof", "quote"]).cosine
    assert after[0] < before[0]
    assert after[1] > before[1]


def test_words_find_entries_through_many_edits() -> None:
    index = LexicalIndex()
    for number in range(3000):
        index.put(f"entry{number % 50}", [f"word{number % 50} common"])
    index.drop("entry7")
    assert index.nearest("word7 common", 5) != []
    assert "entry7" not in index.nearest("word7 common", 50)
    assert index.nearest("word8", 5)[0] == "entry8"


def test_a_background_fit_is_adopted_by_a_later_call(
    base: Base, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kb_index.ranking.upkeep.QUIET", 0.0)
    upkeep = Upkeep(base.ranker, ENCODER, base.vectors_of)
    base.put("voucher", "Use a voucher", "redeem my voucher")
    upkeep.edited()
    assert "voucher" in base.ranker._edited
    deadline = time.monotonic() + 10
    while "voucher" in base.ranker._edited and time.monotonic() < deadline:
        upkeep.tend()
        time.sleep(0.02)
    assert "voucher" not in base.ranker._edited
    assert base.first("redeem a voucher") == "voucher"


def test_weights_for_other_features_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "combination.json"
    path.write_text(SHIPPED.read_text().replace("unknown", "other"))
    with pytest.raises(ValueError, match="scope features"):
        Combination.load(path)


def test_the_share_of_answerable_questions_is_learnt_within_bounds() -> None:
    answered, refused = ScopePrior(), ScopePrior()
    for number in range(400):
        answered.observe(f"good {number}", 4.0)
        refused.observe(f"bad {number}", -4.0)
    assert USUAL < answered.share <= HIGHEST
    assert refused.share == LOWEST
    assert refused.shift < 0 < answered.shift


def test_one_question_asked_a_thousand_times_counts_once() -> None:
    prior = ScopePrior()
    for number in range(1000):
        prior.observe("Hello?" if number % 2 else "  hello? ", -6.0)
    assert prior.share > USUAL * STRENGTH / (STRENGTH + 2)


def test_what_was_learnt_survives_a_restart_without_the_questions_words(tmp_path: Path) -> None:
    file = tmp_path / "asked.json"
    prior = ScopePrior(file)
    for number in range(60):
        prior.observe(f"where is parcel {number}", 5.0)
    assert ScopePrior(file).share == pytest.approx(prior.share, abs=0.01)
    assert "parcel" not in file.read_text()


@pytest.mark.parametrize("content", ["", "[1]", '{"a": "b"}', '{"a": NaN}', "\0"])
def test_a_damaged_memory_is_forgotten(tmp_path: Path, content: str) -> None:
    file = tmp_path / "asked.json"
    file.write_text(content)
    assert math.isclose(ScopePrior(file).share, USUAL, abs_tol=0.02)


@pytest.mark.parametrize(
    ("probabilities", "decision", "choices"),
    [
        ([0.8, 0.1], "answer", 0),
        ([0.4, 0.3, 0.02], "clarify", 2),
        ([0.2, 0.1], "none", 0),
        ([0.65, 0.01], "none", 0),
        ([], "none", 0),
    ],
)
def test_the_decision_follows_the_target(
    probabilities: list[float], decision: str, choices: int
) -> None:
    verdict = Decider(0.7).decide(probabilities)
    assert (verdict.decision, verdict.choices) == (decision, choices)
