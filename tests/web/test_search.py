"""Finding by words and near somewhere: what comes first, what the page says of the place, and what never breaks it."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote_plus

import pytest
from werkzeug.datastructures import MultiDict

from tests.support.page_client import Page, PageClient
from tests.support.queries import at_most
from tests.support.world import World
from webapp import clock
from webapp.services.vocabulary import refresh
from webapp.storage.unit_of_work import new_id
from webapp.web.search_asked import asked_in

CUPAR, LERWICK, HEADINGLEY = ("56.318800", "-3.012000"), ("60.153000", "-1.144000"), ("53.819500", "-1.570000")


def service(world: World, name: str, point: tuple[str, str] | None = None) -> None:
    """A service of that name, at a hall at that point, or by telephone."""
    places = []
    if point:
        hall = world.record(
            "location", name=f"Hall of {name}", location_type="physical", latitude=point[0], longitude=point[1]
        )
        places = [{"id": "0192d7b4-0000-7000-8000-000000000002", "order": 0, "location_id": hall}]
    world.record(name=name, places=places)


@pytest.fixture
def lunches(world: World) -> World:
    service(world, "Lunch on the line")
    service(world, "Lunch in Lerwick", LERWICK)
    service(world, "Lunch of Headingley", HEADINGLEY)
    service(world, "Lunch at Cupar", CUPAR)
    return world


def look(client: PageClient, q: str, near: str = "") -> Page:
    """The page of results."""
    return client.get(f"/search?q={quote_plus(q)}" + (f"&near={quote_plus(near)}" if near else ""))


def services(page: Page) -> list[str]:
    """The names of the services on a page of results, without the halls."""
    return [link.text for link in page.all("main .row h2 a") if not link.text.startswith("Hall")]


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


def test_a_postcode_that_the_tables_lack_says_what_stands_in_for_it(lunches: World, client: PageClient) -> None:
    page = look(client, "G33 4RZ")
    assert page.one("h1").text == "What is near G33 4"
    assert "We know G33 4RZ only as far as G33 4" in page.one("main").text
    assert len(services(page)) == 4
    assert not page.all("main .row a[href^='/categories']")


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


def test_a_name_of_several_places_offers_the_others(lunches: World, client: PageClient) -> None:
    page = look(client, "lunch near Newport")
    assert "Did you mean" in page.one("main").text
    other = next(link for link in page.all("main a") if link.text == "Newport (Isle of Wight)")
    chosen = client.get(str(other["href"]))
    assert "Did you mean" not in chosen.one("main").text
    assert chosen.one("#near")["value"] == "Newport, Isle of Wight"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("lunch near Newport", "This is Newport in Wales."),
        ("lunch near Newport, Isle of Wight", ""),
        ("lunch near Whitchurch", "This is Whitchurch in Cardiff."),
        ("lunch near Halton", "This is the council area of Halton in England."),
        ("lunch near Saint Helens", "This is St Helens in England."),
    ],
)
def test_which_place_of_several_of_a_name_is_meant_is_said(
    lunches: World, client: PageClient, typed: str, said: str
) -> None:
    page = look(client, typed)
    assert said in page.one("main").text
    assert ("This is" in page.one("main").text) is bool(said)


def test_near_a_town_that_is_called_as_its_council_area_distances_are_from_the_town(
    lunches: World, client: PageClient
) -> None:
    service(lunches, "Lunch in Otley Chevin", ("53.896000", "-1.650000"))
    page = look(client, "lunch near Leeds")
    rows = {row.one("h2").text: row.text for row in page.all("main li.row")}
    assert services(page)[0] == "Lunch of Headingley"
    assert "1.8 miles away" in rows["Lunch of Headingley"]
    assert "8.0 miles away" in rows["Lunch in Otley Chevin"]
    assert "Distances are from the middle of Leeds." in page.one("main").text
    area = client.get(str(next(link["href"] for link in page.all("main a") if "council area" in link.text)))
    assert area.one("#near")["value"] == "Leeds council area"
    inside = {row.one("h2").text: row.text for row in area.all("main li.row")}
    assert "away" not in inside["Lunch of Headingley"]
    assert "away" in inside["Lunch at Cupar"]
    assert "Distances are" not in area.one("main").text


def test_somewhere_that_nobody_knows_is_said_and_nothing_is_lost(lunches: World, client: PageClient) -> None:
    page = look(client, "lunch", "Brigadoon")
    assert "We don’t know where “Brigadoon” is" in page.one("main").text
    assert len(services(page)) == 4
    assert page.one("#near")["value"] == "Brigadoon"


@pytest.mark.parametrize(
    ("typed", "unknown"),
    [
        ("lunch near Paris", "Paris"),
        ("lunch in Paris", "Paris"),
        ("lunch near Paris for two", "Paris"),
        ("lunch near Timbuktu", "Timbuktu"),
        ("lunch near Headingley", "Headingley"),
        ("lunch near ZZ99 9ZZ", "ZZ99 9ZZ"),
        ("lunch in BT1 5GS", "BT1 5GS"),
        ("lunch near 90210", "90210"),
    ],
)
def test_somewhere_in_the_one_box_that_nobody_knows_is_said_and_is_no_word(
    lunches: World, client: PageClient, typed: str, unknown: str
) -> None:
    lunches.record(name="Parish lunch")
    page = look(client, typed)
    assert f"We don’t know where “{unknown}” is, so these are from everywhere." in page.one("main").text
    assert len(services(page)) == 5
    assert (page.one("#q")["value"].split()[0], page.one("#near")["value"]) == ("lunch", unknown)
    words = client.get(str(next(link["href"] for link in page.all("main a") if "as words" in link.text)))
    assert "We don’t know" not in words.one("main").text
    assert words.one("#near")["value"] == ""


def test_a_postcode_that_nobody_knows_finds_the_addresses_that_have_it(world: World, client: PageClient) -> None:
    world.record("location", name="Weavers mill", location_type="physical", postal_code="LT2 1BA")
    page = look(client, "LT2 1BA")
    assert [link.text for link in page.all("main .row h2 a")] == ["Weavers mill"]
    assert "We don’t know" not in page.one("main").text


def test_where_only_somewhere_was_typed_that_nobody_knows_nothing_is_said_to_be_from_everywhere(
    lunches: World, client: PageClient
) -> None:
    page = look(client, "near Easterhouse")
    assert "We don’t know where “Easterhouse” is. Try a postcode" in page.one("main").text
    assert services(page) == []


@pytest.mark.parametrize(
    ("typed", "what", "near"),
    [
        ("lunch near Cupar headingley", "lunch headingley", "Cupar"),
        ("lunch near KY15 4AA, headingley", "lunch headingley", "KY15 4"),
        ("lunch in Cupar for people", "lunch for people", "Cupar"),
        ("lunch near Headingley Leeds", "lunch", "Leeds"),
        ("lunch near Headingley, Leeds", "lunch", "Leeds"),
    ],
)
def test_a_place_is_understood_though_other_words_stand_beside_it(
    lunches: World, client: PageClient, typed: str, what: str, near: str
) -> None:
    page = look(client, typed)
    assert (page.one("#q")["value"], page.one("#near")["value"]) == (what, near)


@pytest.mark.parametrize(
    "typed",
    [
        "walking in nature", "help in crisis", "in pain", "help in prison", "living at home", "close to tears",
        "support in later life", "lunch near me", "food near here", "soup near the hospital", "reading in bath chairs",
    ],
)  # fmt: skip
def test_words_behind_a_small_word_stay_words(lunches: World, client: PageClient, typed: str) -> None:
    for word in ("crisis", "pain", "prison", "later life"):
        lunches.record(name=f"Help with {word}")
    refresh(lunches.storage, lunches.now)
    page = look(client, typed)
    assert (page.one("#q")["value"], page.one("#near")["value"]) == (typed, "")


def test_a_misspelt_place_behind_a_small_word_is_taken_for_the_one_that_was_meant(
    lunches: World, client: PageClient
) -> None:
    page = look(client, "lunch in Edinbrugh")
    assert "We know no place called “Edinbrugh”, and took it for Edinburgh" in page.one("main").text


def test_words_that_only_sound_like_a_place_stay_words(lunches: World, client: PageClient) -> None:
    service(lunches, "Soup in the shed")
    assert services(look(client, "soup in the shed")) == ["Soup in the shed"]


def test_the_place_can_be_taken_away(lunches: World, client: PageClient) -> None:
    page = look(client, "lunch near LS6")
    assert (page.one("#q")["value"], page.one("#near")["value"]) == ("lunch", "LS6")
    everywhere = client.get(str(page.one("main .tags a")["href"]))
    assert "miles away" not in everywhere.one("main").text
    assert len(services(everywhere)) == 4


def test_a_search_near_somewhere_takes_as_few_queries_as_any(lunches: World, client: PageClient) -> None:
    with at_most(8, lunches.storage.engine):
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
        "/search?q=lunch&near=BT1+1AA",
        "/search?q=lunch&near=LS6&from=999999",
        "/search?q=lunch&near=LS6&from=-5",
        '/search?q=%22%2A+NEAR%28"&near=%22%2A',
        "/search?q=lunch&near=48.85,2.35",
    ],
)
def test_whatever_is_typed_gets_an_answer(lunches: World, client: PageClient, address: str) -> None:
    client.get(address)


# -- open now ---------------------------------------------------------------------------------------------


def opening(world: World, name: str, opens: str, closes: str, day: str = "MO") -> None:
    """A service of that name with hours on one day of the week, at a hall in Cupar."""
    hall = world.record(
        "location", name=f"Hall of {name}", location_type="physical", latitude=CUPAR[0], longitude=CUPAR[1]
    )
    schedule = {
        "id": "0192d7b4-0000-7000-8000-000000000003",
        "order": 0,
        "freq": "WEEKLY",
        "byday": day,
        "opens_at": opens,
        "closes_at": closes,
    }
    place = {"id": "0192d7b4-0000-7000-8000-000000000002", "order": 0, "location_id": hall, "schedules": [schedule]}
    world.record(name=name, places=[place])


@pytest.fixture
def timed(world: World) -> World:
    """On this Monday at nine, one is open, one opens later, one is closed on Mondays, one says nothing."""
    opening(world, "Early lunch", "08:00", "17:00")
    opening(world, "Late lunch", "12:00", "14:00")
    opening(world, "Tuesday lunch", "08:00", "17:00", "TU")
    service(world, "Silent lunch", CUPAR)
    return world


def test_results_say_whether_they_are_open(timed: World, client: PageClient) -> None:
    rows = {row.one("h2").text: row.text for row in look(client, "lunch near Cupar").all("main .row")}
    assert "Open now, until 17:00" in rows["Early lunch"]
    assert "Closed now. Opens today at 12:00" in rows["Late lunch"]
    assert "now" not in rows["Silent lunch"]


@pytest.mark.parametrize("address", ["/search?q=lunch+near+Cupar+open+now", "/search?q=lunch&near=Cupar&open=now"])
def test_asked_for_what_is_open_now_only_that_is_found(timed: World, client: PageClient, address: str) -> None:
    page = client.get(address)
    assert services(page) == ["Early lunch"]
    assert "1 result open now" in page.one("main").text
    assert page.one("#open").get("checked") is not None
    everything = client.get(str(page.all("main .tags a")[-1]["href"]))
    assert len(services(everything)) == 4
    assert everything.one("#near")["value"] == "Cupar"


def test_where_nothing_is_known_to_be_open_the_page_says_so_and_shows_the_way_to_all(
    timed: World, client: PageClient
) -> None:
    with clock.fixed(timed.now + timedelta(hours=12)):
        page = look(client, "lunch open now")
    assert "Nothing that we know to be open now" in page.one("main").text
    assert len(services(client.get(str(page.one(".empty a")["href"])))) == 4


def test_where_a_device_is_stays_in_the_box_as_its_point(lunches: World, client: PageClient) -> None:
    page = look(client, "near 56.3188,-3.012")
    assert page.one("h1").text == "What is near where you are"
    assert page.one("#near")["value"] == "56.3188,-3.012"
    assert page.one("main .tags a").text.startswith("near where you are")
    asked = asked_in(MultiDict({"q": "lunch near 56.3188,-3.012"}), {})
    assert asked.search({}, clock.now()).wished == ""
    assert asked_in(MultiDict({"q": "lunch near Cupar"}), {}).search({}, clock.now()).wished == "Cupar"


def test_a_service_that_is_found_can_be_put_on_a_list_from_there(lunches: World, client: PageClient) -> None:
    rows = {row.one("h2").text: row.find("a.above") for row in look(client, "lunch").all("li.row")}
    offered = rows["Lunch at Cupar"]
    assert offered is not None
    assert offered.text == "Add Lunch at Cupar to a list"
    assert client.get(offered["href"]).one("h1").text == "Add Lunch at Cupar to a list"
    assert rows["Hall of Lunch at Cupar"] is None
