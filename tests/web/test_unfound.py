"""Moderators read what nobody finds; searching costs no more for being counted."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import insert, select

from tests.support.page_client import PageClient
from tests.support.queries import at_most
from tests.support.world import World
from tests.web.conftest import ON_BOTH, SignIn
from webapp import clock
from webapp.gazetteer import places_named
from webapp.services.unfound import LONGEST_WAIT
from webapp.storage.models import Unfound
from webapp.storage.queries.unfound import SEVERAL
from webapp.web import unfound

PAGE = "/moderate/unfound"


def put(world: World, *rows: tuple[str, str, str, int]) -> None:
    values = [dict(zip(("month", "words", "area", "times"), row, strict=True)) for row in rows]
    world.storage.transact(lambda uow: uow.run(insert(Unfound), values), world.now)


@ON_BOTH
def test_a_moderator_comes_from_the_room_and_reads_month_by_month(world: World, mo: PageClient) -> None:
    put(
        world,
        ("2026-11", "group walking", "Fife", 12),
        ("2026-11", "debt", "", 5),
        ("2026-11", "jane", "Fife", 4),
        ("2026-11", "drop", "Angus", 3),
        ("2026-11", "drop", "Moray", 3),
        ("2026-10", "once", "", 1),
    )
    page = mo.get("/moderate").click("What nobody finds")
    assert page.texts("main h2") == ["November 2026", "October 2026", "How it is counted"]
    assert page.texts(".row") == [
        "group walking 12 times in Fife",
        "drop 6 times in several areas, a few times in each",
        "debt 5 times no place named",
    ]
    assert "jane" not in page.text
    assert page.texts("section > p.muted") == [
        "And 4 searches with other words that are not shown.",
        "1 search with words that are not shown.",
    ]
    assert page.all(".row a")[0]["href"] == "/search?q=group+walking&near=Fife"
    assert SEVERAL not in page.all(".row a")[1]["href"]


def test_without_a_count_it_says_so(mo: PageClient) -> None:
    assert "Nothing yet" in mo.get(PAGE).one("main").text


def test_it_is_for_moderators(world: World, sign_in: SignIn, client: PageClient) -> None:
    client.get(PAGE, status=303)
    sign_in(world.person("rita", "trusted")).get(PAGE, status=403)


def test_it_costs_two_queries_more_than_asking_who_it_is(world: World, mo: PageClient) -> None:
    put(world, *((f"2026-{n:02}", "soup", "", 9) for n in range(1, 12)))
    with at_most(4, world.storage.engine):
        mo.get(PAGE)


# -- counting ---------------------------------------------------------------------------------------------


def note(app: Flask, words: str, town: str = "") -> None:
    """As the search page does."""
    with app.test_request_context("/search"):
        unfound.note(words, places_named(town)[0] if town else None)


def test_a_search_is_counted_by_the_council_area_and_written_after_the_answer(
    app: Flask, world: World, client: PageClient
) -> None:
    note(app, "walking group KY15 4AA", "Cupar")
    note(app, "Lunch")
    client.browser.get("/search").close()
    assert world.all(select(Unfound)) == []
    with clock.fixed(world.now + LONGEST_WAIT):
        answer = client.browser.get("/search")
        assert world.all(select(Unfound)) == []
        answer.close()
    assert {(row.words, row.area, row.times) for row in world.all(select(Unfound))} == {
        ("group walking", "Fife", 1),
        ("lunch", "", 1),
    }


def test_a_moderator_who_looks_it_up_is_not_counted(app: Flask, world: World, mo: PageClient) -> None:
    with mo.browser:
        mo.browser.get("/search")
        unfound.note("soup", None)
    assert app.extensions["unfound"].write(world.now) == 0


def test_a_search_that_finds_nothing_is_counted_and_one_that_finds_something_is_not(
    app: Flask, world: World, client: PageClient
) -> None:
    world.record(name="Harbour walk")
    client.get("/search?q=submarine&near=Cupar")
    client.get("/search?q=walk")
    app.extensions["unfound"].write(world.now)
    rows = world.all(select(Unfound.words, Unfound.area))
    assert [(row.words, row.area) for row in rows] == [("submarine", "Fife")]
