"""Rasa's own checks of the project, run in Rasa's own environment."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BIN = ROOT / ".venv-rasa" / "bin"
MODEL = ROOT / "models" / "tandem.tar.gz"
QUIET = {
    "RASA_TELEMETRY_ENABLED": "false",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "PYTHONWARNINGS": "ignore",
    "TF_CPP_MIN_LOG_LEVEL": "3",
}

pytestmark = [pytest.mark.rasa, pytest.mark.timeout(300)]


def run(*command: str | Path) -> str:
    """The output of a command of Rasa's environment, which must succeed."""
    program, *arguments = command
    done = subprocess.run(
        [BIN / program, *arguments],
        cwd=ROOT,
        env=os.environ | QUIET,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest.fixture
def model() -> Path:
    assert MODEL.exists(), "there is no trained model: run 'make train'"
    return MODEL


def test_domain_stories_and_training_data_agree():
    output = run("rasa", "data", "validate", "--max-history", "5")
    assert "No story structure conflicts found" in output


def test_the_model_acts_as_the_test_stories_say(model, tmp_path):
    output = run(
        *("rasa", "test", "core", "--model", model, "--stories", "tests/bot"),
        *("--endpoints", tmp_path / "none.yml", "--out", tmp_path),
        *("--fail-on-prediction-errors", "--no-plot"),
    )
    assert "Accuracy:         1.000" in output


def test_the_model_understands_sentences_it_has_not_seen(model, tmp_path):
    import json

    run(
        *("rasa", "test", "nlu", "--model", model, "--nlu", "tests/bot/nlu_test.yml"),
        *("--out", tmp_path, "--no-plot"),
    )
    report = json.loads((tmp_path / "intent_report.json").read_text())
    assert report["accuracy"] >= 0.93
    assert report["request_human"]["recall"] >= 0.85
    assert report["ask_question"]["recall"] >= 0.9


def test_the_policy_and_the_compiled_validation_work_in_rasas_environment():
    own = "tests/bot/rasa_side"
    output = run(
        *("python", "-m", "pytest", own, "-c", "/dev/null", "--rootdir", own),
        *("--confcutdir", own, "-p", "no:cacheprovider", "-q"),
    )
    assert " passed" in output
