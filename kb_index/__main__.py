"""`python -m kb_index build|import|serve|search|eval`."""

from __future__ import annotations

import json
import os
import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import structlog
import typer
import uvloop
from aiohttp import web
from pydantic import ValidationError
from rich.console import Console
from rich.table import Table

from kb_index.errors import KnowledgeError
from kb_index.log import configure_logging
from kb_index.settings import Settings

if TYPE_CHECKING:
    from kb_index.store import ArticleStore

cli = typer.Typer(
    help="Tandem's knowledge base.", no_args_is_help=True, pretty_exceptions_enable=False
)
log = structlog.get_logger()


@cli.command()
def build(
    articles: Annotated[Path | None, typer.Option(help="Folder of Markdown articles.")] = None,
) -> None:
    """Import the articles and bring the index up to date."""
    with _reported() as settings:
        from kb_index import importing  # noqa: PLC0415 (help must not wait for libraries)
        from kb_index.destination import open_destination  # noqa: PLC0415
        from kb_index.sources import Options  # noqa: PLC0415

        started = time.perf_counter()
        folder = str(articles or settings.articles)
        with open_destination(settings) as destination:
            harvested = importing.harvest_with_progress(folder, "markdown", Options())
            importing.tell_refusals(harvested)
            counts = importing.take_all(destination, harvested.articles)
            published, passages = destination.settle()
            typer.echo(
                f"{published} published articles, {passages} passages; imported: "
                f"{counts.created} new, {counts.updated} changed, {counts.unchanged} unchanged, "
                f"{counts.kept} kept as edited here; {time.perf_counter() - started:.1f} s"
            )
        if harvested.errors:
            raise typer.Exit(1)


@cli.command("import")
def import_(  # noqa: PLR0917 (options of a command)
    location: Annotated[str, typer.Argument(help="File, folder, or URL of a page or site map.")],
    source: Annotated[str, typer.Option(help="Kind of source; told by the ending else.")] = "",
    language: Annotated[str, typer.Option(help="Language of all articles, as en or de.")] = "",
    draft: Annotated[bool, typer.Option("--draft", help="Leave publishing to a person.")] = False,
    max_pages: Annotated[int, typer.Option(min=1, help="Most pages of a site map.")] = 500,
    allow_private: Annotated[
        bool, typer.Option("--allow-private", help="Let URLs lead into private networks.")
    ] = False,
) -> None:
    """Import articles from Markdown, CSV, JSON, HTML, PDF or Word files, or from the web."""
    with _reported() as settings:
        from kb_index import importing  # noqa: PLC0415
        from kb_index.destination import open_destination  # noqa: PLC0415
        from kb_index.sources import SOURCES, Options  # noqa: PLC0415

        if source and source not in SOURCES:
            raise typer.BadParameter(f"is none of {', '.join(SOURCES)}", param_hint="--source")
        if language and not re.fullmatch("[a-z]{2,3}", language):
            raise typer.BadParameter("is not a tag like en or de", param_hint="--language")
        options = Options(
            language or None, "draft" if draft else "published", max_pages, allow_private
        )
        # First of all: a base that cannot take anything is told before a long site is read.
        with open_destination(settings) as destination:
            harvested = importing.harvest_with_progress(location, source, options)
            importing.tell_refusals(harvested)
            counts = importing.take_all(destination, harvested.articles)
            importing.tell_counts(harvested, counts)
            if counts.changed:
                destination.settle()
        if harvested.errors:
            raise typer.Exit(1)


@cli.command()
def serve() -> None:
    """Serve the HTTP API, building first whatever is missing."""
    with _reported() as settings:
        from kb_index import opening  # noqa: PLC0415

        with _listener(settings) as listener, opening.writing(settings) as store:
            if not store.count():
                counts, errors = opening.import_folder(store, settings.articles)
                log.info("articles imported", new=counts.created, refused=len(errors))
                for error in errors:
                    log.error("article refused", reason=error.message)
            web.run_app(
                _application(settings, store, listener.getsockname()[1]),
                sock=listener,
                print=None,
                access_log=None,
                loop=uvloop.new_event_loop(),
            )


