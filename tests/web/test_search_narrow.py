"""Narrowing a search: all of it in the address, and every choice can be taken back."""

from __future__ import annotations

import json
from urllib.parse import quote_plus

import pytest

from tests.support.page_client import PageClient
from tests.support.queries import at_most
from tests.support.world import World
from tests.web.walking import choice, element, look, names, said, walks
from webapp.storage.search import ranking


@pytest.fixture
def town(world: World) -> World:
    """A town of walks."""
    return walks(world)


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ("cost=free", {"Harbour walk"}),
        ("age=18", {"Harbour walk", "Hill walk", "Leeds walk"}),
        ("age=0", {"Harbour walk", "Buggy walk", "Leeds walk"}),
        ("access=loop", set()),
        ("access=step", {"Harbour walk"}),
        ("for=families", {"Buggy walk"}),
        ("for=children", {"Buggy walk"}),
        ("for=veterans", set()),
        ("language=pl", {"Harbour walk"}),
        ("category=walks", {"Harbour walk"}),
        ("category=health", {"Harbour walk", "Hill walk"}),
        ("category=health&cost=free", {"Harbour walk"}),
        ("kind=service", {"Harbour walk", "Hill walk", "Buggy walk", "Leeds walk"}),
        ("kind=guide", set()),
    ],
)
def test_each_filter_leaves_what_fits_it(town: World, client: PageClient, filters: str, found: set[str]) -> None:
    assert set(names(look(client, f"q=walk&{filters}"))) == found


def test_each_choice_says_how_many_it_leaves_and_leads_there(town: World, client: PageClient) -> None:
    page = look(client, "q=walk")
    offered = [link for link in page.all("#narrow a.pick") if link.all("small")]
    assert len(offered) > 5
    for link in offered:
        count = int(link.one("small").text.split()[0])
        assert len(names(client.get(str(link["href"])))) == count, link.text


def test_where_more_match_than_were_looked_at_a_choice_says_how_many_it_leaves_at_the_least(
    town: World, client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranking, "CANDIDATES", 3)
    monkeypatch.setattr(ranking, "COUNTED", 2)
    for address, most in (("q=walk", 3), ("q=walk&kind=service", 2)):
        counts = [
            (link.one("small").text, len(names(client.get(str(link["href"])))))
            for link in look(client, address).all("#narrow a.pick")
            if link.all("small") and not link.get("aria-current")
        ]
        assert counts
        for words, found in counts:
            count, sign, unit = words.partition("+")
            assert (sign, unit) == ("+", " results"), (address, words)
            assert 1 <= int(count) <= min(most, found), (address, words)


def test_a_choice_in_force_is_a_chip_and_can_be_taken_back_in_two_places(town: World, client: PageClient) -> None:
    chosen = client.get(choice(look(client, "q=walk"), "Free"))
    assert names(chosen) == ["Harbour walk"]
    (chip,) = chosen.all("main .tags a")
    assert chip.text.startswith("Free")
    for address in (str(chip["href"]), choice(chosen, "Free")):
        assert len(names(client.get(address))) == 4


@pytest.mark.parametrize("chosen", ["category=health", "cost=free", "access=step", "kind=service", "age=18"])
def test_what_is_in_force_counts_the_results_themselves(
    town: World, client: PageClient, monkeypatch: pytest.MonkeyPatch, chosen: str
) -> None:
    monkeypatch.setattr(ranking, "COUNTED", 1)
    page = look(client, f"q=walk&{chosen}")
    (current,) = page.all("#narrow [aria-current]")
    assert int(current.one("small").text.split()[0]) == len(names(page))


def test_below_a_category_the_counts_are_of_its_own_results(
    town: World, client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranking, "COUNTED", 1)
    below = next(one for one in look(client, "q=walk&category=health").all("#narrow a") if one.text.startswith("Walks"))
    assert below.one("small").text == "1 result"


@pytest.mark.parametrize("more", ["", "&within=5", "&kind=service", "&areas=all"])
def test_each_distance_says_how_many_it_leaves(town: World, client: PageClient, more: str) -> None:
    page = look(client, f"q=walk&near=Cupar{more}")
    offered = [link for link in page.all("#narrow a") if link.text.startswith("within")]
    assert len(offered) == 4
    for link in offered:
        if not link.get("aria-current"):
            found = names(client.get(str(link["href"])))
            assert int(link.one("small").text.split()[0]) == len(found) == 1, link.text


def test_a_distance_beyond_what_was_looked_through_counts_at_the_least(
    town: World, client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranking, "CANDIDATES", 3)
    page = look(client, "q=walk&near=Cupar")
    words = [link.one("small").text for link in page.all("#narrow a") if link.text.startswith("within")]
    assert words == ["1 result", "1 result", "1 result", "1+ results"]


def test_where_things_have_to_be_open_the_other_choices_are_counted_about(town: World, client: PageClient) -> None:
    times = element(1, freq="WEEKLY", byday="MO,TU,WE,TH,FR,SA,SU", opens_at="00:00", closes_at="23:59")
    later = element(2, freq="WEEKLY", byday="TU", opens_at="12:30", closes_at="14:00")
    town.record(name="Daily walk", schedules=[times], fees_description="Free")
    town.record(name="Tuesday walk", schedules=[later])
    page = look(client, "q=walk&open=tue&at=12:00")  # nobody looked yet into the hour that one of them opens in
    assert names(page) == ["Daily walk"]
    counts = {link.text.partition(" about ")[0]: link.one("small").text for link in page.all("#narrow a.pick")}
    assert counts["Free"] == "about 1 result"
    assert {words for words in counts.values() if not words.startswith("about")} <= {"0 results"}


def test_the_title_of_the_page_says_how_many_results_there_are(town: World, client: PageClient) -> None:
    page = look(client, "q=walk")
    assert page.one("title").text.startswith("“walk”: 4 results – ")
    chosen = client.get(choice(page, "Free"))
    assert chosen.one("title").text.startswith("“walk”: 1 result – ")
    assert look(client, "category=health").one("title").text.startswith("Search: 2 results – ")
    assert look(client, "q=walk&kind=guide").one("title").text.startswith("“walk”: nothing found – ")
    assert look(client, "q=walk&from=20").one("title").text.startswith("“walk”: 4 results – ")
    assert look(client, "").one("title").text.startswith("Search – ")


def test_a_category_can_be_exchanged_for_one_below_it(town: World, client: PageClient) -> None:
    health = client.get(choice(look(client, "q=walk"), "Health"))
    below = client.get(choice(health, "Walks"))
    assert names(below) == ["Harbour walk"]


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


# -- whatever is asked ------------------------------------------------------------------------------------


def test_a_search_with_everything_takes_few_queries(town: World, client: PageClient) -> None:
    look(client, "q=walk")
    with at_most(8, town.storage.engine):
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


def test_results_that_are_somewhere_are_on_a_map_that_waits_to_be_opened(town: World, client: PageClient) -> None:
    page = look(client, "q=walk")
    (frame,) = page.all("[data-points]")
    assert [point["name"] for point in json.loads(str(frame["data-points"]))] == ["Harbour walk"]
    assert page.find("details[data-map-fold] [data-points]") is not None
