from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest
from gateway_clients import Gateway

from handoff.gateway.markdown import render

PAGES = [
    ("/", "index.html", "no-cache"),
    ("/widget.js", "widget.js", "public, max-age=300"),
    ("/console/", "console/index.html", "no-cache"),
    (
        "/console/index-A1B2C3D4.js",
        "console/index-A1B2C3D4.js",
        "public, max-age=31536000, immutable",
    ),
]


async def test_pages_are_served_with_the_right_caching(gateway: Gateway) -> None:
    for url, file, caching in PAGES:
        async with gateway.client.get(url) as response:
            assert response.status == 200, url
            assert await response.text() == f"content of {file}"
            assert response.headers["Cache-Control"] == caching
            tag = response.headers["ETag"]
        async with gateway.client.get(url, headers={"If-None-Match": tag}) as response:
            assert response.status == 304, url


async def test_other_sites_may_load_the_widget_and_nothing_else(gateway: Gateway) -> None:
    async with gateway.client.get("/widget.js") as response:
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert response.content_type.endswith("/javascript")
    async with gateway.client.get("/console/") as response:
        assert "Access-Control-Allow-Origin" not in response.headers


async def test_a_folder_without_its_slash_is_redirected(gateway: Gateway) -> None:
    async with gateway.client.get("/console", allow_redirects=False) as response:
        assert (response.status, response.headers["Location"]) == (302, "/console/")


async def test_every_response_carries_the_security_headers(gateway: Gateway) -> None:
    for url in ("/", "/widget.js", "/missing", "/api/me", "/api/nothing", "/health"):
        async with gateway.client.get(url) as response:
            policy = response.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy, url
            assert "script-src 'self';" in policy, url
            assert "frame-ancestors 'none'" in policy, url
            assert response.headers["X-Content-Type-Options"] == "nosniff"
            assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin"
            assert "Permissions-Policy" in response.headers
            assert "Referrer-Policy" in response.headers


async def _raw_status(gateway: Gateway, target: str) -> tuple[int, bytes]:
    """What the server answers to a target that no client library would send."""
    server = gateway.client.server
    reader, writer = await asyncio.open_connection(server.host, server.port)
    writer.write(f"GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode("latin-1"))
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return int(answer.split()[1]), answer


async def test_nothing_outside_the_build_is_served(gateway: Gateway, dist: Path) -> None:
    (dist.parent / "secret.txt").write_text("the secret")
    (dist / "link.txt").symlink_to(dist.parent / "secret.txt")
    targets = [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/console/../../secret.txt",
        "/console/%2e%2e/%2e%2e/secret.txt",
        "/%2e%2e%5csecret.txt",
        f"/{dist.parent}/secret.txt",
        f"/%2f{str(dist.parent)[1:]}/secret.txt",
        "/link.txt",
        "/index.html%00.txt",
        "/%00",
        "/" + "a" * 5000,
        "/%ff%fe",
        "/widget.js/",
    ]
    for target in targets:
        status, answer = await _raw_status(gateway, target)
        assert status in {400, 404}, (target, status)
        assert b"the secret" not in answer
        assert b"Traceback" not in answer


async def test_without_a_build_the_page_says_what_to_do(gateway: Gateway, dist: Path) -> None:
    shutil.rmtree(dist)
    for url in ("/", "/widget.js", "/console/", "/editor/"):
        async with gateway.client.get(url) as response:
            assert response.status == 503
            assert "not built" in await response.text()


HARMLESS = [
    ("**bold** `code`", "<p><strong>bold</strong> <code>code</code></p>"),
    ("one\ntwo", "<p>one<br>\ntwo</p>"),
    ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
    (
        "[site](https://example.com/a?b=1)",
        '<p><a href="https://example.com/a?b=1" target="_blank"'
        ' rel="noopener noreferrer nofollow">site</a></p>',
    ),
]


@pytest.mark.parametrize(("text", "html"), HARMLESS)
def test_markdown_is_rendered(text: str, html: str) -> None:
    assert render(text) == html


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:x)",
    "<javascript:alert(1)>",
    '[x](https://a.b "onmouseover=alert(1)")',
    '[x](https://a.b/"onmouseover="alert(1))',
    "![x](javascript:alert(1))",
    "![x](https://tracker.example/pixel.png)",
    "<iframe src=https://evil.example></iframe>",
    "<style>*{display:none}</style>",
    "<a href='javascript:alert(1)'>x</a>",
    "`<script>`",
    "```html\n<script>alert(1)</script>\n```",
    "<<script>script>alert(1)<</script>/script>",
    "|<img src=x onerror=alert(1)>|\n|-|\n|a|",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_script_survives_the_bots_markdown(text: str) -> None:
    html = render(text).lower()
    for tag in ("<script", "<img", "<svg", "<iframe", "<style", "<form", "<input"):
        assert tag not in html
    assert 'href="javascript' not in html
    assert 'href="data' not in html
    assert 'href="vbscript' not in html
    assert " onmouseover=" not in html.replace('title="onmouseover=', "")
