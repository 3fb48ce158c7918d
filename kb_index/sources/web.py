"""A page or a site map by URL, or a site map's file.

Only http and https, only public addresses (unless allowed), only the site map's own host, within
limits of time, size, redirects and pages, and only what robots.txt allows.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from lxml import etree
from protego import Protego
from yarl import URL

from kb_index.errors import InvalidArticle, SourceUnreadable
from kb_index.sources import html, pdf
from kb_index.sources.fields import Item, Options, read_bytes, today

AGENT = "TandemImport"
MAX_BYTES = 10 * 1024 * 1024
MAX_REDIRECTS = 5
MAX_MAPS = 50
TIMEOUT = aiohttp.ClientTimeout(total=30, connect=10)
#: Seconds between two pages of a site; its robots.txt may ask for more, up to `LONGEST_PAUSE`.
PAUSE, LONGEST_PAUSE = 0.2, 10.0


class _Refused(Exception):  # noqa: N818
    """Why a URL is not fetched, or what it answered."""


@dataclass(frozen=True)
class _Page:
    url: URL
    kind: str
    content: bytes


def read(location: str, options: Options) -> Iterator[Item]:
    """The articles of a page, or of every page in a site map.

    Raises:
        SourceUnreadable: the page or site map itself cannot be read.
    """
    with asyncio.Runner() as runner:
        pages = _pages(location, options)
        try:
            while True:
                page = runner.run(_next(pages))
                if page is None:
                    return
                yield from _items(page, options)
        finally:
            runner.run(pages.aclose())


async def _next(pages: AsyncIterator[_Page | InvalidArticle]) -> _Page | InvalidArticle | None:
    return await anext(pages, None)


def _items(page: _Page | InvalidArticle, options: Options) -> Iterator[Item]:
    if isinstance(page, InvalidArticle):
        yield page.source, page
        return
    where = str(page.url)
    path = PurePosixPath(page.url.path.strip("/") or (page.url.host or "page"))
    if page.kind == "application/pdf":
        yield from pdf.read_document(page.content, html.document_name(path), where, options)
    else:
        yield from html.read_page(page.content, html.document_name(path), where, options, today())


async def _pages(location: str, options: Options) -> AsyncGenerator[_Page | InvalidArticle, None]:
    connector = aiohttp.TCPConnector(resolver=_Resolver(options.allow_private), limit=2)
    async with aiohttp.ClientSession(
        connector=connector, timeout=TIMEOUT, headers={"User-Agent": AGENT}
    ) as session:
        site = _Site(session, options.allow_private)
        first = await _first(site, location)
        if b"<urlset" not in first.content[:2000] and b"<sitemapindex" not in first.content[:2000]:
            yield first
            return
        count = 0
        async for url in _listed(site, first):
            count += 1
            if count > options.max_pages:
                reason = f"there are more than {options.max_pages} pages; see --max-pages"
                yield InvalidArticle("site map", reason, str(first.url))
                return
            try:
                yield await site.page(url)
            except _Refused as refused:
                yield InvalidArticle("page", str(refused), str(url))
            await asyncio.sleep(site.pause)


async def _first(site: _Site, location: str) -> _Page:
    try:
        if "://" in location:
            return await site.fetch(URL(location))
        return _Page(URL(""), "text/xml", read_bytes(Path(location)))
    except (_Refused, ValueError, InvalidArticle) as error:
        raise SourceUnreadable(f"{location}: {error}") from None


async def _listed(site: _Site, first: _Page) -> AsyncIterator[URL]:
    """The pages of a site map and of those it lists, on its own host, each once."""
    maps, seen, read_maps = [first], set[URL](), 0
    while maps and read_maps < MAX_MAPS:
        page, read_maps = maps.pop(), read_maps + 1
        try:
            parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
            root = etree.fromstring(page.content, parser)
        except etree.XMLSyntaxError as error:
            raise SourceUnreadable(f"{page.url}: is not a site map: {error.msg}") from None
        more = etree.QName(root).localname == "sitemapindex"
        for text in root.xpath("//*[local-name()='loc']/text()"):
            url = _parsed(str(text))
            if url is None or url in seen or (first.url.host and url.host != first.url.host):
                continue
            seen.add(url)
            if not more:
                yield url
                continue
            try:
                maps.append(await site.fetch(url))
            except _Refused:
                continue


def _parsed(text: str) -> URL | None:
    try:
        return URL(text.strip())
    except ValueError:
        return None


class _Site:
    """Fetches politely."""

    def __init__(self, session: aiohttp.ClientSession, allow_private: bool) -> None:
        self._session = session
        self._allow_private = allow_private
        self._robots: dict[URL, Protego] = {}
        self.pause = PAUSE

    async def page(self, url: URL) -> _Page:
        """A page of a site map, if its robots.txt allows."""
        robots = await self._rules(url)
        if not robots.can_fetch(str(url), AGENT):
            raise _Refused("robots.txt does not allow it")
        self.pause = min(max(robots.crawl_delay(AGENT) or PAUSE, PAUSE), LONGEST_PAUSE)
        return await self.fetch(url)

    async def _rules(self, url: URL) -> Protego:
        _check(url, self._allow_private)
        origin = url.origin()
        if origin not in self._robots:
            try:
                text = (await self.fetch(origin / "robots.txt")).content.decode("utf-8", "replace")
            except _Refused:
                text = ""
            self._robots[origin] = Protego.parse(text)
        return self._robots[origin]

    async def fetch(self, url: URL) -> _Page:
        """The answer after redirects; raises _Refused."""
        for _ in range(MAX_REDIRECTS + 1):
            _check(url, self._allow_private)
            try:
                async with self._session.get(url, allow_redirects=False) as response:
                    if response.status in {301, 302, 303, 307, 308}:
                        url = url.join(URL(response.headers.get("Location", "")))
                        continue
                    if response.status != 200:
                        raise _Refused(f"answers with {response.status}")
                    return _Page(url, response.content_type, await _bounded(response))
            except asyncio.TimeoutError:
                raise _Refused("does not answer in time") from None
            except (aiohttp.ClientError, OSError, ValueError) as error:
                private = isinstance(getattr(error, "os_error", None), _PrivateAddressError)
                reason = _PRIVATE if private else "cannot be reached"
                raise _Refused(reason) from None
        raise _Refused(f"redirects more than {MAX_REDIRECTS} times")


async def _bounded(response: aiohttp.ClientResponse) -> bytes:
    """The body, unpacked; counted as it comes."""
    content = bytearray()
    async for chunk in response.content.iter_chunked(65_536):
        content += chunk
        if len(content) > MAX_BYTES:
            raise _Refused(f"is larger than {MAX_BYTES >> 20} MB")
    return bytes(content)


_PRIVATE = "is not at a public address; see --allow-private"


def _check(url: URL, allow_private: bool) -> None:
    """Refuse what is no web address, and addresses written as numbers that are not public."""
    if url.scheme not in {"http", "https"} or not url.host:
        raise _Refused("is not an http or https address")
    if not allow_private and not _public(url.host, unknown=True):
        raise _Refused(_PRIVATE)


def _public(host: str, *, unknown: bool) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return unknown
    mapped = getattr(address, "ipv4_mapped", None)
    return bool((mapped or address).is_global and not address.is_multicast)


class _PrivateAddressError(OSError):
    """A name that leads into a private network."""


class _Resolver(AbstractResolver):
    """Resolves names to public addresses only: what is checked is what is connected to."""

    def __init__(self, allow_private: bool) -> None:
        self._allow_private = allow_private
        self._resolver = aiohttp.ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Raises _PrivateAddressError if a name has an address that is not public."""
        found = await self._resolver.resolve(host, port, family)
        if not self._allow_private and not all(
            _public(entry["host"], unknown=False) for entry in found
        ):
            raise _PrivateAddressError(_PRIVATE)
        return found

    async def close(self) -> None:
        """Nothing is held."""
        await self._resolver.close()
