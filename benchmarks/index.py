"""Prints what the index costs and finds at each size: `python -m benchmarks.index FOLDER`.

FOLDER holds JSON lines; all short texts in them are encoded once and kept beside `--keep`. Larger
bases are made from those vectors: two are mixed, and half the difference of two others is added,
so that they lie in clusters of uneven density as real ones do. The questions are real texts that
no passage was made from. One run, one thread; the exact search beside it is FAISS's own. Times are
the processor's, so that other work on the machine does not count.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import faiss
import numpy as np
import psutil

from kb_index.encoder import Vectors
from kb_index.index_kinds import build, is_exact, looked_at, nearest
from kb_index.opening import open_encoder
from kb_index.settings import Settings

SIZES = (1_000, 10_000, 100_000, 1_000_000)
TEXTS, QUESTIONS, EXACT_QUESTIONS, NEAREST = 20_000, 500, 20, 10
BLOCK = 20_000


def texts(folder: Path) -> list[str]:
    """Distinct short texts of all JSON lines below a folder, in a fixed random order."""
    found = {
        text
        for path in sorted(folder.rglob("*.jsonl"))
        for line in path.open(encoding="utf-8")
        for text in _strings(json.loads(line))
        if 8 <= len(text) <= 300 and " " in text
    }
    chosen = sorted(found)
    random.Random(1).shuffle(chosen)
    return chosen[:TEXTS]


def real_vectors(folder: Path, keep: Path) -> Vectors:
    """The texts' vectors, by the encoder that serves."""
    if keep.exists():
        kept: Vectors = np.load(keep)
        return kept
    encoder, chosen = open_encoder(Settings()), texts(folder)
    rows = [encoder.encode(chosen[at : at + 256]) for at in range(0, len(chosen), 256)]
    keep.parent.mkdir(parents=True, exist_ok=True)
    np.save(keep, np.concatenate(rows))
    return np.concatenate(rows)


def made(real: Vectors, count: int) -> Vectors:
    """`count` vectors that lie as the real ones do."""
    chance, rows = np.random.default_rng(count), np.empty((count, real.shape[1]), np.float32)
    for start in range(0, count, BLOCK):
        size = min(BLOCK, count - start)
        one, other, plus, minus = (real[chance.integers(0, len(real), size)] for _ in range(4))
        share = chance.uniform(0, 0.5, (size, 1)).astype(np.float32)
        noise = chance.uniform(0.1, 0.6, (size, 1)).astype(np.float32) / np.float32(2**0.5)
        rows[start : start + size] = (1 - share) * one + share * other + noise * (plus - minus)
    faiss.normalize_L2(rows)
    return rows


def measure(passages: Vectors, questions: Vectors) -> dict[str, Any]:
    """Build the index that the service would, and compare it with an exact one."""
    before = _memory()
    started = time.thread_time()
    index = build(np.arange(len(passages)), passages)
    build_s, used = time.thread_time() - started, _memory() - before
    exact = faiss.IndexFlatIP(passages.shape[1])
    exact.add(passages)
    depth, numbers = Settings().search_passages, range(len(passages))
    _, wanted = exact.search(questions, NEAREST)
    found = [[number for number, _ in row] for row in nearest(index, questions, NEAREST, numbers)]
    pairs = zip(found, wanted.tolist(), strict=True)
    times = _times(lambda question: nearest(index, question, depth, numbers), questions)
    exact_times = _times(lambda row: exact.search(row, depth), questions[:EXACT_QUESTIONS])
    return {
        "passages": len(passages),
        "kind": "exact" if is_exact(index) else f"graph, {looked_at(index)} looked at",
        "build_s": round(build_s, 1),
        "memory_mb": round(used / 2**20),
        "p50_ms": round(float(np.percentile(times, 50)), 3),
        "p99_ms": round(float(np.percentile(times, 99)), 3),
        "exact_p50_ms": round(float(np.percentile(exact_times, 50)), 3),
        "recall_at_10": round(float(np.mean([len({*a} & {*b}) / NEAREST for a, b in pairs])), 4),
    }


def _times(search: Callable[[Vectors], object], questions: Vectors) -> list[float]:
    """Milliseconds of each search, one question at a time."""
    times = []
    for row in range(len(questions)):
        started = time.thread_time()
        search(questions[row : row + 1])
        times.append((time.thread_time() - started) * 1000)
    return times


def _memory() -> int:
    return int(psutil.Process().memory_info().rss)


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _strings(item)


def main() -> None:
    """Measure each size and print one line for it, then how cost grows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--keep", type=Path, default=Path(".tandem/bench/index_vectors.npy"))
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    options = parser.parse_args()
    faiss.omp_set_num_threads(1)
    real = real_vectors(options.folder, options.keep)
    lines = []
    for size in options.sizes:
        lines.append(measure(made(real[QUESTIONS:], size), real[:QUESTIONS]))
        print(json.dumps(lines[-1]), flush=True)
    first, last = lines[0], lines[-1]
    times = (
        math.log(last["p50_ms"] / first["p50_ms"]),
        math.log(last["passages"] / first["passages"]),
    )
    print(f"search time grows as size ** {times[0] / max(times[1], 1e-9):.2f}")


if __name__ == "__main__":
    main()
