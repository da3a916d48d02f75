"""Narrowing, sorting and correcting a search: all of it in the address, and every choice can be taken back."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from urllib.parse import quote_plus

import pytest
from sqlalchemy import select

from tests.support.page_client import Page, PageClient
from tests.support.queries import at_most
from tests.support.world import World
from webapp import clock
from webapp.services.confirm import ConfirmRecord, confirm_record
from webapp.services.synonyms import load_synonyms
from webapp.services.vocabulary import refresh
from webapp.storage.models import Record, Unfound

PART = {"HX-Request": "true", "HX-Request-Type": "partial"}
ID = "0192d7b4-0000-7000-8000-00000000000"


def element(number: int, **values: Any) -> dict[str, Any]:
    """An element of a list."""
    return {"id": f"{ID}{number}", "order": number, **values}


@pytest.fixture
def town(world: World) -> World:
    """Walks of several costs, ages, ways in, languages and categories, and one for people of Leeds only."""
    health = world.record("taxonomy_term", name="Health")
    walks = world.record("taxonomy_term", name="Walks", parent_id=health)
    ramp = [element(1, description="Ramp at the side")]
    hall = world.record(
        "location",
        name="Kirk hall",
        location_type="physical",
        latitude="56.318800",
        longitude="-3.012000",
        city="Cupar",
        accessibility=ramp,
    )
    world.record(
        name="Harbour walk",
        fees_description="Free.",
        categories=[element(1, taxonomy_term_id=walks)],
        places=[element(1, location_id=hall)],
        languages=[element(1, name="Polish", code="pl")],
    )
    in_health = [element(1, taxonomy_term_id=health)]
    world.record(name="Hill walk", fees_description="£5", minimum_age=18, categories=in_health)
    world.record(name="Buggy walk", maximum_age=4)
    world.record(name="Leeds walk", service_areas=[element(1, name="Leeds")])
    return world


def look(client: PageClient, address: str) -> Page:
    """The page of a search, by its query."""
    return client.get(f"/search?{address}")


def names(page: Page) -> list[str]:
    """The names of the results."""
    return [link.text for link in page.all("main .row h2 a")]


def choice(page: Page, name: str) -> str:
    """The address behind a choice of the filters."""
    return next(str(link["href"]) for link in page.all("#narrow a") if link.text.startswith(name))


def said(page: Page) -> str:
    """All that the page says."""
    return page.one("main").text


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ("cost=free", {"Harbour walk"}),
        ("age=y18", {"Harbour walk", "Hill walk", "Leeds walk"}),
        ("age=y0", {"Harbour walk", "Buggy walk", "Leeds walk"}),
        ("access=fstep", set()),
        ("access=step", {"Harbour walk"}),
        ("language=pl", {"Harbour walk"}),
        ("category=walks", {"Harbour walk"}),
        ("category=health", {"Harbour walk", "Hill walk"}),
        ("category=health&cost=free", {"Harbour walk"}),
        ("kind=service", {"Harbour walk", "Hill walk", "Buggy walk", "Leeds walk"}),
        ("kind=guide", set()),
    ],
)
def test_each_filter_leaves_what_fits_it(town: World, client: PageClient, filters: str, found: set[str]) -> None:
    filters = filters.replace("age=y", "age=").replace("access=fstep", "access=loop")
    assert set(names(look(client, f"q=walk&{filters}"))) == found


def test_each_choice_says_how_many_it_leaves_and_leads_there(town: World, client: PageClient) -> None:
    page = look(client, "q=walk")
    offered = [link for link in page.all("#narrow a.pick") if link.all("small")]
    assert len(offered) > 5
    for link in offered:
        count = int(link.one("small").text.split()[0])
        assert len(names(client.get(str(link["href"])))) == count, link.text


def test_a_choice_in_force_is_a_chip_and_can_be_taken_back_in_two_places(town: World, client: PageClient) -> None:
    chosen = client.get(choice(look(client, "q=walk"), "Free"))
    assert names(chosen) == ["Harbour walk"]
    (chip,) = chosen.all("main .tags a")
    assert chip.text.startswith("Free")
    for address in (str(chip["href"]), choice(chosen, "Free")):
        assert len(names(client.get(address))) == 4


def test_a_category_can_be_exchanged_for_one_below_it(town: World, client: PageClient) -> None:
    health = client.get(choice(look(client, "q=walk"), "Health"))
    walks = client.get(choice(health, "Walks"))
    assert names(walks) == ["Harbour walk"]


def test_categories_that_have_the_words_lead_to_their_pages_and_are_no_results(
    town: World, client: PageClient
) -> None:
    page = look(client, "q=walks")
    assert "Walks" not in names(page)
    assert "/categories/walks" in {str(link["href"]) for link in page.all("main a")}


@pytest.mark.parametrize("unknown", ["cost=cheap", "colour=red", "language=PL", "checked=7"])
def test_what_no_filter_knows_is_as_if_it_were_not_there(town: World, client: PageClient, unknown: str) -> None:
    page = look(client, f"q=walk&{unknown}")
    assert len(names(page)) == 4
    assert page.all("main .tags") == []


# -- for whom it is ---------------------------------------------------------------------------------------


def test_what_is_for_people_elsewhere_is_left_out_counted_and_can_be_shown(town: World, client: PageClient) -> None:
    near = look(client, "q=walk&near=Cupar")
    assert "Leeds walk" not in names(near)
    assert "One more is for people who live elsewhere" in said(near)
    link = next(link for link in near.all("main a") if link.text == "Show it too")
    assert "Leeds walk" in names(client.get(str(link["href"])))
    assert "Leeds walk" in names(look(client, "q=walk&near=LS6"))
    assert "Leeds walk" in names(look(client, "q=walk"))


def test_a_distance_that_was_asked_for_is_kept_and_can_be_widened(town: World, client: PageClient) -> None:
    assert names(look(client, "q=walk&near=Cupar&within=5")) == ["Harbour walk"]
    nothing = look(client, "q=walk&near=LS6&within=5")
    assert names(nothing) == []
    wider = next(link for link in nothing.all("main a") if "within 5 miles" in link.text)
    assert len(names(client.get(str(wider["href"])))) > 0


def test_a_town_at_the_end_is_taken_for_a_place_and_one_press_undoes_it(town: World, client: PageClient) -> None:
    page = look(client, "q=walk+Cupar")
    assert page.one("#near")["value"] == "Cupar"
    assert "We took “Cupar” for a place" in said(page)
    assert names(page)[0] == "Harbour walk"
    words = client.get(str(next(link["href"] for link in page.all("main a") if "as words" in link.text)))
    assert names(words)[0] == "Harbour walk"  # the town of its hall is one of its words
    assert words.one("#near")["value"] == ""


# -- order and time ---------------------------------------------------------------------------------------


def test_results_can_be_sorted_by_name_distance_and_last_check(town: World, client: PageClient) -> None:
    assert names(look(client, "q=walk&sort=name")) == ["Buggy walk", "Harbour walk", "Hill walk", "Leeds walk"]
    assert names(look(client, "q=walk&near=Cupar&sort=nearest"))[0] == "Harbour walk"
    (hill,) = town.all(select(Record.id).where(Record.name == "Hill walk"))
    command = ConfirmRecord(hill.id, town.person("vera", "volunteer"), 1, "phoned")
    confirm_record(town.storage, command, clock.now())
    assert names(look(client, "q=walk&sort=checked"))[0] == "Hill walk"
    assert names(look(client, "q=walk&checked=3")) == ["Hill walk"]


def test_what_is_open_at_a_day_and_time_is_found(town: World, client: PageClient) -> None:
    times = element(1, freq="WEEKLY", byday="TU", opens_at="10:00", closes_at="12:00")
    town.record(name="Tuesday walk", schedules=[times])
    with clock.fixed(town.now):
        assert names(look(client, "q=walk&open=tue&at=11:00")) == ["Tuesday walk"]
        assert names(look(client, "q=walk&open=tue&at=13:00")) == []
        assert names(look(client, "q=walk&open=wed&at=11:00")) == []
        assert "Open on Tuesday at 11:00" in said(look(client, "q=walk&open=tue&at=11:00"))
        assert names(look(client, "q=walk&open=tue&at=soon")) == []  # at noon
    with clock.fixed(town.now + timedelta(days=6)):
        assert names(look(client, "q=walk&open=tue&at=11:00")) == ["Tuesday walk"]


EVENING = [("Early", "17:00", "20:00"), ("Long", "09:00", "21:00"), ("Night", "22:00", "06:00")]


@pytest.fixture
def evenings(town: World) -> World:
    """On this Monday one walk is over at eight, one goes on, one begins at ten; one is late on Tuesdays only."""
    for number, (name, opens, closes) in enumerate([*EVENING, ("Tuesday", "17:00", "21:00")]):
        day = "TU" if name == "Tuesday" else "MO"
        times = element(number + 1, freq="WEEKLY", byday=day, opens_at=opens, closes_at=closes)
        town.record(name=f"{name} walk", schedules=[times])
    return town


@pytest.mark.parametrize("address", ["q=walk+open+late", "q=walk&open=late", "q=late+opening+walk"])
def test_what_is_open_late_is_open_at_eight_in_the_evening_or_later_today(
    evenings: World, client: PageClient, address: str
) -> None:
    with clock.fixed(evenings.now):
        page = look(client, address)
        assert sorted(names(page)) == ["Long walk", "Night walk"]
        assert "2 results open then" in said(page)
        (chip,) = page.all("main .tags a")
        assert chip.text.startswith("open late (at 20:00 or later today)")
        assert page.find("#open[checked]") is None  # that is "open now"
        assert len(names(client.get(str(chip["href"])))) == 8


@pytest.mark.parametrize(("hours", "found"), [(11.5, ["Long walk", "Night walk"]), (13, ["Night walk"])])
def test_what_has_closed_already_is_not_open_late(
    evenings: World, client: PageClient, hours: float, found: list[str]
) -> None:
    with clock.fixed(evenings.now + timedelta(hours=hours)):  # half past eight, and ten
        assert sorted(names(look(client, "q=walk&open=late"))) == found


def test_open_late_can_be_chosen_and_taken_back_beside_the_results(evenings: World, client: PageClient) -> None:
    with clock.fixed(evenings.now):
        (late,) = [one for one in look(client, "q=walk").all("#narrow a") if one.text.startswith("Open late")]
        page = client.get(str(late["href"]))
        assert sorted(names(page)) == ["Long walk", "Night walk"]
        (chosen,) = [one for one in page.all("#narrow a") if one.text.startswith("Open late")]
        assert chosen["aria-current"] == "true"
        assert len(names(client.get(str(chosen["href"])))) == 8


def test_where_nothing_is_open_late_the_page_says_so(town: World, client: PageClient) -> None:
    assert "Nothing that we know to be open then" in said(look(client, "q=walk+open+late"))
    assert "Nothing that we know to be open then" in said(look(client, "q=walk+open+sunday"))


# -- what was meant ---------------------------------------------------------------------------------------


def test_words_that_nothing_has_are_taken_for_those_that_were_meant(town: World, client: PageClient) -> None:
    refresh(town.storage, town.now)
    page = look(client, "q=harbuor+walk")
    assert names(page) == ["Harbour walk"]
    assert "Nothing has the word “harbuor”. These are for “ harbour ”." in said(page)
    assert page.one("#q")["value"] == "harbuor walk"


def test_a_place_that_is_misspelt_is_taken_for_the_one_that_was_meant(town: World, client: PageClient) -> None:
    page = look(client, "q=walk&near=Cupaar")
    assert "We know no place called “Cupaar”, and took it for Cupar" in said(page)
    assert names(page)[0] == "Harbour walk"


def test_what_means_the_same_is_found_and_marked(town: World, client: PageClient) -> None:
    load_synonyms(town.storage, [("stroll", "walk")], town.now)
    page = look(client, "q=stroll+harbour")
    assert names(page) == ["Harbour walk"]


def test_results_say_why_where_the_name_does_not(town: World, client: PageClient) -> None:
    page = look(client, "q=walk+wheelchair+free")
    row = page.all("main .row")[0]
    assert [reason.text for reason in row.all(".why")] == ["What it costs: Free .", "Step-free"]
    assert [mark.text for mark in row.all("mark")] == ["walk", "Free", "Step-free"]


def test_where_nothing_has_all_words_those_that_have_most_are_shown(town: World, client: PageClient) -> None:
    page = look(client, "q=harbour+submarine")
    assert names(page) == ["Harbour walk"]
    assert "Nothing has all of your words. These have some of them." in said(page)


def test_those_with_all_words_come_first_and_are_told(town: World, client: PageClient) -> None:
    page = look(client, "q=walk+wheelchair+free")
    assert names(page)[0] == "Harbour walk"
    assert len(names(page)) > 1
    assert "One has all of your words; the others have some of them." in said(page)


def test_fewer_words_are_offered_where_nothing_has_any(town: World, client: PageClient) -> None:
    page = look(client, "q=submarine+trumpet")
    assert names(page) == []
    fewer = next(link for link in page.all("main a") if link.text == "trumpet")
    assert names(client.get(str(fewer["href"]))) == []


def test_a_search_with_everything_takes_few_queries(town: World, client: PageClient) -> None:
    look(client, "q=walk")
    with at_most(11, town.storage.engine):
        look(client, "q=walk&near=Cupar&cost=free&category=health&access=step&sort=checked&checked=12&open=now")


@pytest.mark.parametrize(
    "address",
    [
        "q=walk&sort=worst&from=99999&within=-3&checked=x&at=99:99&open=someday",
        "q=walk&category=" + "x" * 5_000,
        "q=walk&" + "&".join(f"access=x{n}" for n in range(400)),
        "q=" + quote_plus('"walk" NEAR(a, b) AND * -c'),
        "kind=service",
        "category=health&sort=nearest",
        "near=Cupar&open=tue",
    ],
)
def test_whatever_stands_in_the_address_gets_an_answer(town: World, client: PageClient, address: str) -> None:
    look(client, address)


# -- while somebody types ---------------------------------------------------------------------------------


def test_names_that_fit_are_offered_while_somebody_types(town: World, client: PageClient) -> None:
    part = client.browser.get("/search/names?q=harb", headers=PART)
    assert part.status_code == 200
    assert '<a href="/services/harbour-walk">Harbour walk</a>' in part.text
    assert "1 name below the box" in part.text
    for nothing in ("", "%22", "h"):
        assert "href" not in client.browser.get(f"/search/names?q={nothing}", headers=PART).text


def test_the_address_of_the_names_leads_to_the_search_itself(town: World, client: PageClient) -> None:
    told = client.browser.get("/search/names?q=harb")
    assert (told.status_code, told.headers["Location"]) == (302, "/search?q=harb")


def test_names_while_typing_take_three_queries(town: World, client: PageClient) -> None:
    client.browser.get("/search/names?q=wa", headers=PART)
    with at_most(3, town.storage.engine):
        client.browser.get("/search/names?q=wal", headers=PART)


def test_results_that_are_somewhere_are_on_a_map_that_waits_to_be_opened(town: World, client: PageClient) -> None:
    page = look(client, "q=walk")
    (frame,) = page.all("[data-points]")
    assert [point["name"] for point in json.loads(str(frame["data-points"]))] == ["Harbour walk"]
    assert page.one("details[data-map-fold] [data-points]") is not None


def test_what_nobody_finds_is_counted_for_moderators(town: World, client: PageClient) -> None:
    look(client, "q=submarine&near=Cupar")
    look(client, "q=walk")
    waiting = client.browser.application.extensions["unfound"]
    assert waiting.is_due(clock.now() + timedelta(minutes=2))
    waiting.write(clock.now())
    rows = town.all(select(Unfound.words, Unfound.area))
    assert [(row.words, row.area) for row in rows] == [("submarine", "Fife")]
