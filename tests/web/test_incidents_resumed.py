"""A roll back that was stopped midway can go on, once, and says what it does."""

from __future__ import annotations

import pytest

from tests.services.test_incidents import spoil
from tests.support.page_client import PageClient
from tests.support.world import World
from tests.web.conftest import ON_BOTH
from tests.web.undoing import APPLY
from webapp.services import incidents
from webapp.services.incidents import carry_out, continued

GO_ON = "form[action$='/go-on']"


@pytest.fixture(autouse=True)
def _in_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carry_out, "AT_ONCE", 1)
    monkeypatch.setattr(continued, "CHUNK", 2)


def halted(world: World, mo: PageClient) -> str:
    """A roll back that was stopped midway; gives the address of its page."""
    spoil(world, 8)
    preview = mo.get("/moderate/incidents").form().fill(person="liar").submit().follow()
    path = preview.form().fill(reason="lies").submit(APPLY).location
    incidents.continue_operations(world.storage, world.now)
    mo.get(path).form().submit()
    return path


@ON_BOTH
def test_a_stopped_roll_back_offers_to_go_on_and_says_so_when_pressed_twice(
    world: World, mo: PageClient, client: PageClient
) -> None:
    path = halted(world, mo)
    page = mo.get(path)
    assert not client.get(path).all(GO_ON)
    assert page.one(GO_ON + " button").text == "Go on"
    gone_on = page.form(GO_ON).submit().follow()
    assert (gone_on.one("#state").text, gone_on.all(GO_ON)) == ("Under way", [])
    assert "It goes on where it stopped." in gone_on.text
    assert "This goes on already" in page.form(GO_ON).submit().follow().text
    while incidents.continue_operations(world.storage, world.now):
        pass
    done = mo.get(path)
    assert (done.one("#state").text, done.all(GO_ON)) == ("Done", [])
    assert "This is through" in page.form(GO_ON).submit().follow().text
    assert mo.get("/moderation-log").body.count("Went on with a roll back") == 1


def test_what_was_undone_does_not_offer_to_go_on(
    world: World, mo: PageClient
) -> None:
    path = halted(world, mo)
    page = mo.get(path)
    preview = page.form("form[action$='/undo']").submit().follow()
    assert preview.click("Leave it as it is").path == path
    preview.form().fill(reason="not so").submit(APPLY)
    assert not mo.get(path).all(GO_ON)
    assert "This can’t go on" in page.form(GO_ON).submit().follow().text


def test_undoing_what_somebody_let_go_on_meanwhile_leads_to_its_page_and_says_so(
    world: World, mo: PageClient
) -> None:
    path = halted(world, mo)
    page = mo.get(path)
    preview = page.form("form[action$='/undo']").submit().follow()
    page.form(GO_ON).submit()
    told = preview.form().fill(reason="not so").submit(APPLY).follow()
    assert (told.path, told.one("#state").text) == (path, "Under way")
    assert "so nothing was undone" in told.text
