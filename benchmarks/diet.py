"""Rasa's own way to answer questions: each entry an intent, found by the pipeline of `rasa init`.

Rasa runs in its own environment, and answers through `diet_worker.py` on pipes: without HTTP, as
the engines that it is measured beside. A training is kept by its content and never repeated.
"""

from __future__ import annotations

import hashlib
import json
import os
import resource
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from benchmarks.opponents import Reply
from benchmarks.stock import RASA
from deploy.stack import ROOT
from kb_index.article import Article

KEPT = ROOT / ".tandem" / "bench" / "diet"
#: Says nothing of pipeline or policies, so that Rasa takes its defaults, as `rasa init` does.
CONFIG = "recipe: default.v1\nassistant_id: diet\nlanguage: en\npipeline:\npolicies:\n"
FALLBACK = "nlu_fallback"
_QUIET = {
    **os.environ,
    "RASA_TELEMETRY_ENABLED": "false",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "PYTHONWARNINGS": "ignore",
}


@dataclass(frozen=True)
class Training:
    """What a training took: seconds on the clock, and of all processors together."""

    seconds: float
    processor_seconds: float

    @property
    def counted(self) -> float:
        """The lesser, in Rasa's favour: other work draws out the clock, more processors the sum."""
        return min(self.seconds, self.processor_seconds)


def training_data(articles: Sequence[Article]) -> dict[str, Any]:
    """Rasa's data: an intent an entry, named by its place, from its title and variants.

    As JSON, since Rasa's YAML reads brackets in a text as entities.
    """
    examples = [
        {"text": " ".join(text.split()), "intent": f"entry_{place}"}
        for place, article in enumerate(articles)
        for text in dict.fromkeys((article.title, *article.variants))
    ]
    return {"rasa_nlu_data": {"common_examples": examples}}


def parsed(found: dict[str, Any], articles: Sequence[Article]) -> Reply:
    """The entries in Rasa's order; refused where Rasa falls back."""
    ranking = [one for one in found["intent_ranking"] if one["name"] != FALLBACK]
    names = tuple(articles[int(one["name"].removeprefix("entry_"))].id for one in ranking)
    score = float(ranking[0]["confidence"]) if ranking else 0.0
    return Reply(names, score, found["intent"]["name"] != FALLBACK)


class Diet:
    """A trained model in a process of its own.

    training: how long it took when it ran. load_s: until the model answered, counted alike.
    """

    name = "stock Rasa, DIET"
    has_cut_off = True

    def __init__(self, articles: Sequence[Article]) -> None:
        self._articles = articles
        self.training = train(articles)
        self.build_s = self.training.counted
        self.load_s = 0.0
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Load the model and answer once."""
        started = time.perf_counter()
        self._process = subprocess.Popen(
            [
                str(RASA.with_name("python")),
                "-m",
                "benchmarks.diet_worker",
                str(_model(self._articles)),
            ],
            cwd=ROOT,
            env=_QUIET,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.ask("hello")
        used = psutil.Process(self._process.pid).cpu_times()
        self.load_s = min(time.perf_counter() - started, used.user + used.system)

    def ask(self, text: str) -> Reply:
        """The entries for a question."""
        if self._process is None or self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("not started")
        self._process.stdin.write(json.dumps(text) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("Rasa's process has ended")
        return parsed(json.loads(line), self._articles)

    def edit_s(self) -> list[float]:
        """An edit is answered once all is trained anew and loaded."""
        return [self.build_s + self.load_s]

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(30)


def train(articles: Sequence[Article]) -> Training:
    """Train unless it is kept."""
    folder = _folder(articles)
    record = folder / "training.json"
    if record.is_file() and _model(articles).is_file():
        return Training(**json.loads(record.read_text()))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.yml").write_text(CONFIG)
    (folder / "nlu.json").write_text(json.dumps(training_data(articles)))
    command = [str(RASA), "train", "nlu", "--nlu", "nlu.json", "--out", "."]
    started, used = time.perf_counter(), _processor_seconds()
    with (folder / "train.log").open("wb") as log:
        subprocess.run(
            [*command, "--fixed-model-name", "model"],
            cwd=folder,
            env=_QUIET,
            check=True,
            stdout=log,
            stderr=log,
        )
    took = Training(time.perf_counter() - started, _processor_seconds() - used)
    record.write_text(json.dumps(vars(took)))
    return took


def _processor_seconds() -> float:
    """Of all processes that this one has started and that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _folder(articles: Sequence[Article]) -> Path:
    content = CONFIG + json.dumps(training_data(articles))
    return KEPT / hashlib.sha256(content.encode()).hexdigest()[:16]


def _model(articles: Sequence[Article]) -> Path:
    return _folder(articles) / "model.tar.gz"
