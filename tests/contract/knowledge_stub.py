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


async def search(request: web.Request) -> web.Response:
    """Answer questions that hold a known word; fail when asked to."""
    text = (await request.json())["text"]
    if "break the knowledge" in text:
        return web.json_response({"error": {"code": "internal", "message": "broken"}}, status=500)
    found = next((article for word, article in ARTICLES.items() if word in text), None)
    decision, score = ("answer", 0.91) if found else ("none", 0.21)
    article_id, title, answer = found or ("track-a-parcel", "Where is my parcel?", PARCEL)
    hit = {
        "article_id": article_id,
        "title": title,
        "score": score,
        "matched": title,
        "matched_kind": "title",
        "text": answer,
    }
    verdict = {"decision": decision, "score": score, "threshold": 0.6}
    return web.json_response(verdict | {"hits": [hit], "revision": 1, "took_ms": 1.0})


def knowledge_app() -> web.Application:
    """The stand-in as an application."""
    app = web.Application()
    app.router.add_post("/search", search)
    return app
