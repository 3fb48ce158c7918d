"""A service killed at any point between an edit and its saved index starts again consistent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import structlog
from cheap_encoder import CheapEncoder

from kb_index.index_files import META_FILE
from kb_index.service import open_engine
from kb_index.settings import Settings
from kb_index.store import ArticleStore

ROOT = Path(__file__).parents[3]
SCRIPT = Path(__file__).with_name("crashing_service.py")
POINTS = [
    "before the index",
    "before the save",
    "before the vectors' swap",
    "before the metadata's swap",
    "before the clean-up",
]


@pytest.mark.parametrize("point", POINTS)
def test_the_next_start_agrees_with_the_store(
    settings: Settings, store: ArticleStore, point: str
) -> None:
    open_engine(settings, store, CheapEncoder())
    killed = subprocess.run(
        [sys.executable, SCRIPT, str(settings.home), point],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        check=False,
        timeout=50,
    )
    assert killed.returncode == -signal.SIGKILL
    stored = {article.id for article in store.published()}
    assert "returns" not in stored
    with structlog.testing.capture_logs() as logs:
        engine = open_engine(settings, store, CheapEncoder())
    assert set(engine.index.articles) == stored
    # Never from nothing: what was saved before the crash is still whole.
    saved = point == "before the clean-up"
    assert [line["event"] for line in logs] == ([] if saved else ["index caught up"])
    open_engine(settings, store, CheapEncoder())
    kept = {path.suffix for path in settings.index_folder.iterdir()}
    assert kept == {Path(META_FILE).suffix, ".faiss"} or saved


def test_a_first_build_goes_on_where_it_was_killed(settings: Settings, store: ArticleStore) -> None:
    killed = subprocess.run(
        [sys.executable, SCRIPT.with_name("crashing_build.py"), str(settings.home)],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        check=False,
        timeout=50,
    )
    assert killed.returncode == -signal.SIGKILL
    with structlog.testing.capture_logs() as logs:
        engine = open_engine(settings, store, CheapEncoder())
    assert set(engine.index.articles) == {article.id for article in store.published()}
    (line,) = logs
    assert (line["event"], line["encoded_articles"]) == ("index caught up", 1)
