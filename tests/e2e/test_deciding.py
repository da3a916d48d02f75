"""A decision needs no scrolling: the foot of a card is in sight while it is read, and so is what became of the last."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browser import DESK, PHONE, Look, Visitor
from tests.support.databases import SqliteTemplate
from tests.support.longest import long_text
from tests.support.profile import IS_LONG
from tests.support.stage import staged
from webapp.storage.unit_of_work import new_id

MOST_OF_A_PHONE = 0.3
"""Of the height of the window, what the foot may cover."""
BEHIND = """foot => {
  const box = foot.getBoundingClientRect()
  return [...document.querySelectorAll('.deciding .btn')].filter(e => e.checkVisibility()).filter(e => {
    const b = e.getBoundingClientRect()
    return !e.contains(document.elementFromPoint(b.left + b.width / 2, b.top + b.height / 2))
  }).map(e => e.innerText)
}"""


def votes_in_sight(page: Page, y: str) -> None:
    """Scroll there, and every way to decide is within the window, over whatever is beneath it."""
    page.evaluate(f"scrollTo(0, {y})")
    for name in ("^Approve", "^Abstain"):
        expect(page.get_by_role("button", name=re.compile(name))).to_be_in_viewport(ratio=1)
    expect(page.locator(".deciding summary").first).to_be_in_viewport(ratio=1)
    assert page.locator(".act.deciding").evaluate(BEHIND) == []


@pytest.mark.parametrize("look", [PHONE, DESK] if IS_LONG else [PHONE], ids=str)
def test_the_vote_is_in_sight_without_scrolling_on_the_longest_change(
    look: Look, browser: Browser, sqlite_template: SqliteTemplate, tmp_path: Path
) -> None:
    with staged(sqlite_template.copy(tmp_path / "town.db"), tmp_path / "instance") as stage:
        world = stage.world
        record = world.record(description="first\n" + long_text(4800))
        (change,) = world.suggest(world.person("ann"), record, description="second\n" + long_text(4700))
        visitor = Visitor(browser, stage.url, look)
        visitor.context.add_cookies([stage.cookie(world.person("rita", "reviewer"))])
        page = visitor.open(f"/suggestions/{world.change(change).suggestion_id}")
        card, foot = page.get_by_role("article"), page.locator(".act.deciding")
        height = card.evaluate("e => e.getBoundingClientRect().height")
        assert height > 2 * look.height, "the change is not long enough to tell"
        votes_in_sight(page, "document.querySelector('article').getBoundingClientRect().top + scrollY - 20")
        votes_in_sight(page, f"scrollY + {height / 2}")
        box = foot.bounding_box()
        assert box is not None
        assert box["height"] <= MOST_OF_A_PHONE * look.height
        visitor.check()
        visitor.picture(f"deciding-{look}")
        page.locator(".deciding summary").first.click()  # to reject: what is typed is a part of the card again
        reason = page.get_by_role("combobox", name="Why?")
        reason.scroll_into_view_if_needed()
        expect(reason).to_be_in_viewport()
        assert foot.evaluate("e => getComputedStyle(e).position") == "static"
        visitor.check()
        visitor.leave()


@pytest.mark.parametrize("look", [PHONE, DESK] if IS_LONG else [PHONE], ids=str)
def test_what_became_of_the_last_vote_is_in_sight_where_the_next_change_is(
    look: Look, browser: Browser, sqlite_template: SqliteTemplate, tmp_path: Path
) -> None:
    with staged(sqlite_template.copy(tmp_path / "town.db"), tmp_path / "instance") as stage:
        world = stage.world
        record = world.record(description="first\n" + long_text(1500))
        words = {"description": "second\n" + long_text(1500), "phones": [{"id": new_id(), "number": "0131 496 0123"}]}
        first, second = world.suggest(world.person("ann"), record, **words)
        visitor = Visitor(browser, stage.url, look)
        visitor.context.add_cookies([stage.cookie(world.person("rita", "reviewer"))])
        page = visitor.open("/review")
        page.get_by_role("link", name=re.compile("^Start with")).click()
        page.locator(f"#change-{first}").get_by_role("button", name=re.compile("^Approve")).click()
        expect(page.locator(f"#change-{second}-title")).to_be_in_viewport(ratio=1)
        expect(page.locator("[data-said]")).to_contain_text("You approved the last one")
        expect(page.locator("[data-said]")).to_be_in_viewport(ratio=1)
        visitor.check()
        visitor.picture(f"voted-{look}")
        visitor.leave()


def test_the_vote_is_in_sight_on_a_small_phone_as_the_page_opens(
    browser: Browser, sqlite_template: SqliteTemplate, tmp_path: Path
) -> None:
    with staged(sqlite_template.copy(tmp_path / "town.db"), tmp_path / "instance") as stage:
        world = stage.world
        place = {"location_type": "physical", "address_1": "4 Pier Brae", "latitude": "55.975700", "longitude": "-3.17"}
        hall = world.record("location", name="The Harbour Hall of Port Linnet", **place)
        changes = [
            *world.suggest(world.person("ann"), hall, "I went there on Monday", latitude="55.978900"),
            *world.suggest(world.person("bea"), world.record(name="Strathlinnet Council"), url="https://linnet.example"),
        ]
        visitor = Visitor(browser, stage.url, PHONE)
        visitor.context.add_cookies([stage.cookie(world.person("rita", "reviewer"))])
        for change in changes:
            page = visitor.open(f"/suggestions/{world.change(change).suggestion_id}?next=/review?show=waiting")
            approve = page.get_by_role("button", name=re.compile("^Approve"))
            for found in (approve, page.locator(".deciding summary").first):
                expect(found).to_be_in_viewport(ratio=1)
            visitor.check()
            visitor.picture(f"small-phone-{changes.index(change)}")
        visitor.leave()