@cli.command()
def search(text: str, limit: int = 5) -> None:
    """Ask the knowledge base a question."""
    with _reported() as settings:
        from kb_index import opening  # noqa: PLC0415
        from kb_index.engine import Query  # noqa: PLC0415
        from kb_index.service import open_engine  # noqa: PLC0415

        with opening.reading(settings) as store:
            engine = open_engine(settings, store, opening.open_encoder(settings), save=False)
        (result,) = engine.search([Query(text, limit)])
        table = Table(title=f"{result.decision}: {result.score:.3f} (target {result.target:.2f})")
        for column in ("score", "article", "matched", "text"):
            table.add_column(column)
        for hit in result.hits:
            table.add_row(f"{hit.score:.3f}", hit.article_id, hit.matched_kind, hit.matched)
        Console().print(table)


@cli.command("eval")
def evaluate(
    kb: Annotated[Path, typer.Option(help="kb.jsonl or a folder of Markdown articles.")],
    queries: Annotated[list[Path], typer.Option(help="Labelled questions; may be repeated.")],
    variants: Annotated[str, typer.Option(help="Field of kb.jsonl with variants.")] = "variants",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Measure the engine that serves on labelled questions."""
    with _reported() as settings:
        from kb_index import datasets, evaluate, opening  # noqa: PLC0415
        from kb_index.index import PassageIndex  # noqa: PLC0415
        from kb_index.keeper import put_all  # noqa: PLC0415
        from kb_index.service import make_engine  # noqa: PLC0415

        articles = datasets.read_base(kb, variants)
        questions = [question for path in queries for question in datasets.read_questions(path)]
        encoder = opening.open_encoder(settings)
        started = time.perf_counter()
        engine = make_engine(settings, encoder, PassageIndex(encoder.dim))
        put_all(engine, articles)
        engine.settle()
        build_s = time.perf_counter() - started
        figures = evaluate.report(evaluate.ask_all(engine, questions), build_s)
        rows = evaluate.as_rounded_dict(figures)
        if as_json:
            typer.echo(json.dumps(rows))
            return
        table = Table("figure", "value", title=str(kb))
        for name, value in rows.items():
            table.add_row(name, str(value))
        Console().print(table)


async def _application(settings: Settings, store: ArticleStore, port: int) -> web.Application:
    from kb_index import address, api, opening  # noqa: PLC0415
    from kb_index.service import KnowledgeService  # noqa: PLC0415

    service = KnowledgeService(settings, store, opening.open_encoder(settings))
    app = api.make_app(service, settings.knowledge_host)

    async def close_service(_app: web.Application) -> None:
        address.withdraw(settings.home)
        await service.close()

    app.on_cleanup.append(close_service)
    address.announce(settings.home, settings.knowledge_host, port)
    log.info("knowledge service is ready", **asdict(service.health()))
    return app


def _listener(settings: Settings) -> socket.socket:
    """Taken first: a busy port is told before anything slow is started."""
    address = (settings.knowledge_host, settings.knowledge_port)
    family = socket.AF_INET6 if ":" in settings.knowledge_host else socket.AF_INET
    try:
        return socket.create_server(address, family=family)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        typer.echo(f"error: cannot listen on {address[0]}:{address[1]}: {reason}", err=True)
        raise typer.Exit(1) from None


@contextmanager
def _reported() -> Iterator[Settings]:
    """Settings for a command; an error of ours becomes one line and exit code 1."""
    try:
        settings = Settings()
        configure_logging(settings.log_level)
        yield settings
    except ValidationError as error:
        first = error.errors()[0]
        typer.echo(f"error: TANDEM_{str(first['loc'][0]).upper()}: {first['msg']}", err=True)
        raise typer.Exit(2) from None
    except KnowledgeError as error:
        typer.echo(f"error: {error.message}", err=True)
        raise typer.Exit(1) from None


if __name__ == "__main__":
    cli()
