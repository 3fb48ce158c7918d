from __future__ import annotations

from collections.abc import Callable

import pytest

from kb_index.article import Article, ArticleEdit, NewArticle
from kb_index.errors import Conflict, NotFound
from kb_index.store import ArticleStore, ImportCounts

MakeArticle = Callable[..., Article]


def edit(article: Article, **changes: object) -> ArticleEdit:
    return ArticleEdit.model_validate(article.model_dump() | changes)


def test_importing_twice_changes_nothing(store: ArticleStore, base: list[Article]) -> None:
    before = store.revision()
    assert store.import_articles(base) == ImportCounts(unchanged=4)
    assert store.revision() == before


def test_a_changed_source_updates_an_article_nobody_edited(
    store: ArticleStore, make_article: MakeArticle
) -> None:
    assert store.import_articles([make_article(text="New.")]) == ImportCounts(updated=1)
    assert store.get("returns").text == "New."
    assert store.get("returns").revision == 2


def test_an_import_keeps_what_was_edited_here(
    store: ArticleStore, make_article: MakeArticle
) -> None:
    store.update("returns", edit(store.get("returns"), text="Edited here."))
    assert store.import_articles([make_article()]) == ImportCounts(kept=1)
    assert store.import_articles([make_article(text="New.")]) == ImportCounts(kept=1)
    assert store.get("returns").text == "Edited here."


def test_an_import_does_not_bring_back_what_was_deleted_here(
    store: ArticleStore, base: list[Article], make_article: MakeArticle
) -> None:
    store.delete("returns")
    assert store.import_articles(base) == ImportCounts(unchanged=3, kept=1)
    assert store.import_articles([make_article(text="New.")]) == ImportCounts(kept=1)
    with pytest.raises(NotFound):
        store.get("returns")


def test_an_import_keeps_an_article_written_here_under_the_same_id(
    store: ArticleStore, make_article: MakeArticle
) -> None:
    store.create(NewArticle(id="own", title="Own", text="Own."))
    assert store.import_articles([make_article("own")]) == ImportCounts(kept=1)
    assert store.get("own").title == "Own"


def test_every_change_leaves_a_snapshot(store: ArticleStore) -> None:
    store.update("returns", edit(store.get("returns"), text="Second."))
    store.set_status("returns", "archived")
    store.delete("returns")
    history = store.history("returns")
    assert [(item.revision, item.action) for item in history] == [
        (1, "imported"),
        (2, "updated"),
        (3, "updated"),
        (4, "deleted"),
    ]
    assert history[1].article.text == "Second."
    assert history[2].article.status == "archived"


def test_a_stale_edit_is_refused(store: ArticleStore) -> None:
    seen = store.get("returns")
    store.update("returns", edit(seen, text="First editor."))
    with pytest.raises(Conflict):
        store.update("returns", edit(seen, text="Second editor."))
    assert store.get("returns").text == "First editor."


def test_an_article_written_again_after_its_deletion_continues_its_history(
    store: ArticleStore,
) -> None:
    store.delete("returns")
    again = store.create(NewArticle(id="returns", title="Returns", text="Again."))
    assert again.revision == 3


def test_an_id_is_made_from_the_title_and_is_free(store: ArticleStore) -> None:
    first = store.create(NewArticle(title="Où est mon colis?", text="Là."))
    second = store.create(NewArticle(title="Où est mon colis?", text="Là."))
    assert (first.id, second.id) == ("ou-est-mon-colis", "ou-est-mon-colis-2")
    assert first.status == "draft"


def test_a_taken_id_is_refused(store: ArticleStore) -> None:
    with pytest.raises(Conflict):
        store.create(NewArticle(id="returns", title="Returns", text="Mine."))


def test_setting_the_same_status_writes_nothing(store: ArticleStore) -> None:
    before = store.revision()
    store.set_status("returns", "published")
    assert store.revision() == before


def test_a_missing_article_is_not_found(store: ArticleStore) -> None:
    for ask in (store.get, store.delete, lambda name: store.set_status(name, "draft")):
        with pytest.raises(NotFound):
            ask("nothing")


def test_lists_filter_count_and_page(store: ArticleStore, make_article: MakeArticle) -> None:
    store.create(NewArticle(title="Kaffee", text="100% Arabica", variants=("größe der Tüte",)))
    assert store.list(q="größe")[1] == 1
    assert [article.id for article in store.list(q="100%")[0]] == ["kaffee"]
    assert store.list(q="_")[1] == 0
    assert store.list(status="published")[1] == 3
    page, total = store.list(limit=2, offset=1)
    assert (len(page), total) == (2, 5)
    assert [article.title for article in page] == sorted(article.title for article in page)


def test_published_leaves_drafts_out(store: ArticleStore) -> None:
    assert "secret-sale" not in {article.id for article in store.published()}
