"""Lists on the web: collected without an account, read by link, printed, sent; and everything tried against them."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.support.page_client import Page, PageClient
from tests.support.queries import at_most
from tests.support.world import World
from tests.web.collecting import PHONES, RECORD, collect, only, soup_lunch
from tests.web.conftest import ON_BOTH, SignIn
from webapp import clock
from webapp.services import lists
from webapp.services.lists import Maker
from webapp.storage.models import Record, ServiceList, ServiceListEntry

EVIL = '<script>alert(1)</script> javascript:alert(1) https://evil.example "\'>'

@pytest.fixture
def soup(world: World) -> str:
    """A service with a number, a place, times and a cost."""
    return soup_lunch(world)


# -- collecting -------------------------------------------------------------------------------------------


@ON_BOTH
@pytest.mark.usefixtures("soup")
def test_a_visitor_collects_services_without_an_account(world: World, client: PageClient) -> None:
    world.record(name="Tea and Talk")
    page = collect(client)
    assert page.one("h1").text == "For Mum"
    assert "is on the list now" in page.one("[role=status]:not(#live)").text
    page = collect(client, "/services/tea-and-talk")
    assert page.texts("ol.stack h2") == ["Harbour Soup Lunch", "Tea and Talk"]
    assert client.get("/lists").texts(".row h2") == ["For Mum"]
    assert PageClient(client.app).get("/lists").all(".row") == []


@pytest.mark.usefixtures("soup")
def test_a_list_shows_what_somebody_needs_who_goes_there(client: PageClient) -> None:
    card = collect(client).one("ol.stack > li")
    assert card.one("a[href^='tel:']").text == "0131 496 0000"
    said = card.text
    for words in ("Hot soup", "Harbour Hall, 4 Pier Brae", "12:00 to 14:00", "Two pounds", "Not checked yet"):
        assert words in said
    assert card.one("h2 a")["href"] == RECORD


@pytest.mark.usefixtures("soup")
def test_the_key_is_in_a_cookie_that_no_script_reads(world: World, client: PageClient) -> None:
    answer = client.get(f"{RECORD}/list").form("main form").submit()
    (cookie,) = [one for one in answer.headers.getlist("Set-Cookie") if one.startswith("list=")]
    assert {"HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=7776000"} <= set(cookie.split("; "))
    page = answer.follow()
    key = client.browser.get_cookie("list")
    assert key is not None
    assert only(world).key_hash not in page.body + key.value
    client.browser.set_cookie("list", key.value[:-2] + "xx")
    assert client.get(page.path).find("a[href$='/edit']") is None


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


@pytest.mark.usefixtures("soup")
def test_the_same_service_twice_says_so(client: PageClient) -> None:
    collect(client)
    page = collect(client)
    assert "was on the list already" in page.one("main").text
    assert len(page.all("ol.stack > li")) == 1


@pytest.mark.usefixtures("soup")
def test_a_list_without_a_name_is_asked_for_one(world: World, client: PageClient) -> None:
    page = client.get(f"{RECORD}/list").form("main form").fill(name=" ").submit(status=422)
    assert "Give the list a name" in page.one("#problems").text
    assert world.all(select(ServiceList)) == []
    assert "Give the list a name" in client.get("/lists").form("main form").fill(name="").submit(status=422).summary()


def test_a_hundred_and_first_service_is_refused_with_a_reason(
    world: World, soup: str, client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.services.lists.entries.MOST_ENTRIES", 1)
    world.record(name="Tea and Talk")
    collect(client)
    page = client.get("/services/tea-and-talk/list").form("main form").submit(status=422)
    assert "at most 1 services" in page.one("#problems").text


def test_only_services_that_are_there_are_offered(world: World, soup: str, client: PageClient) -> None:
    gone = update(Record).where(Record.id == soup).values(status="void")
    world.storage.transact(lambda uow: uow.run(gone), world.now)
    client.get(f"{RECORD}/list", status=404)
    client.get("/services/nobody/list", status=404)


# -- an account -------------------------------------------------------------------------------------------


@ON_BOTH
@pytest.mark.usefixtures("soup")
def test_a_visitors_list_is_kept_by_whoever_signs_in(world: World, client: PageClient, sign_in: SignIn) -> None:
    page = collect(client)
    assert "Sign in to keep it" in page.one("main").text
    signed = sign_in(world.person("ann"))
    key = client.browser.get_cookie("list")
    assert key is not None
    signed.browser.set_cookie("list", key.value)
    kept = signed.get(page.path).form("form[action$='/keep']").submit().follow()
    assert only(world).person_id == world.person("ann")
    assert signed.browser.get_cookie("list") is None
    assert kept.find("form[action$='/keep']") is None
    assert client.get(page.path).find("a[href$='/edit']") is None  # the old key is worth nothing
    assert client.get("/lists").all(".row") == []


@pytest.mark.usefixtures("soup")
def test_a_person_has_several_lists_and_chooses_one(world: World, sign_in: SignIn) -> None:
    ann = sign_in(world.person("ann"))
    collect(ann)
    ann.get("/lists").form("main form").fill(name="For Dad").submit()
    form = ann.get(f"{RECORD}/list").form("main form")
    codes = {row.name: row.code for row in world.all(select(ServiceList))}
    page = form.fill(list=codes["For Dad"]).submit().follow()
    assert page.one("h1").text == "For Dad"
    form = ann.get(f"{RECORD}/list").form("main form")
    assert form.fill(list="new", name="For me").submit().follow().one("h1").text == "For me"
    assert sorted(ann.get("/lists").texts(".row h2")) == ["For Dad", "For Mum", "For me"]


@pytest.mark.usefixtures("soup")
def test_a_borrowed_browser_forgets_a_list_that_is_read_on(client: PageClient) -> None:
    path = collect(client).path
    page = client.get(f"{path}/edit").form("form[action$='/forget']").submit().follow()
    assert page.one("h1").text == "For Mum"
    assert page.find("a[href$='/edit']") is None
    assert client.browser.get_cookie("list") is None
    assert client.get("/lists").all(".row") == []


# -- changing ---------------------------------------------------------------------------------------------


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
        assert other.post(address, values, status=403)
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


# -- reading ----------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("soup")
def test_words_of_a_list_are_text_wherever_they_stand(world: World, client: PageClient) -> None:
    path = collect(client, name=EVIL).path
    page = client.get(f"{path}/edit").form("form[action$='/edit']").fill(note=EVIL).submit().follow()
    client.get(f"{path}/edit").form("ol form").fill(note=EVIL).submit("[value=note]")
    for address in (path, f"{path}/print", f"{path}/edit", f"{path}/send", "/lists", f"{RECORD}/list"):
        page = client.get(address)
        assert page.all("script:not([src])") == []
        assert [a["href"] for a in page.all("a") if "evil" in a["href"]] == []
        assert "<script>alert" in page.text


@pytest.mark.usefixtures("soup")
def test_robots_index_no_list(client: PageClient) -> None:
    path = collect(client).path
    for address in (path, f"{path}/print", f"{path}/send", f"{path}/edit", "/lists", f"{RECORD}/list"):
        assert client.get(address).headers["X-Robots-Tag"].startswith("noindex")
    assert "X-Robots-Tag" not in client.get(RECORD).headers


def test_what_is_closed_void_or_merged_says_so_or_is_followed(world: World, soup: str, client: PageClient) -> None:
    tea, talk = world.record(name="Tea"), world.record(name="Talk")
    path = collect(client).path
    collect(client, "/services/tea")

    def is_now(record: str, **values: str) -> None:
        row = update(Record).where(Record.id == record).values(**values)
        world.storage.transact(lambda uow: uow.run(row), world.now)

    is_now(soup, status="void")
    is_now(tea, status="merged", merged_into=talk)
    for address in (path, f"{path}/print"):
        page = client.get(address)
        assert page.texts("h2")[-2:] == ["Harbour Soup Lunch", "Talk"]
        assert "Withdrawn." in page.one("main").text
        assert "0131" not in page.one("main").text
    assert client.get(path).texts("ol.stack h2 a") == ["Harbour Soup Lunch", "Talk"]


def test_a_long_list_takes_as_many_queries_as_a_short_one(world: World, client: PageClient) -> None:
    made = lists.make_list(world.storage, Maker(), "Long", None, world.now)
    for number in range(30):
        record = world.record(name=f"Lunch {number}", fees_description=f"{number} pounds", phones=PHONES)
        lists.add_entry(world.storage, made.code, Maker(None, made.key), record, world.now)
    with at_most(5, world.storage.engine):
        assert len(client.get(f"/lists/{made.code}").all("ol.stack > li")) == 30


@pytest.mark.usefixtures("soup")
def test_a_leaflet_has_a_code_that_leads_back_and_says_to_check(world: World, client: PageClient) -> None:
    path = collect(client).path
    page = client.get(f"{path}/print")
    assert page.one("svg.qr")["role"] == "img"
    assert page.one(".leaflet h2").text == "Harbour Soup Lunch"
    foot = page.one(".leaflet footer").text
    assert f"http://localhost{path}" in foot
    assert "2 March 2026" in foot
    assert "before you go" in foot
    assert "Open now" not in page.one(".leaflet").text  # paper is read on another day


def test_a_leaflet_says_on_which_day_a_service_was_checked(world: World, soup: str, client: PageClient) -> None:
    checked = update(Record).where(Record.id == soup).values(checked_at=world.now)
    world.storage.transact(lambda uow: uow.run(checked), world.now)
    page = client.get(collect(client).path)
    assert "Checked just now" in page.one("main").text
    assert "Checked on 2 March 2026" in client.get(f"{page.path}/print").one(".leaflet section").text


def test_an_old_address_leads_on_to_the_form_of_the_present_one(world: World, client: PageClient) -> None:
    (change,) = world.suggest(world.person("ann"), world.record(), name="Harbour Lunch")
    world.approve(change, "rita", "rob")
    world.vote(world.person("tess", "trusted"), change)
    world.passes(hours=25)
    world.sweep()
    assert client.get(f"{RECORD}/list", status=301).location == "/services/harbour-lunch/list"


def test_the_record_page_is_kept_for_everybody_as_before(world: World, soup: str, client: PageClient) -> None:
    plain = client.get(RECORD)
    assert "Set-Cookie" not in plain.headers
    collect(client)
    client.get("/lists")
    again = client.get(RECORD)
    assert again.headers["ETag"] == plain.headers["ETag"]
    assert again.one(f"a[href='{RECORD}/list']").text == "Add to a list"


def test_a_code_spells_nothing_and_is_not_the_id(world: World, soup: str) -> None:
    made = lists.make_list(world.storage, Maker(), "x", soup, world.now)
    assert re.fullmatch("[bcdfghjkmnpqrstvwxyz2-9]{10}", made.code)
    assert made.code not in only(world).id
