"""Finding by words and near somewhere: what comes first, what its row says, and what never breaks the page."""

from __future__ import annotations

import pytest

from tests.support.page_client import PageClient
from tests.support.queries import at_most
from tests.support.world import World
from tests.web.lunching import look, service, services
from webapp.storage.unit_of_work import new_id


@pytest.mark.parametrize(
    ("typed", "near", "first"),
    [
        ("lunch near LS6", "", "Lunch of Headingley"),
        ("lunch LS6 2AB", "", "Lunch of Headingley"),
        ("lunch", "ls6", "Lunch of Headingley"),
        ("lunch in Fife", "", "Lunch at Cupar"),
        ("lunch", "Cupar", "Lunch at Cupar"),
        ("lunch near Lerwick", "", "Lunch in Lerwick"),
    ],
)
def test_the_nearest_comes_first_and_the_far_ones_are_not_lost(
    lunches: World, client: PageClient, typed: str, near: str, first: str
) -> None:
    found = services(look(client, typed, near))
    assert found[0] == first
    assert len(found) == 4
    assert found[1] == "Lunch on the line"


def test_results_say_how_far_they_are_but_not_within_a_whole_area(lunches: World, client: PageClient) -> None:
    near = look(client, "lunch near LS6").one("main ol.rows")
    assert "less than 0.1 miles away" in near.text
    of_fife = {row.one("h2").text: row.text for row in look(client, "lunch in Fife").all("main li.row")}
    assert "away" not in of_fife["Lunch at Cupar"]
    assert "miles away" in of_fife["Lunch of Headingley"]


def test_what_lies_in_a_council_area_comes_before_what_only_lies_near_its_middle(
    world: World, client: PageClient
) -> None:
    service(world, "Soup of Fife in Leith", ("55.975700", "-3.170000"))
    service(world, "Lunch in Kincardine", ("56.069000", "-3.719000"))
    rows = look(client, "", "Fife").all("main li.row")
    inside, outside = [[row for row in rows if name in row.one("h2").text] for name in ("Kincardine", "Leith")]
    assert rows == [*inside, *outside]
    assert not any("away" in row.text for row in inside)
    assert all("miles away" in row.text for row in outside)


def test_what_is_for_people_of_areas_that_nobody_knows_comes_behind_what_is_near_or_for_everybody(
    lunches: World, client: PageClient
) -> None:
    unknown = [{"id": new_id(), "order": 0, "name": "Strathlinnet"}]
    lunches.record(name="Lunch lunch", service_areas=unknown)
    assert services(look(client, "lunch near LS6"))[:3] == ["Lunch of Headingley", "Lunch on the line", "Lunch lunch"]


def test_results_that_are_called_as_their_places_say_their_streets(world: World, client: PageClient) -> None:
    streets = {"Pier Brae": ("Cupar", "4 Pier Brae, Cupar"), "North Street": ("", "4 North Street"), "": ("", "")}
    for number, (street, (city, _words)) in enumerate(streets.items()):
        said = {"address_1": "Rowan Pharmacy", "address_2": f"4 {street}"} if street else {}
        shop = world.record("location", name="Rowan Pharmacy", location_type="physical", **said, city=city)
        place = {"id": f"0192d7b4-0000-7000-8000-00000000000{number}", "order": 0, "location_id": shop}
        world.record(name="Rowan Pharmacy", places=[place])
    world.record("location", name="Rowan Hall", location_type="physical", address_1="1 South Street", city="Cupar")
    rows = look(client, "rowan").all("main .row")
    said = {row.one("h2").text: set() for row in rows}
    for row in rows:
        said[row.one("h2").text] |= set(row.texts(".meta span"))
    assert {words for _city, words in streets.values()} - {""} <= said["Rowan Pharmacy"]
    assert "1 South Street, Cupar" in said["Rowan Hall"]
    typed = client.get("/search/names?q=rowan pharm", fragment="names").one(".names").text
    assert "Rowan Pharmacy (4 Pier Brae, Cupar)" in typed
    assert "Rowan Pharmacy (place)" in typed  # nothing tells that one from the others


def test_results_without_a_place_say_for_the_people_of_which_areas_they_are(
    lunches: World, client: PageClient
) -> None:
    names = ("Strathlinnet", "Fife", "Angus", "Perth and Kinross")
    areas = [{"id": new_id(), "order": order, "name": name} for order, name in enumerate(names)]
    lunches.record(name="Lunch by bicycle", service_areas=areas[:2])
    lunches.record(name="Lunch by boat", service_areas=areas)
    rows = {row.one("h2").text: row.texts(".meta span") for row in look(client, "lunch in Fife").all("main .row")}
    assert "For people in Strathlinnet and Fife" in rows["Lunch by bicycle"]
    assert "For people in Strathlinnet, Fife and 2 more areas" in rows["Lunch by boat"]
    assert "Hall of Lunch at Cupar" in rows["Lunch at Cupar"]
    assert not any("For people in" in words for words in rows["Lunch on the line"] + rows["Lunch at Cupar"])


def test_a_distance_says_that_it_is_counted_from_the_edge_of_a_place_that_is_no_point(
    lunches: World, client: PageClient
) -> None:
    near = client.get("/search?q=lunch&near=LS6&within=1").one("main").text
    assert (
        "“within 1 mile” is counted from the edge of LS6, about 1.2 miles from its middle."
        " The distance beside each result is from the middle." in near
    )
    for address in ("q=lunch&near=LS6", "q=lunch&near=53.8195,-1.57&within=1", "q=lunch&within=1"):
        assert "is counted from the edge" not in client.get(f"/search?{address}").one("main").text


def test_a_search_near_somewhere_takes_as_few_queries_as_any(lunches: World, client: PageClient) -> None:
    with at_most(9, lunches.storage.engine):  # the first of them for the ETag to be remembered by
        look(client, "lunch near LS6")


@pytest.mark.parametrize(
    "address",
    [
        "/search?q=&near=",
        "/search?near=LS6",
        "/search?q=lunch&near=ZZ99+9ZZ",
        "/search?q=lunch&near=%00",
        "/search?q=lunch&near=" + "x" * 10_000,
        "/search?q=" + "near+" * 2_000,
        "/search?q=lunch+near+,+for+two",
        "/search?q=lunch&near=BT1+1AA",
        "/search?q=lunch&near=LS6&from=999999",
        "/search?q=lunch&near=LS6&from=-5",
        '/search?q=%22%2A+NEAR%28"&near=%22%2A',
        "/search?q=lunch&near=48.85,2.35",
    ],
)
def test_whatever_is_typed_gets_an_answer(lunches: World, client: PageClient, address: str) -> None:
    client.get(address)


def test_a_service_that_is_found_can_be_put_on_a_list_from_there(lunches: World, client: PageClient) -> None:
    rows = {row.one("h2").text: row.find("a.above") for row in look(client, "lunch").all("li.row")}
    offered = rows["Lunch at Cupar"]
    assert offered is not None
    assert offered.text == "Add Lunch at Cupar to a list"
    assert client.get(offered["href"]).one("h1").text == "Add Lunch at Cupar to a list"
    assert rows["Hall of Lunch at Cupar"] is None
