"""The public pages: what they show, in how many queries, and what they say when there is nothing."""

from __future__ import annotations

from datetime import date, timedelta

from tests.support.page_client import Page, PageClient
from tests.support.queries import at_most
from tests.support.world import World
from tests.web.conftest import SignIn
from webapp.storage.unit_of_work import new_id


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
    what = again.one("#what")
    assert what["aria-invalid"] == "true"
    assert again.one(f"#{what['aria-describedby']}").text == again.one("#problems li").text
    assert again.one("#text").get("aria-invalid") is None
    again.form("main form").fill(what="closed").submit().follow()
    assert "It burnt down" in sign_in(world.person("mo", "moderator")).get("/moderate").one("main").text


def test_a_long_address_breaks_at_its_marks(world: World, client: PageClient) -> None:
    world.record(email="lunch.for&all@harbour-neighbours.example")
    link = client.get("/services/harbour-soup-lunch").one(".contacts a[href^='mailto:']")
    assert link.tag.get_text() == "lunch.for&all@harbour-neighbours.example"
    assert "lunch<wbr/>.for&amp;all<wbr/>@harbour-neighbours<wbr/>.example" in str(link.tag)


def test_the_rules_page_speaks_from_the_policy(world: World, client: PageClient) -> None:
    text = client.get("/rules").one("main").text
    assert "two more approvals than rejections" in text
    assert "24 hours" in text


# -- what a person in need asks first ---------------------------------------------------------------------


def weekly(place: str, day: str, opens: str) -> dict[str, object]:
    """A place of a service, open for two hours on one day of the week."""
    row = {"id": new_id(), "order": 0, "freq": "WEEKLY", "byday": day, "opens_at": f"{opens}:00"}
    return {"id": new_id(), "location_id": place, "schedules": [row | {"closes_at": f"{int(opens) + 2}:00"}]}


def closed_on(day: date) -> dict[str, object]:
    """A schedule row: shut on one day."""
    return {"id": new_id(), "order": 1, "closed": True, "dtstart": f"{day}", "until": f"{day}"}


def facts(page: Page) -> dict[str, str]:
    """The facts of a record's page by their labels, in order."""
    return dict(zip(page.texts(".facts dt"), page.texts(".facts dd"), strict=True))


def test_when_where_and_cost_come_first(world: World, client: PageClient) -> None:
    record = rich(world)
    (change,) = world.suggest(world.person("ann"), record, fees_description="Free")
    for voter in ("tess", "tom", "tia"):
        world.vote(world.person(voter, "trusted"), change)
    world.passes(hours=25)
    world.sweep()
    page = client.get("/services/harbour-soup-lunch")
    assert list(facts(page))[:3] == ["When", "Where", "Cost"]
    assert page.one(".phone-only a[href^='tel:']").text == "Call 01632 960 114"


def test_each_of_several_places_keeps_its_own_hours(world: World, client: PageClient) -> None:
    hall, mill = (world.record("location", name=name, location_type="physical") for name in ("Hall", "Mill"))
    world.record(name="Advice", places=[weekly(hall, "MO", "10"), {**weekly(mill, "FR", "14"), "order": 1}])
    page = client.get("/services/advice")
    first, second = page.texts(".sitting")
    assert "Hall" in first
    assert "Monday, 10:00 to 12:00" in first
    assert "Friday" not in first
    assert "Mill" in second
    assert "Friday, 14:00 to 16:00" in second
    assert "Monday" not in second


def test_what_is_over_is_not_said_and_what_is_far_ahead_waits(world: World, client: PageClient) -> None:
    today = world.now.date()
    days = [today + timedelta(days=ahead) for ahead in (-3, 5, 40)]
    hall = world.record("location", name="Hall", location_type="physical")
    place = weekly(hall, "MO", "10")
    place["schedules"] = [*place["schedules"], *(closed_on(day) for day in days)]  # type: ignore[misc]  # a list of rows
    world.record(name="Advice", places=[place])
    said = facts(client.get("/services/advice"))
    gone, soon, later = (f"{day.day} {day:%B %Y}" for day in days)
    assert gone not in " ".join(said.values())
    assert soon in said["When"]
    assert later not in said["When"]
    assert later in said["Coming up"]


def test_what_there_are_several_of_is_listed_as_people_say_it(world: World, client: PageClient) -> None:
    spoken = [{"id": new_id(), "order": n, "name": name} for n, name in enumerate(("English", "Polish", "Doric"))]
    areas = [{"id": new_id(), "order": n, "name": name} for n, name in enumerate(("Fife", "Leeds"))]
    world.record(name="Advice", languages=spoken, service_areas=areas)
    said = facts(client.get("/services/advice"))
    assert (said["Languages"], said["Area served"]) == ("English, Polish and Doric", "Fife and Leeds")


def test_what_is_gone_offers_no_number_and_claims_no_check(world: World, client: PageClient) -> None:
    phones = [{"id": new_id(), "order": 0, "number": "01632 960114"}]
    world.record(name="Old Club", phones=phones, status="closed", summary="Soup")
    page = client.get("/services/old-club")
    assert not page.all("a[href^='tel:']")
    assert page.one("#freshness-title").text == "Kept as it was"
    row = client.get("/search?q=club").one(".row")
    assert "Closed" in row.text
    assert "checked" not in row.text


def test_guides_and_categories_ask_for_no_check(world: World, client: PageClient) -> None:
    world.record("guide", name="Company", body="Go out")
    page = client.get("/guides/company")
    assert page.one("#freshness-title").text == "Written by neighbours"
    assert not page.all("#freshness [href*=sign-in]")


def test_a_visitor_has_all_three_acts_and_signs_in_to_confirm(world: World, client: PageClient) -> None:
    rich(world)
    page = client.get("/services/harbour-soup-lunch")
    acts = page.one("#freshness").texts("a")
    assert acts[:3] == ["Still correct", "Suggest a change", "Report a problem"]
    assert page.one(".phone-only a[href='#freshness']").text == page.one("#freshness-title").text
    assert page.click("Still correct").one("input[name=next]")["value"] == "/services/harbour-soup-lunch"


def test_a_wide_category_lists_what_its_narrower_ones_hold(world: World, client: PageClient) -> None:
    food = world.record("taxonomy_term", name="Food")
    lunch = world.record("taxonomy_term", name="Lunch clubs", parent_id=food)
    world.record(name="Soup", categories=[{"id": new_id(), "order": 0, "taxonomy_term_id": lunch}])
    page = client.get("/categories/food")
    assert page.texts("main .tile") == ["Lunch clubs"]
    assert page.texts("main .row h3") == ["Soup"]


def test_a_remark_stays_with_its_own_hours(world: World, client: PageClient) -> None:
    hall = world.record("location", name="Hall", location_type="physical")
    place = weekly(hall, "MO", "10")
    (monday,) = place["schedules"]  # type: ignore[misc]  # a list of rows
    friday = monday | {"id": new_id(), "order": 1, "byday": "FR", "description": "By appointment"}
    world.record(name="Advice", places=[place | {"schedules": [monday | {"description": "Drop in"}, friday]}])
    when = facts(client.get("/services/advice"))["When"]
    assert "Monday, 10:00 to 12:00 (Drop in)" in when
    assert "Friday, 10:00 to 12:00 (By appointment)" in when
