"""A browser, a site with the demo community, and visitors: `visitor = visit(PHONE); visitor.open("/")`."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.support.browser import DESK, Look, Visitor, chromium_path, launch
from tests.support.profile import NOTHING_IS_SKIPPED
from tests.support.server import Site, copied, demo_instance, served

Visit = Callable[..., Visitor]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test that asks for the browser is marked so."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; where it is missing the test is skipped, or fails where nothing may be skipped."""
    if chromium_path() is None:
        reason = "there is no chromium here, so no browser test has run; apt-get install chromium"
        if NOTHING_IS_SKIPPED:
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        opened = launch(playwright)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server on a copy of the demo community, one a test file; tests of a file share what they change."""
    with served(copied(demo_instance(tmp_path_factory), tmp_path_factory.mktemp("site"))) as running:
        yield running


@pytest.fixture
def visit(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Visit]:
    """Opens windows on `site` (or on `url`); at the end none may have met a problem that was not announced."""
    visitors: list[Visitor] = []

    def come(look: Look = DESK, url: str | None = None) -> Visitor:
        address = url or request.getfixturevalue("site").url
        visitors.append(Visitor(browser, address, look))
        return visitors[-1]

    yield come
    for visitor in visitors:
        visitor.leave()
    for visitor in visitors:
        visitor.check_quiet()
