"""Others like this: what shares a category, the near before the far, and never what is closed or too far."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from tests.support.page_client import PageClient
from tests.support.queries import at_most, recorded
from tests.support.world import World
from tests.web.conftest import ON_BOTH
from webapp.services import confirm
from webapp.storage.unit_of_work import new_id

HERE = (55.9757, -3.1700)
NEXT_DOOR, ACROSS_TOWN, ELSEWHERE = 0.001, 0.18, 3.0  # degrees to the south


@pytest.fixture
def lunch(world: World) -> str:
    return world.record("taxonomy_term", name="Lunch clubs")


def club(world: World, name: str, *terms: str, south: float | None = None, **values: Any) -> str:
    """A service in these categories, so many degrees to the south of here, or nowhere."""
    if south is not None:
        at = {"latitude": f"{HERE[0] - south:.6f}", "longitude": f"{HERE[1]:.6f}"}
        place = world.record("location", name=f"Hall of {name}", location_type="physical", **at)
        values["places"] = [{"id": new_id(), "order": 0, "location_id": place}]
    categories = [{"id": new_id(), "order": number, "taxonomy_term_id": term} for number, term in enumerate(terms)]
    return world.record(name=name, categories=categories, **values)


def related(client: PageClient, slug: str = "soup") -> list[str]:
    found = [section for section in client.get(f"/services/{slug}").all("main section") if section.find("h2")]
    return [name for section in found if section.texts("h2") == ["Others like this"] for name in section.texts("h3")]


@ON_BOTH
def test_the_near_comes_before_the_far_and_the_too_far_not_at_all(world: World, client: PageClient, lunch: str) -> None:
    club(world, "Soup", lunch, south=0)
    club(world, "Far", lunch, south=ACROSS_TOWN)
    club(world, "Near", lunch, south=NEXT_DOOR)
    club(world, "By telephone", lunch)
    club(world, "In another country", lunch, south=ELSEWHERE)
    club(world, "Chess", world.record("taxonomy_term", name="Games"), south=0)
    assert related(client) == ["Near", "By telephone", "Far"]
    row = client.get("/services/soup").all("main .row")[0]
    assert "0.1 miles away" in row.text
    assert "Not checked yet" in row.text


@ON_BOTH
def test_only_what_runs_is_there_and_five_at_most(world: World, client: PageClient, lunch: str) -> None:
    for status in ("closed", "inactive", "temporarily closed"):
        club(world, status, lunch, south=0, status=status)
    for number in range(7):
        club(world, f"Club {number}", lunch, south=0)
    club(world, "Soup", lunch, south=0)
    found = related(client)
    assert len(found) == 5
    assert all(name.startswith("Club") for name in found)


@ON_BOTH
def test_of_the_equally_near_those_come_first_that_somebody_checked(
    world: World, client: PageClient, lunch: str
) -> None:
    club(world, "Soup", lunch, south=0)
    club(world, "Fuller, and better described", lunch, south=0, summary="Lunch", description="Lunch", fees="Free")
    checked = club(world, "Checked", lunch, south=0)
    command = confirm.ConfirmRecord(checked, world.person("cat", "reviewer"), 1, "visited")
    confirm.confirm_record(world.storage, command, world.now)
    assert related(client)[0] == "Checked"


def test_what_is_nowhere_is_like_what_is_anywhere(world: World, client: PageClient, lunch: str) -> None:
    club(world, "Soup", lunch)
    club(world, "Far", lunch, south=ELSEWHERE)
    assert related(client) == ["Far"]


def test_what_has_no_category_and_what_is_alone_in_its_own_has_none(
    world: World, client: PageClient, lunch: str
) -> None:
    club(world, "Soup", lunch)
    club(world, "Loner")
    assert related(client) == []
    assert related(client, "loner") == []


@ON_BOTH
def test_it_costs_one_statement_when_the_page_is_built_and_none_when_it_is_kept(
    world: World, app: Flask, lunch: str
) -> None:
    club(world, "Soup", lunch, south=0)
    for number in range(60):
        club(world, f"Club {number}", lunch, south=0)
    client = app.test_client()
    with at_most(5, world.storage.engine):
        client.get("/services/soup")
    with recorded(world.storage.engine) as said:
        assert client.get("/services/soup").status_code == 200
    assert len(said) == 1
