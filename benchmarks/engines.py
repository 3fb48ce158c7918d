"""Measures the engine beside others, in one run: `python -m benchmarks.engines DATA_FOLDER`.

On the same base and the same questions: the engine that serves; plain sentence-transformers with
numpy, an entry scoring as its nearest variant (the model as published, on as many threads as the
engine that serves); bm25s; and Rasa with an intent an entry and the pipeline of `rasa init`. All
answer in processes of their own or in this one, none over HTTP. Questions come shuffled, one at a
time, in turns of twenty: no engine has the processor's caches to itself, or a quiet machine alone.

A training of Rasa takes minutes and is kept by its content: its time is that of the run it ran in.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.console import Console
from rich.table import Table

from benchmarks.diet import Diet, Training
from benchmarks.opponents import Nearest, Opponent, Own, Words
from kb_index.datasets import LabelledQuestion
from kb_index.encoder import Encoder
from kb_index.evaluate import Outcome, Report, report
from kb_index.model_files import PLAIN_MODEL, find_model
from kb_index.opening import open_encoder
from kb_index.ranking.bases import LabelledBase, load_bases
from kb_index.settings import Settings
from kb_index.torch_encoder import SentenceTransformerEncoder

#: Two that nothing was fitted to, and the questions of two live support bots.
BASES = ("stackfaq", "covid", "curekart", "powerplay11")
TURN = 20
WARM_UP = ("hello", "where is my parcel?", "can I talk to somebody?")
COLUMNS = (
    "engine",
    "top-1 %",
    "AUROC %",
    "coverage at 90% precision %",
    "answered %",
    "wrong among answers %",
    "p50 ms",
    "p95 ms",
    "edit answered s",
    "build s",
)
NOTE = """\
Bases marked "seen" helped to fit the weights that this engine ships, so its accuracy there flatters
it: docs/quality.md has the figures with each base left out. The others shaped nothing.
"Answered" and "wrong among answers" are at the cut-off that an engine comes with; two have none."""


@dataclass(frozen=True)
class Row:
    """An engine's figures on one base; without a cut-off of its own it answers everything."""

    name: str
    figures: Report
    edit_s: float
    has_cut_off: bool


def ask_in_turns(
    opponents: Sequence[Opponent], questions: Sequence[LabelledQuestion]
) -> list[list[Outcome]]:
    """Put every question to every engine, `TURN` questions at a time; outcomes by engine."""
    outcomes: list[list[Outcome]] = [[] for _ in opponents]
    for start in range(0, len(questions), TURN):
        for opponent, found in zip(opponents, outcomes, strict=True):
            found += [ask(opponent, question) for question in questions[start : start + TURN]]
    return outcomes


def ask(opponent: Opponent, question: LabelledQuestion) -> Outcome:
    """One question, timed."""
    started = time.perf_counter()
    reply = opponent.ask(question.text)
    took_ms = (time.perf_counter() - started) * 1000
    return Outcome(question.gold, reply.ranked, reply.score, reply.answered, took_ms)


def compare(opponents: Sequence[Opponent], questions: Sequence[LabelledQuestion]) -> list[Row]:
    """All engines on one base."""
    shuffled = list(questions)
    random.Random(0).shuffle(shuffled)
    try:
        for opponent in opponents:
            opponent.start()
            for text in WARM_UP:
                opponent.ask(text)
        found = ask_in_turns(opponents, shuffled)
        return [
            Row(
                one.name, report(own, one.build_s), statistics.median(one.edit_s()), one.has_cut_off
            )
            for one, own in zip(opponents, found, strict=True)
        ]
    finally:
        for opponent in opponents:
            opponent.close()


def as_table(title: str, rows: Sequence[Row]) -> Table:
    """The rows, in Markdown."""
    table = Table(title=title, title_justify="left", box=box.MARKDOWN)
    for name in COLUMNS:
        table.add_column(name, justify="left" if name == "engine" else "right", no_wrap=True)
    for row in rows:
        found = row.figures
        ours = (found.answered, found.wrong_among_answered) if row.has_cut_off else (None, None)
        shares = (found.top1, found.auroc, found.coverage_at_precision_90, *ours)
        times = (found.p50_ms, found.p95_ms)
        table.add_row(
            row.name,
            *("-" if share is None else f"{100 * share:.1f}" for share in shares),
            *("-" if value is None else f"{value:.1f}" for value in times),
            *(f"{value:.3g}" for value in (row.edit_s, found.build_s)),
        )
    return table


def title_of(base: LabelledBase) -> str:
    """What the base is, and whether it shaped what ships."""
    entries, texts = len(base.articles), sum(len(one.variants) for one in base.articles)
    inside = sum(bool(question.gold) for question in base.questions)
    seen = " (seen)" if base.fittable else ""
    return (
        f"{base.name}{seen}: {entries} entries, {texts} variants; {inside} questions they answer, "
        f"{len(base.questions) - inside} others"
    )


def told(training: Training) -> str:
    """A training's time, which a busy machine draws out."""
    return (
        f"Rasa's training took {training.seconds:.0f} s on the clock, "
        f"{training.processor_seconds:.0f} s of processor time; the lesser is counted.\n"
    )


def opponents_for(
    base: LabelledBase, settings: Settings, served: Encoder, plain: Encoder, with_diet: bool
) -> list[Opponent]:
    """All engines with the base in them."""
    diet = [Diet(base.articles)] if with_diet else []
    return [
        Own(base.articles, settings, served),
        Nearest(base.articles, plain),
        Words(base.articles),
        *diet,
    ]


def main(
    data: Annotated[Path, typer.Argument(help="Folder of the labelled sets.")],
    base: Annotated[list[str] | None, typer.Option(help="A set; may be repeated.")] = None,
    *,
    with_diet: Annotated[bool, typer.Option("--with-diet/--without-diet")] = True,
) -> None:
    """Print a table for each base."""
    settings, console = Settings(), Console(width=180)
    loaded = {one.name: one for one in load_bases(data)}
    unknown = [name for name in base or () if name not in loaded]
    if unknown:
        raise typer.BadParameter(f"there is no {unknown[0]}; there are {', '.join(loaded)}")
    served = open_encoder(settings)
    plain = SentenceTransformerEncoder(find_model(PLAIN_MODEL), settings.encoder_threads)
    for name in base or BASES:
        chosen = loaded[name]
        opponents = opponents_for(chosen, settings, served, plain, with_diet)
        console.print(as_table(title_of(chosen), compare(opponents, chosen.questions)))
        for one in opponents:
            if isinstance(one, Diet):
                console.print(told(one.training))
    console.print(NOTE)


if __name__ == "__main__":
    typer.run(main)
