"""What was meant: words mistyped, half typed, of the same meaning, or that not every result has."""

from __future__ import annotations

import pytest

from tests.support.page_client import PageClient
from tests.support.queries import at_most
from tests.support.world import World
from tests.web.walking import look, names, said, walks
from webapp.services.synonyms import load_synonyms
from webapp.services.vocabulary import refresh


@pytest.fixture
def town(world: World) -> World:
    """A town of walks."""
    return walks(world)


PART = {"HX-Request": "true", "HX-Request-Type": "partial"}


def test_words_that_nothing_has_are_taken_for_those_that_were_meant(town: World, client: PageClient) -> None:
    refresh(town.storage, town.now)
    page = look(client, "q=harbuor+walk")
    assert names(page) == ["Harbour walk"]
    assert "Nothing has the word “harbuor”. These are for “ harbour ”." in said(page)
    assert page.one("#q")["value"] == "harbuor walk"


def test_a_name_that_is_nearly_what_people_look_for_is_asked_about(town: World, client: PageClient) -> None:
    town.record(name="Doctor on the harbour")
    town.record(name="J Docter Ltd")
    refresh(town.storage, town.now)
    assert "Did you mean" not in said(look(client, "q=docter"))
    load_synonyms(town.storage, [("GP", "doctor")], town.now)
    page = look(client, "q=docter")
    assert names(page) == ["J Docter Ltd"]
    assert "Did you mean doctor ?" in said(page)


def test_a_place_that_is_misspelt_is_taken_for_the_one_that_was_meant(town: World, client: PageClient) -> None:
    page = look(client, "q=walk&near=Cupaar")
    assert "We know no place called “Cupaar”, and took it for Cupar" in said(page)
    assert names(page)[0] == "Harbour walk"


def test_a_town_at_the_end_is_taken_for_a_place_and_one_press_undoes_it(town: World, client: PageClient) -> None:
    page = look(client, "q=walk+Cupar")
    assert page.one("#near")["value"] == "Cupar"
    assert "We took “Cupar” for a place" in said(page)
    assert names(page)[0] == "Harbour walk"
    words = client.get(str(next(link["href"] for link in page.all("main a") if "as words" in link.text)))
    assert names(words)[0] == "Harbour walk"  # the town of its hall is one of its words
    assert words.one("#near")["value"] == ""


def test_what_means_the_same_is_found_and_marked(town: World, client: PageClient) -> None:
    load_synonyms(town.storage, [("stroll", "walk")], town.now)
    page = look(client, "q=stroll+harbour")
    assert names(page) == ["Harbour walk"]
    assert [mark.text for mark in page.all("main .row h2 mark")] == ["Harbour", "walk"]


def test_the_page_says_what_it_looked_for_because_it_means_the_same(town: World, client: PageClient) -> None:
    load_synonyms(town.storage, [("stroll", "Walk", "led walk"), ("pier", "jetty")], town.now)
    page = look(client, "q=strolls")
    assert "We also looked for what means the same as “strolls”: “Walk” and “led walk”." in said(page)
    for others in ("q=Kirk", "q=pier+submarine"):
        assert "We also looked for" not in said(look(client, others))


def test_results_say_why_where_the_name_does_not(town: World, client: PageClient) -> None:
    page = look(client, "q=walk+wheelchair+free")
    row = page.all("main .row")[0]
    assert [reason.text for reason in row.all(".why")] == ["What it costs: Free .", "Step-free"]
    assert [mark.text for mark in row.all("mark")] == ["walk", "Free", "Step-free"]


def test_what_is_found_by_its_category_says_so(town: World, client: PageClient) -> None:
    (row,) = look(client, "q=health").all("main .row")
    assert row.one("h2").text == "Hill walk"
    assert [reason.text for reason in row.all(".why")] == ["Category: Health"]
    assert [mark.text for mark in row.all("mark")] == ["Health"]


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


# -- while somebody types ---------------------------------------------------------------------------------


def test_names_that_fit_are_offered_while_somebody_types(town: World, client: PageClient) -> None:
    part = client.browser.get("/search/names?q=harb", headers=PART)
    assert part.status_code == 200
    assert '<a href="/services/harbour-walk">Harbour walk</a>' in part.text
    assert "1 name below the box" in part.text
    for nothing in ("", "%22", "h"):
        assert "href" not in client.browser.get(f"/search/names?q={nothing}", headers=PART).text


def test_a_half_typed_word_offers_what_means_the_same_as_the_word(town: World, client: PageClient) -> None:
    load_synonyms(town.storage, [("ramble", "walk")], town.now)
    town.record(name="A ramble")
    part = client.browser.get("/search/names?q=rambl", headers=PART).text
    assert part.index("A ramble") < part.index("Harbour walk")
    for typed in ("rambl", "ramble"):
        assert "Harbour walk" in client.browser.get(f"/search/names?q={typed}", headers=PART).text
    assert "Harbour walk" not in client.browser.get("/search/names?q=ram", headers=PART).text


def test_the_address_of_the_names_leads_to_the_search_itself(town: World, client: PageClient) -> None:
    told = client.browser.get("/search/names?q=harb")
    assert (told.status_code, told.headers["Location"]) == (302, "/search?q=harb")


def test_names_while_typing_take_four_queries(town: World, client: PageClient) -> None:
    client.browser.get("/search/names?q=wa", headers=PART)
    with at_most(4, town.storage.engine):
        client.browser.get("/search/names?q=wal", headers=PART)
