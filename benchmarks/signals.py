"""What each signal of the escalation finds, on turns that were judged and on labelled messages.

`python -m benchmarks.signals --data FOLDER`; the folder holds the development sets. `--json` gives
the figures by signal and set alone.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.signal_sets import Cases, all_cases
from handoff.escalation.evaluation.metrics import decided, ranked
from handoff.escalation.evaluation.playback import play
from handoff.escalation.fitting.corpus import jsonl
from handoff.escalation.fitting.own_text import judged_levels
from handoff.escalation.policy import EscalationPolicy
from handoff.escalation.remembered import RememberedEmbeddings, serving_encoder
from handoff.escalation.turn import Message, Search, SearchDecision, Turn

_RATED = ("conversations/star.jsonl", "breakdown_dbdc3/dialogues.jsonl",
          "conversations/tau_airline.jsonl")  # fmt: skip
_JUDGEMENTS = ("annotations.tsv", "annotations_tau.tsv")
_MESSAGES = ("oos_clinc150/train_full.jsonl", "oos_banking77/train_full.jsonl")
# Every so-many-th message: enough to count false alarms in a thousand.
_STEP = 8
# What a label of the sets should make a signal say.
_LABELS = {"report_fraud": "fraud"}
_ANSWERED = Search(SearchDecision.ANSWER, 1.0)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--embeddings", type=Path, help="remember embeddings in this .npz file")
    parser.add_argument("--json", action="store_true", help="the figures by set alone")
    options = parser.parse_args()
    encode = serving_encoder(options.embeddings)
    console = Console()
    measured = [figures(cases) for cases in all_cases(options.data, encode)]
    if options.json:
        print(json.dumps(measured, indent=1))
        encode.store()
        return
    console.print(by_set(measured))
    console.print(judged(options.data, encode))
    console.print(labelled(options.data, encode))
    encode.store()


def figures(cases: Cases) -> dict[str, Any]:
    """How many cases there are, how many of them are due and found, and how well."""
    said = [score > 0.0 for score in cases.scores]
    found: dict[str, Any] = {
        "signal": str(cases.signal), "set": cases.source, "n": len(said),
        "positives": sum(cases.gold), "fires": sum(said), **decided(cases.gold, said),
        "ap": ranked(cases.gold, cases.scores)["ap"],
    }  # fmt: skip
    return found | dict.fromkeys(("recall", "f1", "ap")) if cases.fired_only else found


def by_set(measured: Sequence[Mapping[str, Any]]) -> Table:
    """The figures of each signal on each set."""
    table = Table(*measured[0], title="Signals on labelled sets")
    for row in measured:
        cells = ("-" if cell is None else f"{cell:.3f}" if isinstance(cell, float) else str(cell)
                 for cell in row.values())  # fmt: skip
        table.add_row(*cells)
    return table


def judged(data: Path, encode: RememberedEmbeddings) -> Table:
    """Of the turns a signal fires on, how many are dissatisfied, and how many of those it finds."""
    levels: Counter[int] = Counter()
    fired: dict[str, Counter[int]] = defaultdict(Counter)
    for level, codes in _played(data, encode):
        levels[level] += 1
        for code in codes:
            fired[code][level] += 1
    whole = levels.total()
    title = f"{whole} judged turns: {levels[1]} mildly, {levels[2]} clearly dissatisfied"
    table = Table("signal", "fires", "at least mildly %", "clearly %", "of the clear ones %",
                  title=title)  # fmt: skip
    for code, by_level in sorted(fired.items()):
        count = by_level.total()
        cells = (100 * (count - by_level[0]) / count, 100 * by_level[2] / count,
                 100 * by_level[2] / levels[2])  # fmt: skip
        table.add_row(code, str(count), *(f"{cell:.0f}" for cell in cells))
    return table


def labelled(data: Path, encode: RememberedEmbeddings) -> Table:
    """Single messages: those of a label that a signal finds, and its false alarms elsewhere."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for path in _MESSAGES:
        for number, row in enumerate(jsonl(data / path)):
            due = _LABELS.get(row["label"], "")
            if not due and number % _STEP:
                continue
            group = row["label"] if due else "other"
            found[group][""] += 1
            (embedding,) = encode([row["text"]])
            turn = Turn(Message(row["text"], embedding=embedding), _ANSWERED)
            for reading in EscalationPolicy().assess(turn).readings:
                found[group][str(reading.code)] += 1
    codes = sorted({code for counts in found.values() for code in counts if code})
    table = Table("messages", "n", *codes, title="Share of messages a signal fires on, %")
    for group, counts in found.items():
        cells = (f"{100 * counts[code] / counts['']:.1f}" for code in codes)
        table.add_row(group, str(counts[""]), *cells)
    return table


def _played(data: Path, encode: RememberedEmbeddings) -> Iterator[tuple[int, set[str]]]:
    levels = judged_levels(*_JUDGEMENTS)
    for path in _RATED:
        for record in jsonl(data / path):
            if not any(record["id"] == name for name, _ in levels):
                continue
            for played in play(record["turns"], EscalationPolicy(), encode):
                level = levels.get((record["id"], played.index))
                if level is not None:
                    yield level, {str(each.code) for each in played.verdict.readings}


if __name__ == "__main__":
    main()
