"""The public pages: what they show, in how many queries, and what they say when there is nothing."""

from __future__ import annotations

from tests.support.page_client import PageClient
from tests.support.queries import at_most
from tests.support.world import World
from tests.web.conftest import SignIn


def rich(world: World) -> str:
    organization = world.record("organization", name="Harbour Neighbours", description="We cook")
    place = world.record(
        "location",
        name="Seafarers’ Hall",
        location_type="physical",
        address_1="4 Pier Brae",
        city="Port",
        postal_code="LT1 2AB",
    )
    return world.record(
        name="Harbour Soup Lunch",
        summary="Hot soup",
        description="Soup and **company**",
        organization_id=organization,
        phones=[{"id": "0192d7b4-0000-7000-8000-000000000001", "order": 0, "number": "01632 960114"}],
        places=[
            {
                "id": "0192d7b4-0000-7000-8000-000000000002",
                "order": 0,
                "location_id": place,
                "schedules": [
                    {
                        "id": "0192d7b4-0000-7000-8000-000000000003",
                        "order": 0,
                        "freq": "WEEKLY",
                        "byday": "MO",
                        "opens_at": "12:00",
                        "closes_at": "14:00",
                    }
                ],
            }
        ],
    )


def test_a_record_page_takes_at_most_four_queries(world: World, client: PageClient) -> None:
    rich(world)
    with at_most(4, world.storage.engine):
        page = client.get("/services/harbour-soup-lunch")
    assert page.one("h1").text == "Harbour Soup Lunch"
    assert page.one(".contacts a").text.replace(" ", "") == "01632960114"
    assert "Seafarers’ Hall" in page.one(".facts").text
    assert page.find(".prose strong").text == "company"


def test_a_signed_in_record_page_takes_at_most_seven_queries(world: World, sign_in: SignIn) -> None:
    rich(world)
    client = sign_in(world.person("rob", "reviewer"))
    with at_most(7, world.storage.engine):
        client.get("/services/harbour-soup-lunch")


def test_an_old_address_leads_to_the_new_one(world: World, client: PageClient) -> None:
    record = world.record(name="Soup Lunch")
    (change,) = world.suggest(world.person("ann"), record, name="Harbour Lunch")
    world.approve(change, "rita", "rob")
    world.vote(world.person("tess", "trusted"), change)
    world.passes(hours=25)
    world.sweep()
    assert client.get("/services/soup-lunch/history", status=301).location.endswith("/services/harbour-lunch/history")


def test_an_organisation_lists_its_services(world: World, client: PageClient) -> None:
    rich(world)
    page = client.get("/organizations/harbour-neighbours")
    assert "Harbour Soup Lunch" in page.one("main").text


def test_search_finds_and_nothing_found_helps(world: World, client: PageClient) -> None:
    rich(world)
    assert client.get("/search?q=soup").all("main a[href='/services/harbour-soup-lunch']")
    assert client.get("/search?q=zebra").all("a[href='/suggest/new']")
    for hostile in ('"', "NEAR(", "a" * 10_000, "*", "' OR 1=1 --", "a:b -c"):
        client.get("/search?q=" + hostile)


def test_an_empty_directory_says_what_to_do(world: World, client: PageClient) -> None:
    assert "Suggest the first service" in client.get("/").one("main").text


def test_an_unknown_address_offers_the_search(client: PageClient) -> None:
    page = client.get("/services/nobody", status=404)
    assert page.all("main input[type=search]")


def test_confirming_needs_another_person_than_the_last(world: World, sign_in: SignIn) -> None:
    record = rich(world)
    client = sign_in(world.person("ann"))
    page = client.get("/services/harbour-soup-lunch")
    done = page.form("#freshness form").submit().follow()
    assert done.one("#freshness-title").text == "Checked just now"
    assert not done.all("#freshness form")
    assert world.row(record).checked_by == world.person("ann")


def test_anybody_reports_and_moderators_read(world: World, client: PageClient, sign_in: SignIn) -> None:
    rich(world)
    page = client.get("/services/harbour-soup-lunch/report")
    again = page.form("main form").fill(text="It burnt down").submit(status=422)
    assert again.one("#text").text.strip() == "It burnt down"
    again.form("main form").fill(what="closed").submit().follow()
    assert "It burnt down" in sign_in(world.person("mo", "moderator")).get("/moderate").one("main").text


def test_the_rules_page_speaks_from_the_policy(world: World, client: PageClient) -> None:
    text = client.get("/rules").one("main").text
    assert "two more approvals than rejections" in text
    assert "24 hours" in text
