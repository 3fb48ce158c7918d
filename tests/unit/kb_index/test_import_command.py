"""The command `import` from end to end: files in, articles in the store and in the index."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
import structlog
from documents import RETURNS, write_docx, write_pdf
from typer.testing import CliRunner, Result

from kb_index import address, importing, opening
from kb_index.__main__ import cli
from kb_index.article import Article, ArticleEdit
from kb_index.destination import SENT_AT_ONCE, SENT_BYTES, RunningService
from kb_index.encoder import Encoder
from kb_index.errors import (
    ImportInterrupted,
    KnowledgeError,
    KnowledgeRefused,
    KnowledgeUnavailable,
)
from kb_index.index import PassageIndex
from kb_index.settings import Settings
from kb_index.store import ArticleStore, ImportCounts

Run = Callable[..., Result]
TITLES = {title for title, _ in RETURNS}
TEXTS = {text for _, text in RETURNS}


@pytest.fixture
def settings(tmp_path: Path, encoder: Encoder, request: pytest.FixtureRequest) -> Settings:
    """A home with nothing but the encoder in it."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "encoder").symlink_to(request.config.cache.mkdir("encoder"))
    return Settings(home=home)


@pytest.fixture
def run(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """The command on that home; its log goes to the result's standard error."""
    monkeypatch.setenv("TANDEM_HOME", str(settings.home))
    yield lambda *arguments: CliRunner().invoke(cli, ["import", *map(str, arguments)])
    structlog.reset_defaults()


def counts(result: Result) -> dict[str, int]:
    """The table of a report, without the outcomes that nothing came to."""
    rows = re.findall(r"│ ([a-z ]+?) +│ (\d+) +│", result.stdout)
    assert len(rows) == 5, result.output
    return {outcome: int(count) for outcome, count in rows if int(count)}


def articles(settings: Settings) -> dict[str, Article]:
    with opening.reading(settings) as store:
        return {one.title: one for one in store.list(limit=500)[0]}


def indexed(settings: Settings) -> set[str]:
    return set(PassageIndex.load(settings.index_folder, {}).articles)


def write_csv(path: Path) -> None:
    rows = [f'"{title}","{text}"\n' for title, text in RETURNS]
    path.write_text("question,answer\n" + "".join(rows))


def write_json_lines(path: Path) -> None:
    path.write_text("".join(json.dumps({"title": a, "text": b}) + "\n" for a, b in RETURNS))


def write_page(path: Path) -> None:
    sections = "".join(f"<h2>{title}</h2><p>{text}</p>" for title, text in RETURNS)
    path.write_text(f"<html><head><title>Help</title></head><body>{sections}</body></html>")


WRITERS: dict[str, Callable[[Path], None]] = {
    "csv": write_csv,
    "jsonl": write_json_lines,
    "html": write_page,
    "pdf": lambda path: write_pdf(path, RETURNS),
    "docx": lambda path: write_docx(path, RETURNS),
}


@pytest.mark.parametrize("kind", WRITERS)
def test_a_file_is_imported_into_an_empty_home_and_again_without_a_change(
    kind: str, run: Run, settings: Settings, tmp_path: Path
) -> None:
    path = tmp_path / f"help.{kind}"
    WRITERS[kind](path)
    result = run(path)
    assert (result.exit_code, counts(result)) == (0, {"created": 2})
    stored = articles(settings)
    assert set(stored) == TITLES
    assert {one.text for one in stored.values()} == TEXTS
    assert {(one.status, one.language) for one in stored.values()} == {("published", "en")}
    assert indexed(settings) == {one.id for one in stored.values()}
    written = {path: path.stat() for path in settings.index_folder.iterdir()}
    result = run(path)
    assert (result.exit_code, counts(result)) == (0, {"unchanged": 2})
    assert articles(settings) == stored
    assert {path: path.stat() for path in settings.index_folder.iterdir()} == written


def test_a_source_is_followed_except_where_somebody_wrote_here(
    run: Run, settings: Settings, tmp_path: Path
) -> None:
    path = tmp_path / "help.csv"
    rows = ["question,answer\n", "Do you deliver?,Yes.\n", "Do you engrave?,No.\n"]
    path.write_text("".join(rows))
    run(path)
    mine = articles(settings)["Do you engrave?"]
    with opening.writing(settings) as store:
        edit = ArticleEdit(title=mine.title, text="Ask us.", revision=1)
        mine = store.update(mine.id, edit, "Ada")
    path.write_text("".join(rows).replace("Yes", "Everywhere").replace("No", "Never"))
    result = run(path)
    assert (result.exit_code, counts(result)) == (0, {"updated": 1, "kept as edited here": 1})
    stored = articles(settings)
    assert stored["Do you deliver?"].text == "Everywhere."
    assert stored["Do you engrave?"] == mine


def test_a_bad_row_is_one_line_and_loses_no_good_one(
    run: Run, settings: Settings, tmp_path: Path
) -> None:
    path = tmp_path / "help.csv"
    path.write_text("question,answer\nDo you deliver?,Yes.\nNo answer?,\nDo you engrave?,No.\n")
    result = run(path)
    assert (result.exit_code, counts(result)) == (1, {"created": 2, "refused": 1})
    errors = [line for line in result.stderr.splitlines() if line.startswith("error:")]
    assert len(errors) == 1
    assert errors[0].startswith("error: help.csv:3: text: ")
    assert indexed(settings) == {one.id for one in articles(settings).values()}
    assert len(indexed(settings)) == 2


def test_drafts_in_one_language_wait_for_a_person(
    run: Run, settings: Settings, tmp_path: Path
) -> None:
    write_csv(tmp_path / "help.csv")
    result = run(tmp_path / "help.csv", "--draft", "--language", "de")
    assert (result.exit_code, counts(result)) == (0, {"created": 2})
    stored = articles(settings).values()
    assert {(one.status, one.language) for one in stored} == {("draft", "de")}
    assert indexed(settings) == set()


@pytest.mark.parametrize(
    ("arguments", "code", "complaint"),
    [
        (["nowhere.csv"], 1, "error: there is no nowhere.csv\n"),
        (["{}/help.xyz"], 1, "error: help.xyz: say with --source"),
        (["{}/help.csv", "--source", "json"], 1, "error: help.csv"),
        (["{}/help.csv", "--source", "tape"], 2, "is none of"),
        (["{}/help.csv", "--language", "German"], 2, "is not a tag"),
        ([], 2, "Missing argument"),
    ],
)
def test_what_cannot_be_imported_is_told_by_message_and_exit_code(
    arguments: list[str], code: int, complaint: str, run: Run, settings: Settings
) -> None:
    write_csv(settings.home / "help.csv")
    (settings.home / "help.xyz").touch()
    result = run(*(one.format(settings.home) for one in arguments))
    assert result.exit_code == code
    assert complaint in result.stderr
    assert code == 2 or all(line.startswith("error: ") for line in result.stderr.splitlines())
    assert articles(settings) == {}


@pytest.fixture
def held(settings: Settings) -> Iterator[ArticleStore]:
    with opening.writing(settings) as store:
        yield store


def test_an_address_that_a_killed_service_left_behind_is_not_believed(
    run: Run, settings: Settings, tmp_path: Path
) -> None:
    address.announce(settings.home, "127.0.0.1", 9)
    write_csv(tmp_path / "help.csv")
    result = run(tmp_path / "help.csv")
    assert (result.exit_code, counts(result)) == (0, {"created": 2})
    assert address.announced(settings.home) is None


def test_a_service_that_listens_on_every_address_is_found_on_this_machine(tmp_path: Path) -> None:
    address.announce(tmp_path, "", 9)
    assert address.announced(tmp_path) == "http://127.0.0.1:9"


class Leaving:
    """Goes away, or refuses, after so many batches of one article."""

    def __init__(self, batches: int, error: KnowledgeError) -> None:
        self.left, self.error = batches, error
        self.has: list[Article] = []

    def batches(self, articles: Sequence[Article]) -> Iterator[Sequence[Article]]:
        yield from ([article] for article in articles)

    def take(self, articles: Sequence[Article]) -> ImportCounts:
        if not self.left:
            raise self.error
        self.left -= 1
        self.has += articles
        return ImportCounts(created=len(articles))

    def settle(self) -> tuple[int, int]:
        return 0, 0


@pytest.mark.parametrize(
    "error",
    [
        KnowledgeUnavailable("the knowledge service does not answer"),
        KnowledgeRefused("not_found", "there is no such route", 404),
    ],
)
def test_a_service_that_leaves_half_way_keeps_what_it_took_and_is_told(
    error: KnowledgeError, base: list[Article]
) -> None:
    leaving = Leaving(2, error)
    with pytest.raises(ImportInterrupted) as interrupted:
        importing.take_all(leaving, base)
    assert leaving.has == base[:2]
    assert interrupted.value.message == (
        f"{error.message}; it has 2 of 4 articles, and takes the rest when you import them again"
    )


def test_what_is_sent_at_once_is_bounded(base: list[Article]) -> None:
    service = RunningService("http://127.0.0.1:9")
    long = base[0].model_copy(update={"text": "x" * SENT_BYTES})
    sizes = [len(batch) for batch in service.batches([base[0]] * 25 + [long, long, base[0]])]
    service.close()
    assert sizes == [SENT_AT_ONCE, SENT_AT_ONCE, 5, 1, 1, 1]


def test_a_base_in_use_is_told_before_anything_is_read(run: Run, held: ArticleStore) -> None:
    result = run("nowhere.csv")
    assert result.exit_code == 1
    assert result.stderr.startswith("error: another process is building, importing into or about ")
    assert result.stderr.endswith(": try again when it is done\n")
    assert held.count() == 0
