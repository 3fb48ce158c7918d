"""The command `import`: reads a source, stores what is good, and says what became of the rest."""

from __future__ import annotations

from collections.abc import Sequence

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn
from rich.table import Table

from kb_index import languages
from kb_index.article import Article
from kb_index.destination import Destination
from kb_index.errors import ImportInterrupted, KnowledgeRefused, KnowledgeUnavailable
from kb_index.sources import Harvest, Options, guess, harvest
from kb_index.store import ImportCounts


def harvest_with_progress(location: str, source: str, options: Options) -> Harvest:
    """Read a location; long work shows on a terminal.

    Raises:
        SourceUnreadable: it cannot be read at all.
    """
    kind = source or guess(location)
    with _progress() as shown:
        task = shown.add_task(f"Reading {kind}", total=None)
        return harvest(kind, location, options, lambda: shown.advance(task))


def take_all(destination: Destination, articles: Sequence[Article]) -> ImportCounts:
    """Store articles, some at a time; what was edited or deleted here since is left alone.

    Raises:
        ImportInterrupted: the service that takes them is gone, or will not take them.
    """
    counts, done = ImportCounts(), 0
    with _progress() as shown:
        task = shown.add_task("Storing", total=len(articles))
        for batch in destination.batches(articles):
            try:
                counts.add(destination.take(batch))
            except (KnowledgeUnavailable, KnowledgeRefused) as error:
                raise ImportInterrupted(
                    f"{error.message}; it has {done} of {len(articles)} articles, "
                    "and takes the rest when you import them again"
                ) from None
            done += len(batch)
            shown.advance(task, len(batch))
    languages.forget()
    return counts


def tell_refusals(harvested: Harvest) -> None:
    """Each refusal on a line of standard error."""
    for error in harvested.errors:
        typer.echo(f"error: {error.message}", err=True)


def tell_counts(harvested: Harvest, counts: ImportCounts) -> None:
    """A table of how many became what."""
    table = Table("outcome", "articles")
    for outcome, count in counts.as_dict().items():
        table.add_row("kept as edited here" if outcome == "kept" else outcome, str(count))
    table.add_row("refused", str(len(harvested.errors)))
    Console().print(table)


def _progress() -> Progress:
    console = Console(stderr=True)
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
