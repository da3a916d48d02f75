"""Which words of a search are a place, and which: what the page says of it, and of a place that nobody knows."""

from __future__ import annotations

import pytest
from werkzeug.datastructures import MultiDict

from tests.support.page_client import PageClient
from tests.support.world import World
from tests.web.lunching import look, service, services
from webapp import clock
from webapp.services.vocabulary import refresh
from webapp.web.search_asked import asked_in


def test_a_postcode_that_the_tables_lack_says_what_stands_in_for_it(lunches: World, client: PageClient) -> None:
    page = look(client, "G33 4RZ")
    assert page.one("h1").text == "What is near G33 4"
    assert "We know G33 4RZ only as far as G33 4" in page.one("main").text
    assert len(services(page)) == 4
    assert not page.all("main .row a[href^='/categories']")


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


@pytest.mark.parametrize("typed", ["lunch near Scotland", "lunch near Midlands", "near Wales"])
def test_a_nation_or_a_region_is_said_to_be_too_wide(lunches: World, client: PageClient, typed: str) -> None:
    told = look(client, typed).one("main").text
    assert "is too wide to look around in" in told
    assert "We don’t know where" not in told
    assert ("these are from everywhere" in told) == ("lunch" in typed)


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
        "lunch in Scotland", "help in England", "a choir in Wales", "lunch in the Midlands",
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


def test_where_a_device_is_stays_in_the_box_as_its_point(lunches: World, client: PageClient) -> None:
    page = look(client, "near 56.3188,-3.012")
    assert page.one("h1").text == "What is near where you are"
    assert page.one("#near")["value"] == "56.3188,-3.012"
    assert page.one("main .tags a").text.startswith("near where you are")
    asked = asked_in(MultiDict({"q": "lunch near 56.3188,-3.012"}), {})
    assert asked.search({}, clock.now()).wished == ""
    assert asked_in(MultiDict({"q": "lunch near Cupar"}), {}).search({}, clock.now()).wished == "Cupar"
