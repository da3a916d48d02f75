"""An hour of vandalism in the browser: found in recent changes, previewed, rolled back in one go, and that undone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.services.test_incident_story import said, vandalised
from tests.support.browser import DESK, PHONE, Look, Visitor
from tests.support.databases import SqliteTemplate
from tests.support.model import faults_of
from tests.support.profile import IS_LONG, scaled
from tests.support.stage import Stage, staged
from webapp.services import incidents
from webapp.services.doctor import doctor
from webapp.services.incidents import carry_out, continued

ALL, BETTERED = scaled(12, 200), scaled(5, 30)
CLASHING = sum(place % 3 > 0 for place in range(BETTERED))  # the others were bettered elsewhere in the record
RESTORED = ALL - CLASHING
KEEPING = BETTERED - CLASHING  # put back, but for what was bettered
CHUNK = ALL // 2
UNSEEN = ("Under way", "Undone")


@pytest.fixture
def stage(sqlite_template: SqliteTemplate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """A site on which the worker does what is more than a few records, whenever the test lets it."""
    monkeypatch.setattr(carry_out, "AT_ONCE", 1)
    monkeypatch.setattr(continued, "CHUNK", CHUNK)
    monkeypatch.setattr(continued, "SECONDS", 60.0)  # a whole chunk each time, however busy the machine is
    with staged(sqlite_template.copy(tmp_path / "town.db"), tmp_path / "instance") as running:
        yield running


class Moderator:
    """Somebody at work in a window, whose console says nothing."""

    def __init__(self, stage: Stage, browser: Browser, look: Look) -> None:
        self.stage = stage
        self.visitor = Visitor(browser, stage.url, look)
        self.visitor.context.add_cookies([stage.cookie(stage.world.person("mo", "moderator"))])
        self.page: Page = self.visitor.page

    def press(self, name: str) -> None:
        """Press a button of the page."""
        self.page.get_by_role("main").get_by_role("button", name=re.compile(name)).first.click()

    def sees(self, title: str) -> None:
        """A page with that heading, without a fault."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(title)
        self.looks_at_it(title)

    def looks_at_it(self, name: str) -> None:
        """Every page at every moment; in the quick profile, axe sees what no other test shows it."""
        self.visitor.check_quiet()
        self.visitor.check_width()
        if IS_LONG or name in UNSEEN:
            self.visitor.check()
        self.visitor.picture(f"incident-{name.lower().replace(' ', '-')}-{self.visitor.look}")

    def counts(self, **sums: int) -> None:
        """What the page adds up, such as `put_back=170`."""
        expect(self.page.locator(".sums dt")).to_have_text([words.replace("_", " ") for words in sums])
        expect(self.page.locator(".sums dd")).to_have_text([str(number) for number in sums.values()])

    def watches_it_to_the_end(self, title: str) -> None:
        """The bar moves with each chunk that the worker does, by itself, until all of it is done."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(title)
        bar = self.page.get_by_role("progressbar")
        expect(bar).to_have_attribute("value", "0")
        self.looks_at_it("Under way")
        world, done = self.stage.world, 0
        total = int(bar.get_attribute("max") or 0)
        while incidents.continue_operations(world.storage, world.now):
            done += CHUNK
            if done >= total:
                continue  # the worker finds nothing left, and says so
            if not IS_LONG:  # nobody waits for what comes by itself two seconds later
                self.page.get_by_role("link", name="Look again").click()
            expect(bar).to_have_attribute("value", str(done))
        if not IS_LONG:
            self.page.get_by_role("link", name="Look again").click()
        expect(self.page.locator("#state")).to_have_text("Done")
        self.looks_at_it("Done")


@pytest.mark.parametrize("look", [DESK, PHONE] if IS_LONG else [DESK], ids=str)
def test_an_hour_of_vandalism_is_found_previewed_rolled_back_in_one_go_and_that_undone(
    stage: Stage, browser: Browser, look: Look
) -> None:
    world = stage.world
    world.passes(hours=-2)
    world.full_rules()
    made = vandalised(world, ALL, BETTERED)
    world.passes(minutes=5)
    before = said(world, made)
    mo = Moderator(stage, browser, look)
    chosen = finds_and_rolls_back(mo)
    mo.counts(
        records_put_back=RESTORED - KEEPING + 1,
        **{f"record{'s' * (KEEPING > 1)}_put_back_but_for_later_changes": KEEPING},
        records_left_as_they_are=CLASHING - 1,
    )
    after = [one["description"] for one in said(world, made)]
    kept = [place for place in range(BETTERED) if place % 3 and f"Club {place}" != chosen]
    assert after == ["Soup and pills, no" if place in kept else "Soup" for place in range(ALL)]
    assert [one.get("summary") for one in said(world, made)] == [one.get("summary") for one in before]
    undoes_that(mo)
    assert said(world, made) == before
    looks_at_what_was_undone(mo)
    mo.visitor.leave()
    assert (faults_of(world.storage), doctor(world.storage)) == ([], [])


def finds_and_rolls_back(mo: Moderator) -> str:
    """From recent changes over the preview to the end; gives the name of the one record chosen by hand."""
    mo.visitor.open("/changes")
    mo.sees("Recent changes")
    mo.page.get_by_role("link", name="Roll back all by Vandal").first.click()
    mo.sees("Roll back many records")
    expect(mo.page.get_by_label("Changes by")).to_have_value("vandal")
    mo.press("See what would happen")
    mo.sees("What a roll back would do")
    mo.counts(
        put_back=RESTORED - KEEPING,
        put_back_but_for_later_changes=KEEPING,
        with_a_choice_for_you=CLASHING,
        left_as_they_are=0,
    )
    chosen = choose_the_first(mo.page)
    if IS_LONG:  # what can be chosen comes first, and fills the first page
        mo.press("Keep my choices and show more")
        mo.sees("What a roll back would do")
    shows_what_is_put_back(mo.page)
    mo.page.get_by_label("Why?").fill("Spam in two hundred places")
    mo.press("^Roll back [0-9]+ records")
    mo.watches_it_to_the_end("A roll back")
    return chosen


def undoes_that(mo: Moderator) -> None:
    """The roll back itself is rolled back, previewed like the first."""
    mo.press("Undo all of this")
    mo.sees("What undoing the roll back would do")
    mo.counts(put_back=RESTORED + 1, with_a_choice_for_you=0, left_as_they_are=0)
    mo.page.get_by_label("Why?").fill("They were right")
    mo.press(f"Undo it in {RESTORED + 1} records")
    mo.watches_it_to_the_end("The undoing of a roll back")


def looks_at_what_was_undone(mo: Moderator) -> None:
    """The first roll back says that it was undone, and offers no more than what is left of it."""
    mo.page.get_by_role("link", name="what was written before").click()
    expect(mo.page.get_by_role("link", name="undone")).to_be_visible()
    expect(mo.page.get_by_role("button", name="Undo what is left of it")).to_be_visible()
    mo.looks_at_it("Undone")


def choose_the_first(page: Page) -> str:
    """Of what somebody changed later, see what is at stake, and put the first back all the same; gives its name."""
    clash = page.locator("section.change").filter(has_text="Choose").first
    expect(clash.locator(".diff > div")).to_have_text(["NowSoup and pills, no", "If you choose itSoup"])
    expect(clash.get_by_role("checkbox")).not_to_be_checked()
    clash.get_by_role("checkbox").check()
    return clash.get_by_role("heading").first.inner_text()


def shows_what_is_put_back(page: Page) -> None:
    """The others read as now and as afterwards, field by field."""
    put_back = page.locator("section.change").filter(has_text="Put back").first
    expect(put_back.get_by_role("heading", name="Description")).to_be_visible()
    expect(put_back.locator(".diff > div")).to_have_text(["NowSoup and pills", "AfterwardsSoup"])
