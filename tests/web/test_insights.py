"""How reviewing goes: pictures with names, the same numbers in tables, and a word when decisions take long."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from tests.support.page_client import PageClient
from tests.support.queries import at_most
from tests.support.world import World
from webapp.domain.insights import Figures, Week, to_text
from webapp.storage.models import SiteProperty
from webapp.storage.queries.insights import KEPT

Keep = Callable[[float | None], None]


@pytest.fixture
def keep(world: World) -> Keep:
    """Keeps figures whose last week has this median."""

    def make(hours: float | None) -> None:
        quiet = Week(0, None, None, 0, 0, 0, 7.0)
        last = Week(10, hours, hours and hours * 3, 8, 1, 12, 0.0)
        figures = Figures(world.now, (*[quiet] * 11, Week(4, 20.0, 60.0, 4, 0, 9, 2.5), last), (3, 2, 1, 0, 4))
        world.storage.transact(lambda uow: uow.add(SiteProperty, name=KEPT, value=to_text(figures)), world.now)

    return make


def test_nothing_counted_yet_says_when_it_will_be(world: World, client: PageClient) -> None:
    page = client.get("/insights")
    assert page.one(".empty h2").text == "Nothing counted yet"
    assert world


def test_every_picture_has_a_name_and_its_numbers_stand_in_a_table(keep: Keep, client: PageClient) -> None:
    keep(30.0)
    page = client.get("/").click("How reviewing goes")
    ids = {element["id"] for element in page.all("[id]")}
    pictures = page.all("svg[role=img]")
    assert len(pictures) == 4
    assert all(set(picture["aria-labelledby"].split()) <= ids for picture in pictures)
    tables = [[row.texts("th, td") for row in table.all("tbody tr")] for table in page.all("table")]
    assert [len(rows) for rows in tables] == [13, 5, 13, 13]
    assert tables[0][0][1:] == ["10", "30 hours", "90 hours"]
    assert tables[0][2][1:] == ["0", "–", "–"]
    assert [row[1] for row in tables[1]] == ["3", "2", "1", "0", "4"]
    assert [tables[2][0][1:], tables[2][2][1:]] == [["8", "1 (12.5 %)"], ["0", "0"]]
    assert [row[1:] for row in tables[3][:3]] == [["12", "0"], ["9", "2.5"], ["0", "7"]]
    assert page.one("#hours-words").text == (
        "In the last seven days half of all decisions took up to 30 hours, and nine of ten up to 90 hours."
    )
    assert page.one("#backlog-words").text == "10 changes wait to be decided."
    assert len(page.all("#reverted-name ~ .plot rect")) == 1
    assert len(page.all("#active-name ~ .plot rect.back")) == 1


@pytest.mark.parametrize(("hours", "said_as"), [(None, ""), (72.0, ""), (72.1, "72 hours"), (76.6, "77 hours")])
def test_long_waits_are_said_on_this_page_and_on_the_queue(
    hours: float | None, said_as: str, keep: Keep, client: PageClient
) -> None:
    keep(hours)
    said = [client.get(path).find("main .note.waiting") for path in ("/insights", "/review")]
    assert [note is not None for note in said] == [bool(said_as)] * 2
    assert all(f"half of last week’s took about {said_as} or more" in note.text for note in said if note)
    assert not said_as or f"took up to {said_as}" in client.get("/insights").one("#hours-words").text


def test_the_page_costs_one_row(keep: Keep, client: PageClient, app: Flask) -> None:
    keep(30.0)
    with at_most(1, app.extensions["storage"].engine):
        client.get("/insights")
