"""The widget is small, and no page speaks to anybody but the gateway."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

LIMIT_BYTES = 30 * 1024
ADDRESS = re.compile(r"https?://[\w.-]+\.[a-z]+[^\s\"'`)<>\\]*")
#: Names of XML namespaces; nothing is fetched from them.
NAMESPACES = ("http://www.w3.org/",)


def test_the_widget_is_at_most_30_kb_gzipped(dist: Path) -> None:
    assert len(gzip.compress((dist / "widget.js").read_bytes(), 9)) <= LIMIT_BYTES


def test_the_customers_pages_name_no_other_site(dist: Path) -> None:
    for name in ("index.html", "shop.css", "shop.js", "widget.js"):
        found = ADDRESS.findall((dist / name).read_text())
        assert [address for address in found if not address.startswith(NAMESPACES)] == [], name


def test_the_customers_pages_have_no_inline_script(dist: Path) -> None:
    html = (dist / "index.html").read_text()
    assert re.findall(r"<script(?![^>]*\bsrc=)", html) == []
    assert re.findall(r"\son\w+=", html) == []


def test_every_page_brings_its_own_icon(dist: Path) -> None:
    for name in ("index.html", "console/index.html", "editor/index.html"):
        html = (dist / name).read_text()
        assert re.search(r'<link\s+rel="icon"\s+href="data:image/svg', html), name
