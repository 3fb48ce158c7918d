"""How good the escalation is, in curves, by signal, and what it costs.

`python -m benchmarks.escalation --data FOLDER` plays recorded conversations through the policy that
serves. The folder holds `human_requests`, `breakdown_dbdc3`, `conversations`, `satisfaction_uss`.
The tables of whole sets come from `python -m handoff.escalation eval`.
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from rich.console import Console
from rich.table import Table
from sklearn.metrics import average_precision_score, precision_recall_curve

from handoff.escalation.embedding import Embedding
from handoff.escalation.evaluation.playback import Played, play
from handoff.escalation.fitting.own_text import judged_levels
from handoff.escalation.policy import EscalationPolicy
from handoff.escalation.remembered import RememberedEmbeddings, serving_encoder
from handoff.escalation.signals.explicit_request import asks_for_person
from handoff.escalation.tuning_file import SHIPPED
from handoff.escalation.turn import Message, PastTurn, Turn
from kb_index.model_files import find_model
from kb_index.settings import SHIPPED_MODEL

REQUEST_SOURCES = ("nlupp_banking", "nlupp_hotels", "rasa_demo")
SATISFACTION = ("sgd", "ccpe", "mwoz", "redial")
_WIDTH = 384


@dataclass
class Scored:
    """Cases with their gold label, the score of each, and what each signal added to it."""

    gold: list[bool] = field(default_factory=list)
    scores: list[float] = field(default_factory=list)
    added: list[dict[str, float]] = field(default_factory=list)

    def ap(self, without: str = "") -> float:
        """The average precision, possibly without what one signal adds."""
        scores = [score - added.get(without, 0.0)
                  for score, added in zip(self.scores, self.added, strict=True)]  # fmt: skip
        return float(average_precision_score(self.gold, scores))


def main() -> None:
    """Print the tables and draw the curves."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--satisfaction", action="store_true", help="include satisfaction_uss")
    parser.add_argument("--embeddings", type=Path, help="remember embeddings in this .npz file")
    parser.add_argument("--pictures", type=Path, metavar="FOLDER", help="draw the curves there")
    options = parser.parse_args()
    encode = serving_encoder(options.embeddings)
    asked, felt = requests(options.data, encode), moods(options, encode)
    console = Console()
    console.print(ablation(felt))
    console.print(cost(options.data))
    encode.store()
    if options.pictures:
        draw(asked, "Requests for a person", options.pictures / "escalation-requests.png")
        name = "mood" if options.satisfaction else "allowed"
        draw(felt, "Dissatisfied turns", options.pictures / f"escalation-{name}.png")


def requests(data: Path, encode: RememberedEmbeddings) -> dict[str, Scored]:
    """Messages that ask for a person, by source."""
    found = {name: Scored() for name in REQUEST_SOURCES}
    for row in _records(data / "human_requests" / "requests.jsonl"):
        scored = found.get(row["source"])
        if scored is not None and row["label"] >= 0:
            (embedding,) = encode([row["text"]])
            scored.gold.append(row["label"] == 1)
            scored.scores.append(asks_for_person(Message(row["text"], embedding=embedding)))
            scored.added.append({})
    return found


def moods(options: argparse.Namespace, encode: RememberedEmbeddings) -> dict[str, Scored]:
    """Turns after a breakdown of the bot, turns we judged and, if asked for, dissatisfied turns."""
    found = {"dbdc3": breakdowns(options.data, encode), "tau-airline": judged(options.data, encode)}
    for name in SATISFACTION if options.satisfaction else ():
        scored = found[name] = Scored()
        for record in _records(options.data / "satisfaction_uss" / f"{name}.jsonl"):
            for played in play(record["turns"], EscalationPolicy(), encode):
                if played.record.get("sat_main") is not None:
                    _add(scored, played, played.record["sat_main"] <= 2)
    return found


def breakdowns(data: Path, encode: RememberedEmbeddings) -> Scored:
    """Turns of DBDC3; due are those after a reply that most raters call a breakdown."""
    scored = Scored()
    for record in _records(data / "breakdown_dbdc3" / "dialogues.jsonl"):
        for played in play(record["turns"], EscalationPolicy(), encode):
            before = record["turns"][played.index - 1] if played.index else {}
            if "b" in before:
                _add(scored, played, before["b"] > max(before["nb"], before["pb"]))
    return scored


