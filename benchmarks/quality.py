"""Measures answers on the labelled sets of a data folder, by the engine that serves.

`python -m benchmarks.quality DATA_FOLDER [--adapters FOLDER [--ablation]] [--images FOLDER]`

With `--adapters` every base is left out once: it is encoded and answered with an adapter and with
weights that were fitted without it and without bases that share its content. The folder is the one
of `kb_index.ranking.fit`. Without it, with what is shipped. Sets that may only be measured never
take part in a fit. Questions come in the order of their files; of a set with more than `QUESTIONS`
a fixed sample is asked.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from rich.table import Table

from kb_index import opening
from kb_index.datasets import LabelledQuestion
from kb_index.decision import Decider
from kb_index.encoder import Encoder
from kb_index.engine import SearchEngine
from kb_index.evaluate import Outcome, Report, ask_all, auroc, report
from kb_index.index import PassageIndex
from kb_index.keeper import put_all
from kb_index.ranking.bases import LabelledBase, load_bases, made_bases
from kb_index.ranking.calibration import Combination
from kb_index.ranking.features import PLAIN, RANKING_FEATURES, SHADED
from kb_index.ranking.fit import QUESTIONS, evaluated, fold_encoder
from kb_index.ranking.fitting import Evaluated, fit_without
from kb_index.ranking.prior import ScopePrior
from kb_index.ranking.ranker import Ranker
from kb_index.settings import Settings

#: Top-1, AUROC and coverage of all-MiniLM-L6-v2 with an article scored as its nearest variant.
START = {
    "curekart": (80.8, 87.5, 35.1),
    "powerplay11": (72.4, 80.2, 12.9),
    "stackfaq": (97.7, 93.5, 83.9),
    "covid": (58.7, None, None),
    "banking77-5": (76.1, None, None),
    "banking77-10": (82.9, None, None),
    "clinc150-5": (81.7, 96.0, 59.4),
    "natcs-banking": (85.5, None, None),
    "natcs-insurance": (64.4, None, None),
    "oos-banking77-5": (72.6, 82.8, 21.2),
}
LIVE = ("curekart", "powerplay11")
#: Measured for abstention alone.
NO_TOP1 = "oos-banking77-5"
#: A base may lose this much top-1 (points) to the start line.
MAY_LOSE = 0.5

Outcomes = dict[str, list[Outcome]]


def open_engine(
    base: LabelledBase, settings: Settings, encoder: Encoder, combination: Combination
) -> SearchEngine:
    """The engine as it serves, with a base in it and other weights."""
    engine = SearchEngine(
        encoder,
        PassageIndex(encoder.dim),
        Decider(settings.target_precision),
        search_passages=settings.search_passages,
        embedding_cache=settings.embedding_cache,
        combination=combination,
    )
    put_all(engine, base.articles)
    engine.settle()
    return engine


def combinations(
    bases: Sequence[LabelledBase], evidence: Sequence[Evaluated]
) -> dict[str, Combination]:
    """For each base the weights fitted without its group."""
    groups = {base.name: base.group if base.fittable else "" for base in bases}
    fitted = {group: fit_without(evidence, group) for group in set(groups.values())}
    return {name: fitted[group] for name, group in groups.items()}


def musts(reports: Mapping[str, Report]) -> list[tuple[str, str, str, bool]]:
    """Each demand: its name, what it asks, what was reached, whether that is enough."""
    tops = {name: 100 * (found.top1 or 0) for name, found in reports.items() if name != NO_TOP1}
    top1 = float(np.mean(list(tops.values())))
    losers = [name for name, top in tops.items() if top < START[name][0] - MAY_LOSE]
    covered = [f.coverage_at_precision_90 for f in reports.values() if f.n_out_of_scope]
    coverage = 100 * float(np.mean([value or 0 for value in covered]))
    auroc = 100 * float(np.mean([reports[name].auroc or 0 for name in LIVE]))
    ece = float(np.mean([found.ece or 0 for found in reports.values()]))
    rows = [
        ("top-1", ">= 83.5", f"{top1:.2f}", top1 >= 83.5),
        ("no set below its start line", "-0.5", ", ".join(losers) or "none", not losers),
        ("coverage at 90% precision", ">= 57", f"{coverage:.1f}", coverage >= 57),
        ("AUROC of the live bots", ">= 88.5", f"{auroc:.1f}", auroc >= 88.5),
        ("ECE", "<= .08", f"{ece:.3f}", ece <= 0.08),
    ]
    for name, least in zip(LIVE, (0.82, 0.75), strict=True):
        task, wrong = reports[name].task_accuracy or 0, reports[name].wrong_among_answered or 0
        rows.append((f"task accuracy {name}", f">= {least}", f"{task:.3f}", task >= least))
        rows.append((f"wrong among answers {name}", "<= .20", f"{wrong:.3f}", wrong <= 0.2))
    return rows


def as_table(reports: Mapping[str, Report], title: str) -> Table:
    """The figures of every set beside its start line."""
    table = Table(title=title)
    columns = "set|top-1 (start)|AUROC (start)|coverage (start)|ECE|answered|wrong|task|p50 ms"
    for column in columns.split("|"):
        table.add_column(column)
    for name, found in reports.items():
        measured = (found.top1, found.auroc, found.coverage_at_precision_90)
        beside = [
            ""
            if value is None or (place and not found.n_out_of_scope)
            else f"{100 * value:.1f}" + (f" ({start})" if start else "")
            for place, (value, start) in enumerate(zip(measured, START[name], strict=True))
        ]
        rest = (found.ece, found.answered, found.wrong_among_answered, found.task_accuracy)
        shown = ["" if value is None else f"{value:.3f}" for value in rest]
        table.add_row(name, *beside, *shown, f"{found.p50_ms:.1f}")
    return table


def draw(outcomes: Outcomes, path: Path) -> None:
    """Risk-coverage curves of the sets with unanswerable questions."""
    import matplotlib as mpl  # noqa: PLC0415 (only where pictures are wanted)

    mpl.use("Agg")
    from matplotlib import pyplot as plt  # noqa: PLC0415

    figure, axes = plt.subplots(figsize=(8, 5), layout="constrained")
    for name, items in outcomes.items():
        if all(item.in_scope for item in items):
            continue
        order = np.argsort([-item.score for item in items], kind="stable")
        wrong = np.cumsum([not items[row].right for row in order])
        given = np.arange(1, len(items) + 1)
        axes.plot(given / len(items), wrong / given, label=name)
    axes.axhline(0.1, color="grey", linewidth=0.8, linestyle=":")
    axes.set(xlabel="share of questions answered", ylabel="share of wrong answers", ylim=(0, 0.7))
    axes.legend()
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110)
    plt.close(figure)


def clarified(outcomes: Sequence[Outcome]) -> tuple[int, float]:
    """How often choices were offered, and the share of these with a right one among them."""
    offered = [item for item in outcomes if item.choices]
    good = [bool(set(item.choices) & set(item.gold)) for item in offered]
    return len(offered), float(np.mean(good)) if good else 0.0


def without(base: Evaluated, part: str) -> Evaluated:
    """The base with one piece of ranking evidence silenced."""
    keep = np.array(
        [name.removesuffix("_many").removesuffix("_single") != part for name in RANKING_FEATURES]
    )
    silenced = tuple(replace(item, ranking=item.ranking * keep) for item in base.evidence)
    return replace(base, evidence=silenced)


def judged(base: Evaluated, combination: Combination, target: float) -> list[Outcome]:
    """Outcomes from stored evidence: the serving ranker without its index."""
    prior = ScopePrior()
    ranker = Ranker(combination, prior)
    decider = Decider(target)
    outcomes = []
    for number, (evidence, flags, inside) in enumerate(
        zip(base.evidence, base.right, base.answerable, strict=True)
    ):
        found = ranker.rank(evidence)
        prior.observe(str(number), found.scope_logit)
        right = {name for name, flag in zip(evidence.candidates, flags, strict=True) if flag}
        gold = tuple(right) or (("",) if inside else ())
        verdict = decider.decide([item.probability for item in found.ranked])
        names = tuple(item.entry_id for item in found.ranked)
        answered = verdict.decision == "answer"
        outcomes.append(
            Outcome(
                gold,
                names,
                verdict.score,
                answered,
                0.0,
                names[: verdict.choices],
                found.answerable,
            )
        )
    return outcomes


def ablation(
    bases: Sequence[LabelledBase], evidence: Sequence[Evaluated], target: float, console: Console
) -> None:
    """What each part brings: every figure with one base left out, each part taken away once."""
    table = Table(title="ablation, one base left out, at most 1,000 questions a set")
    for column in ("without", "top-1", "coverage", "AUROC live", "ECE"):
        table.add_column(column)
    for part in ("", *SHADED, *PLAIN):
        silenced = [without(item, part) for item in evidence]
        weights = combinations(bases, silenced)
        found = {
            item.name: report(judged(item, weights[item.name], target))
            for item in silenced
            if not item.made
        }
        rows = musts(found)
        table.add_row(part or "nothing", rows[0][2], rows[2][2], rows[3][2], rows[4][2])
    console.print(table)


def main(
    data: Path,
    *,
    adapters: Annotated[Path | None, typer.Option(help="Leave each base out once.")] = None,
    with_ablation: Annotated[bool, typer.Option("--ablation")] = False,
    images: Annotated[Path | None, typer.Option(help="Folder for the pictures.")] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Print the table, and whether each demand is met."""
    settings, console = Settings(), Console(width=140)
    bases = load_bases(data)
    shipped = Combination.load()
    weights = dict.fromkeys((base.name for base in bases), shipped)
    every = [*bases, *made_bases(bases)] if adapters else bases
    encoders = open_encoders(every, settings, adapters)
    if adapters:
        evidence = [
            evaluated(base, open_engine(base, settings, encoders[base.group], shipped))
            for base in every
        ]
        weights = combinations(bases, evidence)
        if with_ablation:
            ablation(bases, evidence, settings.target_precision, console)
    outcomes, reports = measure(bases, settings, encoders, weights)
    if as_json:
        typer.echo(json.dumps({name: vars(found) for name, found in reports.items()}))
        return
    title = "one base left out" if adapters else "shipped weights"
    console.print(as_table(reports, title))
    for name, wanted, reached, met in musts(reports):
        console.print(f"{'met   ' if met else 'MISSED'} {name}: {reached} (must {wanted})")
    for base in bases:
        count, share = clarified(outcomes[base.name])
        console.print(f"clarify {base.name}: {count} times, {share:.0%} with the right one")
    by_score = [100 * (auroc(outcomes[name], lambda item: item.score) or 0) for name in LIVE]
    console.print(f"AUROC of the live bots by the score alone: {np.mean(by_score):.1f}")
    if images:
        draw(outcomes, images / "risk-coverage.png")


