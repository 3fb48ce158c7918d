"""The served encoder beside sentence-transformers: `python -m benchmarks.encoding FOLDER`.

FOLDER holds sets, each with a `kb.jsonl` and `queries*.jsonl`. Both encode one short question at a
time on one thread, in turns of twenty, so that neither has the processor's caches to itself; the
processor's time is told too. Then every query of every set is encoded alone as a search does it:
quickly, and again exactly where two entries are close; top-1 (an entry scores as its nearest
wording) is compared. `again` is the share of such queries.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from kb_index.encoder import Encoder, Vectors, quick_of
from kb_index.model_files import find_model
from kb_index.opening import open_encoder
from kb_index.settings import Settings
from kb_index.torch_encoder import SentenceTransformerEncoder

TURN, QUESTIONS, SHORT = 20, 400, 60
#: Of two cosines. The engine compares probabilities; .012 is about its .7 (sharpness 30).
CLOSE = 0.012


@dataclass(frozen=True)
class Wordings:
    """The wordings of a set's entries, and the questions with their right entries."""

    name: str
    texts: list[str]
    entries: list[str]
    questions: list[str]
    gold: list[set[str]]


def sets_below(folder: Path) -> Iterator[Wordings]:
    """Every set, once for each field of variants."""
    for base in sorted(folder.rglob("kb.jsonl")):
        rows = _rows(base)
        queries = [
            row for path in sorted(base.parent.glob("queries*.jsonl")) for row in _rows(path)
        ]
        asked = [
            (row["text"], {*(row.get("kb_ids") or [row.get("kb_id")])} - {None}) for row in queries
        ]
        asked = [(text, gold) for text, gold in asked if gold]
        fields = [name for name in ("variants", "variants_5", "variants_10") if name in rows[0]]
        for field in [*fields] or ["variants"]:
            pairs = [
                (text, row["id"]) for row in rows for text in (row["question"], *row.get(field, ()))
            ]
            if asked:
                yield Wordings(
                    f"{base.parent.name} {field}",
                    [text for text, _ in pairs],
                    [entry for _, entry in pairs],
                    [text for text, _ in asked],
                    [gold for _, gold in asked],
                )


def top1(some: Wordings, wordings: Vectors, questions: Vectors) -> float:
    """Percentage of the questions whose nearest wording is of a right entry."""
    nearest = (questions @ wordings.T).argmax(axis=1)
    rights = [some.entries[at] in gold for at, gold in zip(nearest, some.gold, strict=True)]
    return 100 * float(np.mean(rights))


def as_served(encoder: Encoder, wordings: Vectors, some: Wordings) -> tuple[Vectors, float]:
    """The questions' vectors as a search takes them, and the share encoded twice."""
    quick = quick_of(encoder)
    if quick is None:
        return one_at_a_time(encoder, some.questions), 0.0
    rows = one_at_a_time(quick, some.questions)
    close = [row for row, vector in enumerate(rows) if lead(some, wordings @ vector) < CLOSE]
    if close:
        rows[close] = one_at_a_time(encoder, [some.questions[row] for row in close])
    return rows, len(close) / len(rows)


def lead(some: Wordings, cosines: Vectors) -> float:
    """By how much the nearest entry is nearer than the second."""
    order, names = np.argsort(-cosines), np.array(some.entries)
    other = order[names[order] != names[order[0]]]
    return float(cosines[order[0]] - cosines[other[0]]) if len(other) else 2.0


def one_at_a_time(encoder: Encoder, texts: Sequence[str]) -> Vectors:
    """Each text in a call of its own, as questions come."""
    return np.concatenate([encoder.encode([text]) for text in texts])


def speed(served: Encoder, reference: Encoder, texts: Sequence[str]) -> dict[str, float]:
    """Medians in milliseconds, and how many times faster than the reference the quick one is."""
    encoders = {"quick": quick_of(served) or served, "exact": served, "reference": reference}
    times: dict[str, list[float]] = {name: [] for name in encoders}
    spent: dict[str, list[float]] = {name: [] for name in encoders}
    for start in range(0, len(texts), TURN):
        for name, encoder in encoders.items():
            encoder.encode([texts[start]])
            for text in texts[start : start + TURN]:
                started, before = time.perf_counter(), time.thread_time()
                encoder.encode([text])
                times[name].append((time.perf_counter() - started) * 1000)
                spent[name].append((time.thread_time() - before) * 1000)
    rows: dict[str, float] = {}
    for what, values in (("ms", times), ("processor_ms", spent)):
        medians = {name: statistics.median(some) for name, some in values.items()}
        rows |= {f"{name}_{what}": round(median, 2) for name, median in medians.items()}
        rows |= {f"faster_by_{what}": round(medians["reference"] / medians["quick"], 2)}
    return rows


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def main() -> None:
    """Print the speed, then a line for each set."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--speed-only", action="store_true")
    options = parser.parse_args()
    settings = Settings()
    served = open_encoder(settings)
    reference = SentenceTransformerEncoder(find_model(settings.model), 1)
    every = list(sets_below(options.folder))
    short = [text for some in every for text in some.questions if 15 <= len(text) <= SHORT]
    step = max(1, len(short) // QUESTIONS)
    print(json.dumps(speed(served, reference, short[::step][:QUESTIONS])), flush=True)
    for some in [] if options.speed_only else every:
        wordings = served.encode(some.texts)
        rows, again = as_served(served, wordings, some)
        ours = top1(some, wordings, rows)
        theirs = top1(some, reference.encode(some.texts), reference.encode(some.questions))
        row = {"set": some.name, "top1": round(ours, 2), "difference": round(ours - theirs, 2)}
        row["again"] = round(again, 3)
        print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
