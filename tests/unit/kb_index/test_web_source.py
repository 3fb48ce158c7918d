"""Pages and site maps from a real server on this machine, which only a flag lets be asked."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from kb_index.errors import SourceUnreadable
from kb_index.sources import Options, harvest, web

HERE = Options(allow_private=True)
PAGE = "<html><head><title>{0}</title></head><body><article><h1>{0}</h1><p>{1}</p></article></html>"
LONG = "We deliver to every country of the European Union within five working days of your order."


class Site(ThreadingHTTPServer):
    """Answers with what a test puts into `pages`, and remembers what was asked."""

    pages: dict[str, tuple[int, dict[str, str], bytes]]
    asked: list[str]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def put(self, path: str, body: str | bytes, kind: str = "text/html", status: int = 200) -> None:
        content = body.encode() if isinstance(body, str) else body
        self.pages[path] = (status, {"Content-Type": kind}, content)

    def redirect(self, path: str, target: str) -> None:
        self.pages[path] = (302, {"Location": target}, b"")

    def site_map(self, *urls: str, name: str = "urlset") -> str:
        found = "".join(f"<url><loc>{url}</loc></url>" for url in urls)
        self.put("/sitemap.xml", f"<?xml version='1.0'?><{name}>{found}</{name}>", "text/xml")
        return f"{self.url}/sitemap.xml"


class Handler(BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        status, headers, body = self.server.pages.get(self.path, (404, {}, b""))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setattr(web, "PAUSE", 0.0)
    server = Site(("127.0.0.1", 0), Handler)
    server.pages, server.asked = {}, []
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_page_is_an_article(site: Site) -> None:
    site.put("/help/delivery.html", PAGE.format("Delivery", LONG))
    site.redirect("/old", "/help/delivery.html")
    for path in ("/help/delivery.html", "/old"):
        (article,) = harvest("web", site.url + path, HERE).articles
        assert (article.id, article.title, article.text) == (
            "help-delivery-delivery",
            "Delivery",
            LONG,
        )


def test_a_site_map_gives_its_pages_as_far_as_robots_txt_allows(site: Site) -> None:
    site.put("/robots.txt", "User-agent: *\nDisallow: /secret", "text/plain")
    for name in ("a", "b", "secret"):
        site.put(f"/{name}", PAGE.format(f"Page {name}", LONG))
    url = site.site_map(*(f"{site.url}/{name}" for name in ("a", "b", "a", "gone", "secret")),
                        "http://example.org/other")  # fmt: skip
    harvested = harvest("web", url, HERE)
    assert [one.title for one in harvested.articles] == ["Page a", "Page b"]
    assert [error.message for error in harvested.errors] == [
        f"{site.url}/gone: page: answers with 404",
        f"{site.url}/secret: page: robots.txt does not allow it",
    ]
    assert "/secret" not in site.asked
    assert site.asked.count("/robots.txt") == 1


def test_a_site_map_may_list_site_maps_and_has_a_limit(site: Site) -> None:
    for n in range(4):
        site.put(f"/{n}", PAGE.format(f"Page {n}", LONG))
    site.site_map(*(f"{site.url}/{n}" for n in range(4)))
    found = f"<sitemapindex><sitemap><loc>{site.url}/sitemap.xml</loc></sitemap></sitemapindex>"
    site.put("/index.xml", found, "text/xml")
    harvested = harvest("web", f"{site.url}/index.xml", Options(allow_private=True, max_pages=3))
    assert len(harvested.articles) == 3
    assert "more than 3 pages" in harvested.errors[0].message


def test_a_site_maps_file_is_read_from_disk(site: Site, tmp_path: Path) -> None:
    site.put("/a", PAGE.format("Page a", LONG))
    (tmp_path / "map.xml").write_text(f"<urlset><url><loc>{site.url}/a</loc></url></urlset>")
    assert len(harvest("web", tmp_path / "map.xml", HERE).articles) == 1


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://example.org/",
        "http://",
        "http://127.0.0.1:1/",
        "http://localhost:1/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://10.0.0.1/",
        "http://169.254.169.254/latest/meta-data",
        "http://0.0.0.0/",
        "http://2130706433/",
    ],
)
def test_addresses_that_are_not_public_are_refused(url: str) -> None:
    with pytest.raises(SourceUnreadable, match=r"http or https|public|reached"):
        harvest("web", url)


def test_a_redirect_into_a_private_network_is_refused(site: Site) -> None:
    site.redirect("/a", "file:///etc/passwd")
    with pytest.raises(SourceUnreadable, match="http or https"):
        harvest("web", f"{site.url}/a", HERE)
    site.redirect("/b", "/b")
    with pytest.raises(SourceUnreadable, match="redirects more than"):
        harvest("web", f"{site.url}/b", HERE)
    assert not web._public("10.1.2.3", unknown=True)


@pytest.mark.parametrize(
    ("body", "kind", "complaint"),
    [
        (b"x" * (web.MAX_BYTES + 1), "text/html", "is larger than 10 MB"),
        (b"<urlset><url>", "text/xml", "is not a site map"),
    ],
)
def test_what_is_too_large_or_broken_is_told(
    site: Site, body: bytes, kind: str, complaint: str
) -> None:
    site.put("/x", body, kind)
    with pytest.raises(SourceUnreadable, match=complaint):
        harvest("web", f"{site.url}/x", HERE)


def test_a_site_map_does_not_read_files_of_this_machine(site: Site) -> None:
    entity = "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/hostname'>]>"
    site.put("/x.xml", f"{entity}<urlset><url><loc>{site.url}/&e;</loc></url></urlset>", "text/xml")
    harvest("web", f"{site.url}/x.xml", HERE)
    assert set(site.asked) <= {"/x.xml", "/robots.txt", "/"}
