"""What is printed: a page says on paper all that it says on the screen, unfolded, and offers nothing to press."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.acts import sign_in
from tests.e2e.conftest import Visit
from tests.support.browser import DESK, Visitor
from tests.support.databases import SqliteTemplate
from tests.support.stage import staged
from tests.support.world import World
from webapp.storage.unit_of_work import new_id

A4 = {"width": 680, "height": 1000}  # pixels between the margins
MANY = 15  # places and numbers: a few more than are shown at once
PAGES = (
    "/services/harbour-soup-lunch",
    "/services/harbour-soup-lunch/history/3",
    "/search?q=lunch&near=KY15+5AB",
    "/rules",
    "/insights",
    "/changes",
    "/review",
)
TO_PRESS = """() => [...document.querySelectorAll(
  'button, input, select, textarea, .crumbs, .tabs, .sorts, .narrow, body > header nav, body > footer nav')]
  .filter(e => e.checkVisibility()).map(e => e.outerHTML.slice(0, 120))"""
FOLDED = """() => [...document.querySelectorAll('details')].filter(e => e.checkVisibility())
  .filter(e => ![...e.children].some(c => c.tagName !== 'SUMMARY' && c.checkVisibility()))
  .map(e => e.innerText)"""
MARKED = """() => [...document.querySelectorAll('summary')].filter(e => e.checkVisibility())
  .filter(e => getComputedStyle(e).listStyleType !== 'none').map(e => e.innerText)"""


def lay_on_paper(page: Page) -> None:
    """As the printer sees it."""
    page.emulate_media(media="print")
    page.set_viewport_size({"width": A4["width"], "height": A4["height"]})


def _service(world: World) -> str:
    """The slug of a service in more places, and with more numbers, than its page shows at once."""
    halls = [world.record("location", name=f"Hall {n}", address_1=f"{n} Kirkgate") for n in range(MANY)]
    hours = [{"freq": "WEEKLY", "byday": "MO", "opens_at": "09:30", "closes_at": "17:30"}]
    schedules = [{"id": new_id(), "order": n, **one} for n, one in enumerate(hours)]
    places = [{"id": new_id(), "order": n, "location_id": hall, "schedules": schedules} for n, hall in enumerate(halls)]
    phones = [{"id": new_id(), "order": n, "number": f"0131 496 {n:04}"} for n in range(MANY)]
    return str(world.row(world.record(places=places, phones=phones)).slug)


def test_places_and_numbers_that_a_page_folds_are_printed(
    browser: Browser, sqlite_template: SqliteTemplate, tmp_path: Path
) -> None:
    with staged(sqlite_template.copy(tmp_path / "town.db"), tmp_path / "instance") as stage:
        visitor = Visitor(browser, stage.url, DESK)
        page = visitor.open(f"/services/{_service(stage.world)}")
        last = page.get_by_text(f"{MANY - 1} Kirkgate"), page.get_by_text(f"0131 496 {MANY - 1:04}")
        assert [one.evaluate("e => e.checkVisibility()") for one in last] == [False, False]
        lay_on_paper(page)
        assert [one.evaluate("e => e.checkVisibility()") for one in last] == [True, True]
        assert page.evaluate(TO_PRESS) == []
        visitor.leave()


@pytest.mark.parametrize("path", PAGES)
def test_a_page_on_paper_folds_nothing_and_offers_nothing_to_press(visit: Visit, path: str) -> None:
    visitor = visit(DESK)
    sign_in(visitor, "Morag")
    page = visitor.open(path)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    lay_on_paper(page)
    assert page.evaluate(TO_PRESS) == []
    assert page.evaluate(FOLDED) == []
    assert page.evaluate(MARKED) == []


def test_whether_something_is_open_now_stays_off_paper_where_it_would_soon_be_wrong(visit: Visit) -> None:
    page = visit(DESK).open("/services/harbour-soup-lunch")
    now = page.locator("main :is(.open, .shut)").first
    week = page.locator("main .facts").get_by_text("Monday to Friday, 12:00 to 14:30")  # the time of day is any
    expect(now).to_be_visible()
    lay_on_paper(page)
    expect(now).to_be_hidden()
    expect(week).to_be_visible()
