"""Times edits of a running knowledge service, while it is searched: `python -m benchmarks.edits`.

A real service with ten thousand articles, over HTTP. An edit's time runs from its request to the
first search that shows it, and every search that does not counts. Also: the time to start.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import psutil

from kb_index.client import KnowledgeClient, KnowledgeUnavailable

THINGS = "kettle lamp chair desk tent bike phone camera shelf mirror carpet heater fan mixer oven"
ACTS = "return repair clean assemble order cancel exchange insure recycle store paint rent resell"
WHENS = "before delivery,after a year,without a receipt,from abroad,as a gift,on a Sunday,in bulk"
SORTS = "red,blue,used,folding,small,large,broken,outdoor,electric,wooden,vintage,rented"
ARTICLE = """---
id: {id}
title: {title}
variants:
  - {variant}
updated: 2026-01-01
---
{text}
"""
EDITS = ("create", "change", "archive", "publish", "delete")


def questions(count: int) -> list[tuple[str, str, str]]:
    """Distinct articles' titles, other wordings and answers."""
    every = [
        (f"How do I {act} a {sort} {thing} {when}?", f"{act} my {sort} {thing} {when}", when)
        for act in ACTS.split()
        for sort in SORTS.split(",")
        for thing in THINGS.split()
        for when in WHENS.split(",")
    ]
    random.Random(1).shuffle(every)
    chosen = every[:count]
    return [
        (a, b, f"Write to us, and we tell you how to {b}. It is free {c}.") for a, b, c in chosen
    ]


def write_articles(folder: Path, count: int) -> None:
    """A folder of Markdown articles."""
    folder.mkdir()
    for number, (title, variant, text) in enumerate(questions(count)):
        fields = {"id": f"article-{number}", "title": title, "variant": variant, "text": text}
        (folder / f"{number}.md").write_text(ARTICLE.format(**fields))


@asynccontextmanager
async def served(home: Path) -> AsyncIterator[tuple[KnowledgeClient, float, psutil.Process]]:
    """A running service, the seconds it took until it answered, and its process."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    settings = {
        "TANDEM_HOME": str(home),
        "TANDEM_ARTICLES": str(home / "articles"),
        "TANDEM_KNOWLEDGE_PORT": str(port),
        "TANDEM_LOG_LEVEL": "warning",
    }
    command = [sys.executable, "-m", "kb_index", "serve"]
    started = time.perf_counter()
    process = subprocess.Popen(command, env=os.environ | settings)  # noqa: ASYNC220
    try:
        async with KnowledgeClient(f"http://127.0.0.1:{port}", timeout_s=20) as client:
            await _until_healthy(client, process)
            yield client, time.perf_counter() - started, psutil.Process(process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


async def _until_healthy(client: KnowledgeClient, process: subprocess.Popen[bytes]) -> None:
    while process.poll() is None:
        try:
            await client.health()
        except KnowledgeUnavailable:
            await asyncio.sleep(0.1)
        else:
            return
    raise RuntimeError("the service did not start")


async def search_on(client: KnowledgeClient, stop: asyncio.Event, times: list[float]) -> None:
    """Search one question after the other; collect milliseconds."""
    for title, _, _ in random.Random(2).sample(questions(10_000), 10_000):
        if stop.is_set():
            return
        started = time.perf_counter()
        await client.search(title.lower().replace("how do i", "can i"))
        times.append((time.perf_counter() - started) * 1000)
        await asyncio.sleep(0.05)


async def edit(client: KnowledgeClient, number: int, times: dict[str, list[float]]) -> None:
    """One article through all kinds of edits; collect milliseconds until a search shows each."""
    name, title = f"new-{number}", f"Do you engrave the number {number} on wine glass {number}?"
    fields = {"id": name, "title": title, "text": "Yes.", "status": "published", "variants": []}

    async def text() -> str | None:
        hits = (await client.search(title))["hits"]
        return next((hit["text"] for hit in hits if hit["article_id"] == name), None)

    async def timed(kind: str, act: Callable[[], Awaitable[object]], expected: str | None) -> None:
        started = time.perf_counter()
        await act()
        while await text() != expected:  # noqa: ASYNC110 (there is nothing to wait for)
            await asyncio.sleep(0)
        times[kind].append((time.perf_counter() - started) * 1000)

    await timed("create", lambda: client.create_article(fields), "Yes.")
    changed = fields | {"text": "No.", "variants": [f"glass {number} with a number"], "revision": 1}
    del changed["id"]
    await timed("change", lambda: client.update_article(name, changed), "No.")
    await timed("archive", lambda: client.archive(name), None)
    await timed("publish", lambda: client.publish(name), "No.")
    await timed("delete", lambda: client.delete_article(name), None)


async def run(home: Path, rounds: int) -> None:
    """Start, edit while searching, start again; print a line for each."""
    async with served(home) as (client, seconds, process):
        health = await client.health()
        print(
            f"first start, {health['articles']} articles, {health['passages']} passages:", end=" "
        )
        print(f"{seconds:.1f} s, {process.memory_info().rss / 2**20:.0f} MB", flush=True)
        quiet: list[float] = []
        await _searching(client, asyncio.sleep(10), quiet)
        times: dict[str, list[float]] = {kind: [] for kind in EDITS}
        busy: list[float] = []
        await _searching(client, _edits(client, rounds, times), busy)
    for kind, values in [*times.items(), ("search without edits", quiet), ("search", busy)]:
        p95 = statistics.quantiles(values, n=20)[-1]
        print(f"{kind}: p50 {statistics.median(values):.0f} ms, p95 {p95:.0f} ms", flush=True)
    async with served(home) as (_, seconds, _):
        print(f"second start: {seconds:.1f} s")


async def _edits(client: KnowledgeClient, rounds: int, times: dict[str, list[float]]) -> None:
    for number in range(rounds):
        await edit(client, number, times)


async def _searching(client: KnowledgeClient, work: Awaitable[None], times: list[float]) -> None:
    stop = asyncio.Event()
    searches = [asyncio.ensure_future(search_on(client, stop, times)) for _ in range(2)]
    try:
        await work
    finally:
        stop.set()
        await asyncio.gather(*searches)


def main() -> None:
    """Measure in a folder that is thrown away, or kept with its encoded articles."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--keep", type=Path, help="folder to keep, and to go on with")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        home = options.keep or Path(scratch) / "home"
        home.mkdir(parents=True, exist_ok=True)
        if not (home / "articles").exists():
            write_articles(home / "articles", options.articles)
        asyncio.run(run(home, options.rounds))


if __name__ == "__main__":
    main()
