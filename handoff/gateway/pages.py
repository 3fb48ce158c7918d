"""The built pages: demo shop, widget, console and editor."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

from aiohttp import hdrs, web

#: Where the build puts them.
DIST = Path(__file__).parent.parent / "web" / "dist"
PAGES = web.AppKey("pages", Path)

#: Every address the gateway does not answer otherwise.
ROUTE = "/{path:(?!api/|ws/).*}"

_HASHED = re.compile(r"-[A-Za-z0-9_]{8,}\.[a-z0-9]+$")
_NOT_BUILT = "The web pages are not built yet. Run `make setup` to build them.\n"


def _find(root: Path, path: str) -> Path | None:
    """The file under `root` that `path` names, or None; never one outside of it."""
    try:
        target = (root / path).resolve()
        if not target.is_relative_to(root.resolve()):
            return None
        if target.is_dir():
            target /= "index.html"
        elif path.endswith("/"):
            return None
        return target if target.is_file() else None
    except (OSError, ValueError):
        return None


def _caching(path: str) -> str:
    if _HASHED.search(path):
        return "public, max-age=31536000, immutable"
    return "public, max-age=300" if path == "widget.js" else "no-cache"


async def page(request: web.Request) -> web.StreamResponse:
    """One file of the build; 503 with a hint if there is no build."""
    root, path = request.app[PAGES], request.match_info["path"]
    found = await asyncio.to_thread(_find, root, path)
    if found is not None and found.name == "index.html" and path in {"console", "editor"}:
        raise web.HTTPFound(f"/{path}/")
    if found is None:
        if not await asyncio.to_thread(root.is_dir):
            return web.Response(status=503, text=_NOT_BUILT)
        raise web.HTTPNotFound
    headers: dict[str, str] = {hdrs.CACHE_CONTROL: _caching(path)}
    if path == "widget.js":
        headers[hdrs.ACCESS_CONTROL_ALLOW_ORIGIN] = "*"
        headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return web.FileResponse(found, headers=headers)
