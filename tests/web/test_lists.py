"""Lists on the web: begun without an account, kept by whoever signs in, forgotten by a borrowed browser."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.support.page_client import PageClient
from tests.support.rows import set_record
from tests.support.world import World
from tests.web.collecting import RECORD, collect, only
from tests.web.conftest import ON_BOTH, SignIn
from webapp.storage.models import ServiceList

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
    set_record(world, soup, status="void")
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


# -- the page of the record -------------------------------------------------------------------------------


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
