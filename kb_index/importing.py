"""The command `import`: reads a source, stores what is good, and says what became of the rest."""

from __future__ import annotations

from collections.abc import Sequence

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn
from rich.table import Table

from kb_index import languages
from kb_index.article import Article
from kb_index.sources import Harvest, Options, guess, harvest
from kb_index.store import ArticleStore, ImportCounts

#: Articles stored in one transaction.
BATCH = 200


def harvest_with_progress(location: str, source: str, options: Options) -> Harvest:
    """Read a location; long work shows on a terminal.

    Raises:
        SourceUnreadable: it cannot be read at all.
    """
    kind = source or guess(location)
    with _progress() as shown:
        task = shown.add_task(f"Reading {kind}", total=None)
        return harvest(kind, location, options, lambda: shown.advance(task))


def take_all(store: ArticleStore, articles: Sequence[Article]) -> ImportCounts:
    """Store articles, some at a time; what was edited or deleted here since is left alone."""
    counts = ImportCounts()
    with _progress() as shown:
        task = shown.add_task("Storing", total=len(articles))
        for start in range(0, len(articles), BATCH):
            batch = articles[start : start + BATCH]
            counts.add(store.import_articles(batch))
            shown.advance(task, len(batch))
    languages.forget()
    return counts


def report(harvested: Harvest, counts: ImportCounts) -> None:
    """Each refusal on a line of standard error, then a table of how many became what."""
    for error in harvested.errors:
        typer.echo(f"error: {error.message}", err=True)
    table = Table("outcome", "articles")
    table.add_row("created", str(counts.created))
    table.add_row("updated", str(counts.updated))
    table.add_row("unchanged", str(counts.unchanged))
    table.add_row("kept as edited here", str(counts.kept))
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
