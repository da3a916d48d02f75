"""Lists on the web: changed by their maker alone, taken away by a moderator, and found by nobody without the link."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.page_client import Page, PageClient
from tests.support.world import World
from tests.web.collecting import RECORD, collect, only
from tests.web.conftest import SignIn
from webapp import clock
from webapp.services import lists
from webapp.services.lists import Maker
from webapp.storage.models import ServiceList, ServiceListEntry


@pytest.mark.usefixtures("soup")
def test_its_maker_renames_notes_orders_and_removes(world: World, client: PageClient) -> None:
    world.record(name="Tea and Talk")
    collect(client)
    path = collect(client, "/services/tea-and-talk").path
    page = client.get(f"{path}/edit").form("form[action$='/edit']").fill(name="For Dad", note="On\nfoot").submit()
    assert page.follow().one("h1").text == "For Dad"

    def entry(number: int, button: str, **values: str) -> Page:
        forms = client.get(f"{path}/edit").all("ol form")
        action = forms[number]["action"]
        return client.page.form(f"form[action='{action}']").fill(**values).submit(f"[value={button}]").follow()  # type: ignore[union-attr]  # it was just read

    assert entry(1, "up").texts("ol h3") == ["Tea and Talk", "Harbour Soup Lunch"]
    assert entry(0, "down").texts("ol h3") == ["Harbour Soup Lunch", "Tea and Talk"]
    entry(0, "note", note="Ask for Jean")
    assert "Ask for Jean" in client.get(path).one("ol.stack > li:first-child").text
    assert entry(0, "remove").texts("ol h3") == ["Tea and Talk"]
    gone = client.get(f"{path}/edit").form("form[action$='/delete']").submit().follow()
    assert gone.all(".row") == []
    assert world.all(select(ServiceListEntry)) == []
    client.get(path, status=404)
    assert client.browser.get_cookie("list") is None


@pytest.mark.usefixtures("soup")
def test_a_note_that_is_too_long_is_kept_to_be_mended(client: PageClient) -> None:
    path = collect(client).path
    page = client.get(f"{path}/edit").form("ol form").fill(note="x" * 501).submit("[value=note]", status=422)
    assert "500" in page.one("#problems").text
    assert page.one("ol input[name=note]")["value"] == "x" * 501
    page = client.get(f"{path}/edit").form("form[action$='/edit']").fill(name="").submit(status=422)
    assert page.one("#name").get("aria-invalid") == "true"


@pytest.mark.usefixtures("soup")
def test_every_change_lets_list_and_key_last_anew(world: World, client: PageClient) -> None:
    page = collect(client)
    ends = only(world).expires_at
    world.passes(days=10)
    with clock.fixed(world.now):
        edited = client.get(f"{page.path}/edit")
        done = edited.form("form[action$='/edit']").fill(note="On foot").submit()
    assert (only(world).expires_at - ends).days == 10
    assert any(one.startswith("list=") for one in done.headers.getlist("Set-Cookie"))


# -- everybody else ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["another visitor", "another person", "a moderator"])
def test_somebody_elses_list_is_read_and_not_changed(
    who: str, world: World, soup: str, client: PageClient, app: Flask, sign_in: SignIn
) -> None:
    path = collect(client).path
    app.config["WTF_CSRF_ENABLED"] = False
    other = PageClient(app)
    if who != "another visitor":
        other = sign_in(world.person("other", "administrator" if "moderator" in who else "volunteer"))
    collect(other)  # a key of their own is no key to this
    page = other.get(path)
    assert page.find("a[href$='/edit']") is None
    offered = [form["action"] for form in page.all(f"form[action^='{path}']")]
    assert offered == ([f"{path}/remove"] if "moderator" in who else [])  # which is logged
    other.get(f"{path}/edit", status=403)
    before = world.all(select(ServiceList)), world.all(select(ServiceListEntry))
    tried = {
        f"{path}/edit": {"name": "Mine"},
        f"{path}/entries/{soup}": {"act": "remove"},
        f"{path}/delete": {},
        f"{path}/keep": {},
        f"{path}/forget": {},
        f"{RECORD}/list": {"list": path.removeprefix("/lists/")},
    }
    for address, values in tried.items():
        other.post(address, values, status=403)
    assert (world.all(select(ServiceList)), world.all(select(ServiceListEntry))) == before


@pytest.mark.usefixtures("soup")
def test_a_moderator_takes_a_list_away_with_a_reason(world: World, client: PageClient, sign_in: SignIn) -> None:
    path = collect(client).path
    assert client.get(path).find("form[action$='/remove']") is None
    page = sign_in(world.person("mo", "moderator")).get(path)
    page = page.form("form[action$='/remove']").fill(note="").submit(status=422)
    assert "Say why" in page.one("#problems").text
    log = page.form("form[action$='/remove']").fill(note="It advertises").submit().follow()
    assert "Took a list away" in log.one("main").text
    assert "It advertises" in log.one("main").text
    client.get(path, status=404)
    assert client.get("/lists").all(".row") == []


def test_a_shared_list_that_is_gone_is_said_to_be_gone_and_leads_on(world: World, client: PageClient) -> None:
    """Its maker has left the site: whoever has the link on paper learns that, and not that they mistyped it."""
    ann = world.person("ann")
    path = f"/lists/{lists.make_list(world.storage, Maker(ann), 'For Jean', None, world.now).code}"
    client.get(path)
    world.storage.transact(lambda uow: lists.forget_lists(uow, ann), world.now)
    for address in (path, f"{path}/print", f"{path}/send", f"{path}/edit"):
        page = client.get(address, status=404)
        assert page.one("h1").text == "This list is not here"
        assert "its maker deleted it or left this site" in page.one("main").text
        assert page.find("main [role=search]") is not None


def test_no_address_lists_other_peoples_codes(world: World, soup: str, client: PageClient) -> None:
    made = lists.make_list(world.storage, Maker(world.person("ann")), "Private", soup, world.now)
    collect(client)
    for path in ("/lists", f"{RECORD}/list", RECORD, "/", "/changes", "/people/ann", "/search?q=Private"):
        assert made.code not in client.get(path).body, path
    for code in ("%25", "__________", "*", made.code[:9], made.code + "x"):
        client.get(f"/lists/{code}", status=404)
    client.get(f"/lists/{made.code.upper()}")  # as somebody types it from paper