def open_encoders(
    bases: Sequence[LabelledBase], settings: Settings, adapters: Path | None
) -> dict[str, Encoder]:
    """For each group the shipped encoder, or the one that has not seen the group."""
    shipped = opening.open_encoder(settings)
    return {
        base.group: fold_encoder(adapters, base.group, settings)
        if adapters and base.fittable
        else shipped
        for base in bases
    }


def asked(base: LabelledBase) -> list[LabelledQuestion]:
    """At most `QUESTIONS` of a base, in the order of its files."""
    order = np.random.default_rng(0).permutation(len(base.questions))[:QUESTIONS]
    return [base.questions[row] for row in sorted(order)]


def measure(
    bases: Sequence[LabelledBase],
    settings: Settings,
    encoders: Mapping[str, Encoder],
    weights: Mapping[str, Combination],
) -> tuple[Outcomes, dict[str, Report]]:
    """Ask each base its questions, one at a time."""
    outcomes, reports = {}, {}
    for base in bases:
        started = time.perf_counter()
        engine = open_engine(base, settings, encoders[base.group], weights[base.name])
        build_s = time.perf_counter() - started
        outcomes[base.name] = ask_all(engine, asked(base))
        reports[base.name] = report(outcomes[base.name], build_s)
    return outcomes, reports


if __name__ == "__main__":
    typer.run(main)
