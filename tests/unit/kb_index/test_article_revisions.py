"""The store's history and its rules, on SQLite and on PostgreSQL where it is installed."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from databases import emptied, postgresql
from sqlalchemy import Engine, create_engine, inspect, text

from kb_index.article import Article, ArticleEdit, NewArticle
from kb_index.database import VERSION_TABLE
from kb_index.errors import Conflict, NotFound, SourceUnreadable
from kb_index.store import ArticleStore, ImportCounts
from kb_index.tables import Base

MakeArticle = Callable[..., Article]
OLD_SCHEMA = (
    "CREATE TABLE articles (id VARCHAR(80) NOT NULL PRIMARY KEY, title VARCHAR(200) NOT NULL,"
    " variants JSON NOT NULL, text TEXT NOT NULL, tags JSON NOT NULL, status VARCHAR(16)"
    " NOT NULL, updated DATE NOT NULL, revision INTEGER NOT NULL)",
    "CREATE INDEX ix_articles_status ON articles (status)",
    "CREATE TABLE article_revisions (number {number}, article_id VARCHAR(80) NOT NULL, revision"
    " INTEGER NOT NULL, action VARCHAR(16) NOT NULL, at {time} NOT NULL, snapshot JSON NOT NULL,"
    " UNIQUE (article_id, revision))",
    "CREATE TABLE article_imports (article_id VARCHAR(80) NOT NULL PRIMARY KEY, source_hash"
    " VARCHAR(64) NOT NULL, revision INTEGER NOT NULL)",
)
OLD_ROWS = (
    "INSERT INTO articles VALUES ('pay', 'Wie zahle ich?', '[]', 'Mit Karte.', '[]', 'published',"
    " '2026-01-02', 1)",
    "INSERT INTO article_revisions (article_id, revision, action, at, snapshot) VALUES ('pay', 1,"
    ' \'imported\', \'2026-01-02 03:04:05\', \'{"id": "pay", "title": "Wie zahle ich?",'
    ' "variants": [], "text": "Mit Karte.", "tags": [], "status": "published", "updated":'
    ' "2026-01-02", "revision": 1}\')',
)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgresql() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'articles.sqlite3'}"
    return emptied(request.getfixturevalue("server"))


@pytest.fixture
def store(url: str, make_article: MakeArticle) -> Iterator[ArticleStore]:
    store = ArticleStore(url)
    store.import_articles([make_article(), make_article("pay", title="How can I pay?")])
    yield store
    store.close()


def edit(article: Article, **changes: object) -> ArticleEdit:
    return ArticleEdit.model_validate(article.model_dump() | changes)


def test_a_history_says_who_changed_what_and_when(store: ArticleStore) -> None:
    before = dt.datetime.now(dt.timezone.utc)
    store.update("returns", edit(store.get("returns"), text="Second.", tags=["x"]), "Ada Żak 🎉")
    store.set_status("returns", "archived", "Bo")
    store.delete("returns", "Cy")
    history = store.history("returns")
    assert [(one.revision, one.action, one.author, one.changed) for one in history] == [
        (1, "imported", "import", ()),
        (2, "updated", "Ada Żak 🎉", ("text", "tags")),
        (3, "updated", "Bo", ("status",)),
        (4, "deleted", "Cy", ()),
    ]
    assert all(one.at.tzinfo for one in history)
    assert before <= history[1].at <= dt.datetime.now(dt.timezone.utc)
    assert store.at_revision("returns", 2).article.text == "Second."


def test_a_restored_revision_is_a_new_one_with_the_status_of_now(store: ArticleStore) -> None:
    store.update("returns", edit(store.get("returns"), text="Second.", status="draft"), "Ada")
    restored = store.restore("returns", 1, "Bo")
    assert (restored.revision, restored.status) == (3, "draft")
    assert restored.text == store.at_revision("returns", 1).article.text
    assert store.history("returns")[-1].action == "restored"
    assert store.restore("returns", 1) == restored
    assert len(store.history("returns")) == 3


def test_a_deleted_article_comes_back_as_a_draft(store: ArticleStore) -> None:
    store.delete("returns")
    assert store.restore("returns", 1).status == "draft"
    assert store.get("returns").revision == 3


def test_what_never_was_cannot_be_seen_or_restored(store: ArticleStore) -> None:
    for ask in (lambda: store.history("nothing"), lambda: store.at_revision("returns", 2)):
        with pytest.raises(NotFound):
            ask()
    for article_id, number in (("nothing", 1), ("returns", 99)):
        with pytest.raises(NotFound):
            store.restore(article_id, number)


def test_the_store_keeps_its_rules(store: ArticleStore, make_article: MakeArticle) -> None:
    assert store.import_articles([make_article()]) == ImportCounts(unchanged=1)
    with pytest.raises(Conflict):
        store.create(NewArticle(id="returns", title="Mine", text="Mine."))
    seen = store.get("returns")
    store.update("returns", edit(seen, title="Größe 🎉", variants=["100% x_y", "שלום"]))
    with pytest.raises(Conflict):
        store.update("returns", edit(seen, text="Late."))
    assert [one.id for one in store.list(q="0% X_")[0]] == ["returns"]
    assert [one.id for one in store.list(q="שלום")[0]] == ["returns"]
    assert store.revision() == 3
    assert {one.id for one in store.published()} == {"returns", "pay"}


def test_an_import_follows_its_source_after_a_person_published_it(
    store: ArticleStore, make_article: MakeArticle
) -> None:
    draft = make_article("new", status="draft")
    store.import_articles([draft])
    store.set_status("new", "published")
    assert store.import_articles([draft]) == ImportCounts(unchanged=1)
    assert store.import_articles([draft.model_copy(update={"text": "New."})]) == ImportCounts(
        updated=1
    )
    assert (store.get("new").status, store.get("new").text) == ("published", "New.")


def test_articles_get_a_language(store: ArticleStore, make_article: MakeArticle) -> None:
    german = make_article(
        "storno", title="Kann ich stornieren?", variants=[], text="Ja, bis die Ware versandt ist."
    )
    store.import_articles([german, make_article("x", language="fr"), make_article("y", text="OK")])
    told = {name: store.get(name).language for name in ("returns", "storno", "x", "y")}
    assert told == {"returns": "en", "storno": "de", "x": "fr", "y": "en"}
    assert store.create(NewArticle(title="Neu", text="Neu")).language == "en"
    assert store.update("x", edit(store.get("x"), language=None)).language == "fr"


def test_an_old_database_is_brought_up_to_date(url: str) -> None:
    engine = create_engine(url)
    sqlite = engine.dialect.name == "sqlite"
    number = "INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT" if sqlite else "BIGSERIAL PRIMARY KEY"
    time = "DATETIME" if sqlite else "TIMESTAMP WITH TIME ZONE"
    with engine.begin() as connection:
        for statement in OLD_SCHEMA:
            connection.exec_driver_sql(statement.format(number=number, time=time))
        for statement in OLD_ROWS:
            connection.exec_driver_sql(statement)
    for _ in range(2):
        store = ArticleStore(url, "de")
        assert store.get("pay").language == "de"
        assert [one.author for one in store.history("pay")] == [""]
        store.close()
    store = ArticleStore(url, "de")
    store.update("pay", edit(store.get("pay"), text="Bar."), "Ada")
    assert store.history("pay")[1].changed == ("text",)
    assert store.restore("pay", 1).text == "Mit Karte."
    store.close()
    assert _difference(engine) == []
    engine.dispose()


def test_a_new_database_has_the_schema_of_the_code(store: ArticleStore, url: str) -> None:
    engine = create_engine(url)
    assert _difference(engine) == []
    assert inspect(engine).has_table(VERSION_TABLE)
    engine.dispose()


def test_a_database_of_a_later_version_is_refused(store: ArticleStore, url: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(SourceUnreadable, match="later version"):
        ArticleStore(url)


def test_two_processes_may_make_the_database_at_once(url: str) -> None:
    code = "import sys; from kb_index.store import ArticleStore; ArticleStore(sys.argv[1]).close()"
    both = [subprocess.Popen([sys.executable, "-c", code, url]) for _ in range(2)]
    assert [process.wait(50) for process in both] == [0, 0]


def _difference(engine: Engine) -> list[object]:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        found = compare_metadata(context, Base.metadata)
    return [one for one in found if VERSION_TABLE not in str(one)]
