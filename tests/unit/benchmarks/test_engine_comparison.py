from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
import pytest

from benchmarks.diet import Training, parsed, train, training_data
from benchmarks.engines import TURN, as_table, ask_in_turns, compare, told
from benchmarks.opponents import EDITS, Nearest, Reply, Words, best_first
from kb_index.article import Article
from kb_index.datasets import LabelledQuestion
from kb_index.encoder import Vectors


def article(name: str, title: str, *variants: str, text: str = "") -> Article:
    return Article.model_construct(
        id=name, title=title, variants=variants, text=text, updated=dt.date.min
    )


RETURNS = article("returns", "How do I return a lamp?", "send a lamp back")
HOURS = article("hours", "When are you open?", text="We open our doors at nine.")
BASE = (RETURNS, HOURS)


class Letters:
    """Counts letters: near enough to an encoder where texts share words."""

    name, fingerprint, dim = "letters", "-", 26

    def encode(self, texts: Sequence[str]) -> Vectors:
        rows = np.array([[t.lower().count(chr(97 + i)) for i in range(26)] for t in texts], "f4")
        return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)


class Scripted:
    """Answers with the first word of a question; remembers what it was asked."""

    build_s, has_cut_off = 1.0, False

    def __init__(self, name: str, asked: list[tuple[str, str]]) -> None:
        self.name, self.asked, self.open = name, asked, False

    def start(self) -> None:
        self.open = True

    def ask(self, text: str) -> Reply:
        self.asked.append((self.name, text))
        return Reply((text.split(maxsplit=1)[0],), 0.5, True)

    def edit_s(self) -> list[float]:
        return [1.0, 5.0, 2.0]

    def close(self) -> None:
        self.open = False


def test_an_entry_comes_where_its_best_text_is_and_only_once() -> None:
    scores = np.array([0.1, 0.9, 0.5, 0.95], np.float32)
    reply = best_first(["returns", "returns", "hours", "hours"], scores)
    assert reply.ranked == ("hours", "returns")
    assert reply.score == pytest.approx(0.95)


def test_the_nearest_variant_finds_what_was_just_added() -> None:
    nearest = Nearest(BASE, Letters())
    assert nearest.ask("send a lamp back").ranked == ("returns", "hours")
    assert len(nearest.edit_s()) == len(EDITS)
    assert nearest.ask(EDITS[0].variants[0]).ranked[0] == EDITS[0].id


def test_words_find_a_title_a_variant_an_answer_and_what_was_just_added() -> None:
    words = Words(BASE)
    assert words.ask("a lamp, how to return it").ranked[0] == "returns"
    assert words.ask("send it").ranked[0] == "returns"
    assert words.ask("doors").ranked[0] == "hours"
    assert len(words.edit_s()) == len(EDITS)
    assert words.ask("name on my lockets").ranked[0] == "added-4"


def test_a_question_without_a_word_gets_no_answer_from_words() -> None:
    assert Words(BASE).ask("?!") == Reply((), 0.0, False)


def test_each_entry_becomes_an_intent_with_its_title_and_variants_once() -> None:
    doubled = article("x/y", "Open?", "Open?", "two\nlines [here](place)")
    assert training_data([HOURS, doubled])["rasa_nlu_data"]["common_examples"] == [
        {"text": "When are you open?", "intent": "entry_0"},
        {"text": "Open?", "intent": "entry_1"},
        {"text": "two lines [here](place)", "intent": "entry_1"},
    ]


def test_rasas_ranking_names_the_entries() -> None:
    ranking = [{"name": "entry_1", "confidence": 0.8}, {"name": "entry_0", "confidence": 0.2}]
    found = parsed({"intent": ranking[0], "intent_ranking": ranking}, BASE)
    assert found == Reply(("hours", "returns"), 0.8, True)


def test_rasas_fallback_refuses_and_leaves_the_best_entrys_score() -> None:
    fallback = {"name": "nlu_fallback", "confidence": 0.7}
    ranking = [fallback, {"name": "entry_0", "confidence": 0.25}]
    found = parsed({"intent": fallback, "intent_ranking": ranking}, BASE)
    assert found == Reply(("returns",), 0.25, False)


def test_a_kept_training_is_not_repeated(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    monkeypatch.setattr("benchmarks.diet.KEPT", tmp_path)
    monkeypatch.setattr("benchmarks.diet.RASA", tmp_path / "rasa")
    (tmp_path / "rasa").write_text(
        "#!/bin/sh\necho x >> ../trainings\n: > model.tar.gz\n"  # nothing to learn here
    )
    (tmp_path / "rasa").chmod(0o755)
    first = train(BASE)
    assert train(BASE) == first
    assert first.seconds > 0
    train(BASE[:1])
    assert (tmp_path / "trainings").read_text().split() == ["x", "x"]


def test_engines_take_turns_at_the_same_questions() -> None:
    asked: list[tuple[str, str]] = []
    questions = [LabelledQuestion(f"q{number}", (f"q{number}",)) for number in range(TURN + 1)]
    found = ask_in_turns([Scripted("one", asked), Scripted("two", asked)], questions)
    names = [name for name, _ in asked]
    assert names == ["one"] * TURN + ["two"] * TURN + ["one", "two"]
    assert [outcome.gold for outcome in found[0]] == [question.gold for question in questions]
    assert all(outcome.right for outcome in found[1])


def test_a_comparison_ends_what_it_started_and_gives_each_engine_a_row() -> None:
    scripted = Scripted("one", [])
    questions = [LabelledQuestion("right a", ("right",)), LabelledQuestion("wrong", ())]
    (row,) = compare([scripted], questions)
    assert not scripted.open
    assert (row.figures.top1, row.edit_s, row.figures.build_s) == (1.0, 2.0, 1.0)
    cells = [next(iter(column.cells)) for column in as_table("", [row]).columns]
    assert cells[:3] == ["one", "100.0", "50.0"]
    assert cells[4:6] == ["-", "-"]


def test_an_engine_that_fails_is_ended() -> None:
    scripted = Scripted("one", [])
    with pytest.raises(IndexError):
        compare([scripted], [LabelledQuestion("", ())])
    assert not scripted.open


def test_a_busy_machine_is_not_held_against_a_training() -> None:
    assert Training(1000, 90).counted == Training(90, 170).counted == 90
    assert "60 s on the clock, 100 s of processor time" in told(Training(60.2, 99.8))
