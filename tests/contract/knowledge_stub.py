"""A stand-in for the knowledge service, which takes seconds to start; it knows two answers."""

from __future__ import annotations

from aiohttp import web

PARCEL = (
    "You find the tracking link in our mail *Your parcel is on its way*.\n\n"
    "- It is updated **every evening**.\n"
    "- Nothing moved for five days? Write to us."
)
ARTICLES = {
    "parcel": ("track-a-parcel", "Where is my parcel?", PARCEL),
    "send it back": ("returns", "Returning an item", "Use the label in the box.\n\nIt is free."),
}


# Words that could mean either article.
UNCLEAR = "how long"


async def search(request: web.Request) -> web.Response:
    """Answer questions that hold a known word; fail when asked to."""
    asked = await request.json()
    text, understood_as = asked["text"], None
    if "break the knowledge" in text:
        return web.json_response({"error": {"code": "internal", "message": "broken"}}, status=500)
    if text.startswith("and ") and asked.get("previous"):
        text = understood_as = f"{asked['previous']} {text}"
    found = [article for word, article in ARTICLES.items() if word in text or article[1] == text]
    unclear = UNCLEAR in text
    decision, score = ("clarify", 0.45) if unclear else ("answer", 0.91) if found else ("none", 0.2)
    hits = [_hit(article, score) for article in [*found, *ARTICLES.values()][: asked["limit"]]]
    return web.json_response(
        {
            "decision": decision,
            "score": score,
            "target": 0.6,
            "choices": [article[0] for article in ARTICLES.values()] if unclear else [],
            "understood_as": understood_as,
            "hits": hits,
            "embedding": None,
            "language": None,
            "revision": 1,
            "took_ms": 1.0,
        }
    )


def _hit(article: tuple[str, str, str], score: float) -> dict[str, object]:
    article_id, title, text = article
    return {
        "article_id": article_id,
        "title": title,
        "score": score,
        "matched": title,
        "matched_kind": "title",
        "text": text,
    }


def knowledge_app() -> web.Application:
    """The stand-in as an application."""
    app = web.Application()
    app.router.add_post("/search", search)
    return app
