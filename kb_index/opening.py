"""Puts the parts together: settings to encoder, store and imported articles."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from kb_index import address
from kb_index.encoder import Encoder
from kb_index.errors import BaseInUse, InvalidArticle, SourceUnreadable
from kb_index.model_files import find_model
from kb_index.settings import Settings
from kb_index.sources import harvest
from kb_index.store import ArticleStore, ImportCounts


def open_encoder(settings: Settings) -> Encoder:
    """The encoder that the settings ask for; there is no silent replacement.

    Raises:
        ModelUnusable: the model is missing, damaged or cannot be exported.
    """
    files = find_model(settings.model)
    if settings.encoder == "onnx":
        from kb_index.onnx_encoder import open_or_export  # noqa: PLC0415 (only if it is to serve)

        return open_or_export(settings.encoder_folder, files, settings.encoder_threads)
    from kb_index.torch_encoder import SentenceTransformerEncoder  # noqa: PLC0415

    return SentenceTransformerEncoder(files, settings.encoder_threads)


@contextmanager
def writing(settings: Settings) -> Iterator[ArticleStore]:
    """The store, for the one process that may write to this knowledge base.

    Raises:
        BaseInUse: another process holds it.
        SourceUnreadable: the home folder or the database cannot be opened.
    """
    _make_home(settings)
    lock = FileLock(settings.home / "knowledge.lock", timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise BaseInUse(_use_of(settings)) from None
    except OSError as error:
        raise SourceUnreadable(f"{settings.home} cannot be written: {error.strerror}") from None
    try:
        address.withdraw(settings.home)
        with reading(settings) as store:
            yield store
    finally:
        address.withdraw(settings.home)
        lock.release()


@contextmanager
def reading(settings: Settings) -> Iterator[ArticleStore]:
    """The store, for looking only; a service may run at the same time.

    Raises:
        SourceUnreadable: the home folder or the database cannot be opened.
    """
    _make_home(settings)
    store = _open_store(settings)
    try:
        yield store
    finally:
        store.close()


def import_folder(store: ArticleStore, folder: Path) -> tuple[ImportCounts, list[InvalidArticle]]:
    """Import a folder of Markdown articles; bad files come back as errors, the rest is stored.

    Raises:
        SourceUnreadable: there is no such folder.
    """
    harvested = harvest("markdown", folder)
    return store.import_articles(harvested.articles), list(harvested.errors)


def _use_of(settings: Settings) -> str:
    url = address.announced(settings.home)
    if url:
        return f"{settings.home} is served by another process at {url}"
    return (
        f"another process is building, importing into or about to serve {settings.home}: "
        "try again when it is done"
    )


def _make_home(settings: Settings) -> None:
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SourceUnreadable(f"{settings.home} cannot be made: {error.strerror}") from None


def _open_store(settings: Settings) -> ArticleStore:
    try:
        return ArticleStore(settings.database_url, settings.language)
    except (SQLAlchemyError, ArgumentError, ImportError) as error:
        reason = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise SourceUnreadable(f"the knowledge database cannot be opened: {reason}") from error
