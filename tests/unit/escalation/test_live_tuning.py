import os
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from handoff.escalation import SHIPPED, LiveTuning

GOOD = "thresholds: {offer: 0.6}\n"
BETTER = "thresholds: {offer: 0.65}\n"
BROKEN = "thresholds:\n  offer: lots\n"


class Editor:
    """A file that is edited while time passes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.now = 0.0
        self._edits = 0

    def write(self, text: str) -> None:
        self.path.write_text(text)
        self._edits += 1
        os.utime(self.path, ns=(self._edits * 10**9, self._edits * 10**9))

    def offer_after(self, live: LiveTuning, seconds: float) -> float:
        self.now += seconds
        live()
        live.settle()
        return live().thresholds.offer


@pytest.fixture
def editor(tmp_path: Path) -> Editor:
    return Editor(tmp_path / "mine.yml")


def follow(editor: Editor) -> LiveTuning:
    return LiveTuning(editor.path, clock=lambda: editor.now)


def test_an_edit_counts_without_a_restart(editor):
    editor.write(GOOD)
    live = follow(editor)
    assert live().thresholds.offer == 0.6
    editor.write(BETTER)
    assert editor.offer_after(live, 1.5) == 0.65


def test_the_file_is_looked_at_once_a_second_at_most(editor):
    editor.write(GOOD)
    live = follow(editor)
    editor.write(BETTER)
    assert editor.offer_after(live, 0.5) == 0.6
    assert editor.offer_after(live, 0.6) == 0.65


def test_the_last_good_one_stays_while_the_file_is_broken(editor):
    editor.write(GOOD)
    live = follow(editor)
    editor.write(BROKEN)
    with capture_logs() as logs:
        assert editor.offer_after(live, 2.0) == 0.6
    [entry] = [entry for entry in logs if entry["event"] == "tuning_refused"]
    assert "mine.yml:2: thresholds.offer" in entry["faults"][0]
    editor.write(BETTER)
    assert editor.offer_after(live, 2.0) == 0.65


def test_a_broken_file_is_told_once(editor):
    editor.write(BROKEN)
    live = follow(editor)
    with capture_logs() as logs:
        for _ in range(3):
            editor.offer_after(live, 2.0)
    assert logs == []


def test_until_there_is_a_good_file_the_shipped_tuning_counts(editor):
    live = follow(editor)
    assert live() is SHIPPED
    editor.write(GOOD)
    assert editor.offer_after(live, 2.0) == 0.6


def test_a_file_that_is_gone_changes_nothing(editor):
    editor.write(GOOD)
    live = follow(editor)
    editor.path.unlink()
    assert editor.offer_after(live, 2.0) == 0.6
