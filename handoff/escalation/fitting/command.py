"""`python -m handoff.escalation fit --data FOLDER`: rebuilds the fitted artefact."""

from __future__ import annotations

import argparse
import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from handoff.escalation.cues import OF_THE_REPLY, cues
from handoff.escalation.fitted import ARTEFACT
from handoff.escalation.fitting.corpus import ONE_REPLY, Examples
from handoff.escalation.request_cues import request_cues


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what `run` reads."""
    parser.add_argument("--data", type=Path, required=True, metavar="FOLDER", help="the data sets")
    parser.add_argument(
        "--nlu", type=Path, default=Path("data/nlu"), metavar="FOLDER", help="the bot's examples"
    )
    parser.add_argument("--embeddings", type=Path, help="remember embeddings in this .npz file")
    default = Path(__file__).parent.parent / ARTEFACT
    parser.add_argument("--out", type=Path, default=default, metavar="FILE", help="the artefact")


def run(options: argparse.Namespace) -> int:
    """Fit and write the artefact; returns the exit code."""
    artefact = build(options.data, options.nlu, options.embeddings)
    options.out.write_text(json.dumps(artefact, indent=1) + "\n", encoding="utf-8")
    for name, fitted in artefact["models"].items():
        print(f"{name}: threshold {fitted['threshold']}, {len(fitted['cues'])} cues")
    return 0


def build(data: Path, nlu: Path, embeddings: Path | None = None) -> dict[str, Any]:
    """The artefact: the models and where they come from."""
    from handoff.escalation.fitting import corpus, models  # noqa: PLC0415 (scikit-learn is slow)
    from handoff.escalation.remembered import serving_encoder  # noqa: PLC0415

    asked, felt = corpus.requests(data, nlu), corpus.unease(data)
    found = {
        "request": (asked, [request_cues(text) for text in asked.texts]),
        "unease": (felt, mood_cues(felt)),
    }
    encode = serving_encoder(embeddings)
    fitted = {}
    for name, (examples, values) in found.items():
        recipe = models.RECIPES[name]
        rows = models.rows_of(recipe, encode(examples.texts))
        fitted[name] = models.fit(recipe, examples, rows, values)
        fitted[f"{name}_alone"] = models.fit(recipe, examples, rows[:, :0], values)
    encode.store()
    return {
        "encoder": encode.fingerprint,
        "sources": {name: Counter(examples.sources) for name, (examples, _) in found.items()},
        "files": {path: _sha256(data / path) for path in corpus.FILES},
        "models": fitted,
    }


def mood_cues(examples: Examples) -> list[Mapping[str, float]]:
    """The cues of each turn.

    Where several customers answer one reply, how many of them are content was the writer's choice
    and not the reply's doing: such turns say nothing of the reply.
    """
    silent = dict.fromkeys(OF_THE_REPLY, 0.0)
    turns = zip(examples.texts, examples.contexts, examples.sources, strict=True)
    return [
        {
            **cues(text, before.earlier, before.opening),
            **(silent if source == ONE_REPLY else {}),
        }
        for text, before, source in turns
    ]


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
