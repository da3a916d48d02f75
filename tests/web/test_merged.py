"""Links resolve through merges: what named the duplicate is on the survivor's page, and names the survivor."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.page_client import PageClient
from tests.support.queries import at_most
from tests.support.world import World
from tests.web.conftest import ON_BOTH, SignIn
from webapp.services import history, ruling, suggest
from webapp.storage.models import Report
from webapp.storage.unit_of_work import new_id


def merge(world: World, loser: str, survivor: str) -> None:
    """A moderator merges at once what somebody else offered."""
    command = suggest.SuggestLifecycle(world.person("ann"), loser, "merge", "the same", survivor)
    (change,) = suggest.suggest_lifecycle(world.storage, command, world.now).change_ids
    moderator = world.person("mo", "moderator")
    ruling.decide_change(world.storage, ruling.DecideChange(change, moderator, 1, "apply", "the same"), world.now)
    assert world.row(loser).merged_into == survivor


def rows(page: object) -> list[str]:
    return page.texts("main .row h3")  # type: ignore[attr-defined, no-any-return]  # a page of the client


def in_category(term: str) -> list[dict[str, object]]:
    return [{"id": new_id(), "order": 0, "taxonomy_term_id": term}]


@ON_BOTH
def test_what_a_duplicate_ran_is_run_by_the_survivor(world: World, client: PageClient) -> None:
    first, second, third = (world.record("organization", name=f"{name} Mission") for name in ("Old", "New", "Newest"))
    world.record(name="Soup", organization_id=first)
    world.record(name="Bread", organization_id=second)
    merge(world, first, second)
    merge(world, second, third)
    assert rows(client.get("/organizations/newest-mission")) == ["Bread", "Soup"]
    for gone in ("old", "new"):
        assert client.get(f"/organizations/{gone}-mission", status=301).location == "/organizations/newest-mission"
    with at_most(4, world.storage.engine):
        assert "Newest Mission" in client.get("/services/soup").one(".facts").text
    with at_most(4, world.storage.engine):
        client.get("/organizations/newest-mission")


@ON_BOTH
def test_an_undone_merge_gives_each_its_own_again(world: World, client: PageClient) -> None:
    first, second = (world.record("organization", name=f"{name} Mission") for name in ("Old", "New"))
    world.record(name="Soup", organization_id=first)
    merge(world, first, second)
    command = history.RollBackRecord(first, 1, world.person("mo", "moderator"), 2, "they are two")
    history.roll_back_record(world.storage, command, world.now)
    assert rows(client.get("/organizations/new-mission")) == []
    assert rows(client.get("/organizations/old-mission")) == ["Soup"]
    assert "Old Mission" in client.get("/services/soup").one(".facts").text


@ON_BOTH
def test_a_place_that_was_twice_there_is_once(world: World, client: PageClient) -> None:
    old, new = (world.record("location", name=name, location_type="physical") for name in ("The Hall", "Port Hall"))
    world.record(name="Soup", places=[{"id": new_id(), "order": 0, "location_id": old}])
    merge(world, old, new)
    assert client.get("/services/soup").texts(".facts dd a") == ["Port Hall"]
    assert rows(client.get("/locations/port-hall")) == ["Soup"]
    assert "Port Hall" in client.get("/search?q=soup").one("main").text


@ON_BOTH
def test_a_category_holds_what_the_merged_one_held(world: World, client: PageClient) -> None:
    food, both = (world.record("taxonomy_term", name=name) for name in ("Food", "Food and drink"))
    lunch, dinner = (world.record("taxonomy_term", name=name, parent_id=food) for name in ("Lunch", "Midday meals"))
    world.record(name="Soup", categories=in_category(food))
    world.record(name="Stew", categories=in_category(lunch) + in_category(dinner))
    world.record(name="Bread", categories=in_category(food) + in_category(both))
    merge(world, lunch, dinner)
    merge(world, food, both)
    page = client.get("/categories/food-and-drink")
    assert rows(page) == ["Bread", "Soup", "Stew"]
    assert page.texts("main .tile") == ["Midday meals"]
    assert rows(client.get("/categories/midday-meals")) == ["Stew"]
    assert client.get("/services/bread").texts(".tags a") == ["Food and drink"]
    assert client.get("/services/stew").texts(".tags a") == ["Midday meals"]
    start = client.get("/").one("main").text
    assert "Food and drink" in start
    assert "3" in next(tile.text for tile in client.get("/").all("main a[href='/categories/food-and-drink']"))


@ON_BOTH
def test_an_address_of_a_merged_record_leads_to_the_end_of_the_way(world: World, client: PageClient) -> None:
    first, second, third = (world.record("organization", name=f"{name} Mission") for name in ("Old", "New", "Newest"))
    merge(world, first, second)
    merge(world, second, third)
    for act in ("", "/report", "/suggest"):
        page = client.get(f"/organizations/old-mission{act}", status=303 if act == "/suggest" else 301)
        assert page.location == f"/organizations/newest-mission{act}"
    for record in (first, second, third):
        assert client.get(f"/id/{record}", status=303).location == "/organizations/newest-mission"
    assert "no-cache" in client.get("/organizations/old-mission", status=301).headers["Cache-Control"]
    sitemap = client.browser.get("/sitemap.xml").text
    assert "old-mission" not in sitemap
    assert "new-mission" not in sitemap


@ON_BOTH
def test_the_history_of_a_merged_record_stays_and_both_histories_lead_to_each_other(
    world: World, client: PageClient
) -> None:
    first, second = (world.record("organization", name=f"{name} Mission") for name in ("Old", "New"))
    merge(world, first, second)
    with at_most(8, world.storage.engine):
        page = client.get("/organizations/new-mission/history")
    old = page.click("Old Mission")
    assert old.path == "/organizations/old-mission/history"
    assert old.one(".note.people p").text == "This record was merged. It is part of New Mission now."
    for rest in ("/history/1", "/compare?from=1&to=2"):
        client.get(f"/organizations/old-mission{rest}")
    assert old.click("New Mission").path == "/organizations/new-mission"


def test_a_kept_page_of_a_record_that_merges_leads_on_from_then(world: World, app: Flask) -> None:
    first, second = (world.record("organization", name=f"{name} Mission") for name in ("Old", "New"))
    stale = app.test_client().get("/organizations/old-mission")
    merge(world, first, second)
    for known in ("", stale.headers["ETag"]):
        sent = {"If-None-Match": known} if known else {}
        again = app.test_client().get("/organizations/old-mission", headers=sent)
        assert (again.status_code, again.headers["Location"]) == (301, "/organizations/new-mission")
    command = history.RollBackRecord(first, 1, world.person("mo", "moderator"), 2, "they are two")
    history.roll_back_record(world.storage, command, world.now)
    assert app.test_client().get("/organizations/old-mission").status_code == 200


def test_what_is_sent_to_a_record_that_merged_meanwhile_is_answered_and_not_led_astray(
    world: World, client: PageClient
) -> None:
    first, second = (world.record("organization", name=f"{name} Mission") for name in ("Old", "New"))
    form = client.get("/organizations/old-mission/report").form("form[action$='/report']")
    merge(world, first, second)
    form.fill(what="wrong", text="The door is shut.").submit(status=303)
    assert [row.record_id for row in world.all(select(Report))] == [first]


@pytest.mark.parametrize("name", ["organizations/new-mission", "services/soup"])
def test_a_kept_page_moves_with_a_merge(world: World, app: Flask, name: str) -> None:
    first, second = (world.record("organization", name=f"{name} Mission") for name in ("Old", "New"))
    world.record(name="Soup", organization_id=first)
    before = app.test_client().get(f"/{name}").text
    merge(world, first, second)
    after = app.test_client().get(f"/{name}").text
    assert before != after
    assert ("Soup" if name.startswith("org") else "New Mission") in after


def test_the_page_of_a_parent_that_merged_into_its_part_names_no_part_of_itself(
    world: World, client: PageClient
) -> None:
    parent = world.record("organization", name="Whole")
    part = world.record("organization", name="Part", parent_organization_id=parent)
    merge(world, parent, part)
    assert "Part of" not in client.get("/organizations/part").one("main").text


def test_a_moderator_undoes_a_merge_where_either_history_tells_of_it(world: World, sign_in: SignIn) -> None:
    first, second = (world.record("organization", name=f"{name} Mission") for name in ("Old", "New"))
    visitor, mo = sign_in(world.person("ann")), sign_in(world.person("mo", "moderator"))
    for slug in ("old-mission", "new-mission"):
        merge(world, first, second)
        assert visitor.get(f"/organizations/{slug}/history").find("form[action^='/moderate']") is None
        form = mo.get(f"/organizations/{slug}/history").form("form[action^='/moderate/merges/']")
        form.fill(reason=" ").submit(status=422)
        assert world.row(first).merged_into == second
        page = form.fill(reason="They are two").submit().follow()
        assert page.path == "/organizations/old-mission/history"
        assert (world.row(first).status, world.row(first).merged_into) == ("active", None)
    assert "two records already" in form.submit(status=422).text
    assert mo.get("/organizations/old-mission").one("h1").text == "Old Mission"
