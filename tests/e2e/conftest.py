"""All real processes, started once, and real browsers."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from deploy.stack import Stack
from tests import chromium


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    """Use an installed Chromium: no browser is downloaded."""
    found = chromium.installed()
    assert found, "the browser tests need an installed Chromium"
    return {"executable_path": found, "args": chromium.ARGUMENTS, "headless": True}


@pytest.fixture(scope="session")
def site_secret() -> str:
    """What the shop's server signs its customers' identities with."""
    return secrets.token_hex(32)


@pytest.fixture(scope="session")
def tandem(tmp_path_factory: pytest.TempPathFactory, site_secret: str) -> Iterator[Stack]:
    """A whole running Tandem, which takes the shop's word on its customers."""
    home = tmp_path_factory.mktemp("tandem")
    stack = Stack(home).start({"TANDEM_SITE_SECRET": site_secret})
    yield stack
    stack.stop()


@pytest.fixture
def picture(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[Page, str], None]:
    """Take a picture of a page; `--images DIR` says where the README's ones are kept."""
    folder = Path(request.config.getoption("--images") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)

    def take(page: Page, name: str) -> None:
        page.wait_for_timeout(400)  # lets transitions end
        page.screenshot(path=folder / f"{name}.png")

    return take


def visitor(browser: Browser, width: int = 1280, height: int = 800) -> BrowserContext:
    """Return a browser of its own, as another person has."""
    return browser.new_context(viewport={"width": width, "height": height})


@pytest.fixture
def people(browser: Browser) -> Iterator[list[BrowserContext]]:
    """Two persons' browsers: a customer's and an agent's."""
    contexts = [visitor(browser), visitor(browser, 1360, 850)]
    yield contexts
    for context in contexts:
        context.close()


@pytest.fixture
def customer(people: list[BrowserContext]) -> Page:
    """The customer's page."""
    return people[0].new_page()


@pytest.fixture
def agent(people: list[BrowserContext]) -> Page:
    """The agent's page."""
    return people[1].new_page()