def judged(data: Path, encode: RememberedEmbeddings) -> Scored:
    """Turns of tau-airline; due are those that we judged dissatisfied, if only mildly."""
    scored = Scored()
    levels = judged_levels("annotations_tau.tsv")
    for record in _records(data / "conversations" / "tau_airline.jsonl"):
        for played in play(record["turns"], EscalationPolicy(), encode):
            level = levels.get((record["id"], played.index))
            if level is not None:
                _add(scored, played, level > 0)
    return scored


def _add(scored: Scored, played: Played, gold: bool) -> None:
    """The score is a log-odds, so that what the signals add can be taken off again."""
    verdict = played.verdict
    chance = min(max(verdict.probability, 1e-9), 1.0 - 1e-9)
    total = math.log(chance / (1.0 - chance))
    added = {str(each.code): SHIPPED.weights.get(each.code, 0.0) * (each.score or 0.0)
             for each in verdict.readings}  # fmt: skip
    mood = verdict.unease or 0.0
    added["mood of the turn"] = mood
    added["memory of the mood"] = total - sum(added.values())
    scored.gold.append(gold)
    scored.scores.append(total)
    scored.added.append(added)


def ablation(found: dict[str, Scored]) -> Table:
    """The average precision without what each signal adds."""
    table = Table("left out", *found, title="Average precision")
    names = sorted({name for scored in found.values() for each in scored.added for name in each})
    for name in ("", *names):
        cells = [f"{scored.ap(name):.3f}" for scored in found.values()]
        table.add_row(name or "nothing", *cells)
    table.add_row("chance", *(f"{statistics.mean(s.gold):.3f}" for s in found.values()))
    return table


def cost(data: Path) -> Table:
    """The time of one turn beside the embedding, over long simulated support conversations."""
    policy, rng = EscalationPolicy(), np.random.default_rng(7)
    encoder = find_model(SHIPPED_MODEL).fingerprint
    wall: list[float] = []
    processor: list[float] = []
    for record in _records(data / "conversations" / "tau_airline.jsonl"):
        earlier: list[PastTurn] = []
        for turn in record["turns"]:
            if turn["role"] == "user":
                rows = rng.standard_normal((2, _WIDTH), np.float32) / math.sqrt(_WIDTH)
                message = Message(turn["text"], embedding=Embedding(encoder, *rows))
                started, used = time.perf_counter(), time.process_time()
                verdict = policy.assess(Turn(message, earlier=tuple(earlier)))
                wall.append(1e3 * (time.perf_counter() - started))
                processor.append(1e3 * (time.process_time() - used))
                earlier.append(PastTurn(message, verdict.decision, unease=verdict.unease))
            elif earlier:
                last = earlier[-1]
                earlier[-1] = PastTurn(
                    last.message, last.decision, reply=turn["text"], unease=last.unease
                )
    table = Table("", "p50 ms", "p95 ms", title=f"One turn, {len(wall)} turns")
    for name, times in (("wall clock", wall), ("processor", processor)):
        table.add_row(name, *(f"{np.percentile(times, q):.2f}" for q in (50, 95)))
    return table


def draw(found: dict[str, Scored], title: str, path: Path) -> None:
    """One precision-recall curve for each set."""
    mpl.use("Agg")
    from matplotlib import pyplot  # noqa: PLC0415 (the backend must be chosen first)

    figure, axes = pyplot.subplots(figsize=(8, 4.5))
    for name, scored in found.items():
        precision, recall, _ = precision_recall_curve(scored.gold, scored.scores)
        axes.plot(recall, precision, label=f"{name}, AP {scored.ap():.2f}")
    axes.set(xlabel="recall", ylabel="precision", title=title, xlim=(0, 1), ylim=(0, 1.02))
    axes.grid(alpha=0.3)
    axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), frameon=False)
    figure.tight_layout()
    figure.savefig(path, dpi=110)
    pyplot.close(figure)


def _records(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if line.strip())


if __name__ == "__main__":
    main()
