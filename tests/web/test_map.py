"""Maps: which pages have one, what it shows, who may be asked for its pictures, and what it weighs."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.support.page_client import PageClient
from tests.support.world import World
from tests.web.conftest import ON_BOTH
from webapp import create_app
from webapp.config import Settings
from webapp.storage.unit_of_work import new_id
from webapp.web.headers import policy
from webapp.web.map_view import MOST_OF_RESULT, result_points

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "static"
HERE = {"latitude": "55.975700", "longitude": "-3.170000"}
THERE = {"latitude": "56.000000", "longitude": "-3.500000"}
TILES = "https://tiles.example.org:8443/{z}/{x}/{y}.png?key=a&b=c"
HOSTILE = "Hall's \"><script>alert(1)</script> & {z} \u2028'"
Shown = list[dict[str, Any]]


def place(world: World, name: str, **values: Any) -> str:
    return world.record("location", name=name, location_type="physical", **values)


def at(*places: str) -> dict[str, Any]:
    return {"places": [{"id": new_id(), "order": n, "location_id": one} for n, one in enumerate(places)]}


def shown(client: PageClient, path: str) -> Shown:
    found = [json.loads(frame["data-points"]) for frame in client.get(path).all("[data-map]")]
    return found[0] if found else []


# -- which pages, which points ----------------------------------------------------------------------------


@ON_BOTH
def test_a_place_shows_where_it_is(world: World, client: PageClient) -> None:
    place(world, "Port Hall", address_1="1 Quay", city="Port Linnet", **HERE)
    (point,) = shown(client, "/locations/port-hall")
    assert point == {
        "name": "Port Hall", "url": None, "words": "1 Quay, Port Linnet", "latitude": 55.9757, "longitude": -3.17
    }  # fmt: skip


@ON_BOTH
def test_a_service_shows_each_of_its_places_once_and_leads_there(world: World, client: PageClient) -> None:
    one, other, nowhere = place(world, "One", **HERE), place(world, "Other", **THERE), place(world, "Nowhere")
    world.record(name="Soup", **at(one, other, nowhere, one))
    assert [(p["name"], p["url"]) for p in shown(client, "/services/soup")] == [
        ("One", "/locations/one"),
        ("Other", "/locations/other"),
    ]


@ON_BOTH
def test_an_organisation_shows_where_it_is(world: World, client: PageClient) -> None:
    club = world.record("organization", name="Club")
    place(world, "One", organization_id=club, **HERE)
    place(world, "Nowhere", organization_id=club)
    assert [(p["name"], p["latitude"]) for p in shown(client, "/organizations/club")] == [("One", 55.9757)]


def test_what_is_nowhere_has_no_map_and_loads_nothing_for_one(world: World, client: PageClient) -> None:
    world.record(name="By telephone")
    place(world, "Nowhere")
    for path in ("/", "/services/by-telephone", "/locations/nowhere", "/changes"):
        page = client.get(path)
        assert not page.all("[data-map], script[src*=map], link[href*=map]"), path


def test_what_is_gone_is_on_no_map(world: World, client: PageClient) -> None:
    place(world, "Old hall", status="closed", **HERE)
    world.record(name="Soup", **at(place(world, "Shut", status="defunct", **THERE)))
    assert shown(client, "/locations/old-hall") == []
    assert shown(client, "/services/soup") == []


def test_without_a_script_a_map_is_not_there_and_the_address_is(world: World, client: PageClient) -> None:
    place(world, "Port Hall", address_1="1 Quay", **HERE)
    page = client.get("/locations/port-hall")
    assert page.one("[data-map]").get("hidden") is not None
    assert "1 Quay" in page.one("dl.facts").text
    assert page.one("main script").get("defer") is not None


def test_hostile_names_stay_words(world: World, client: PageClient) -> None:
    hall = place(world, HOSTILE, address_1=HOSTILE, **HERE)
    world.record(name="Soup", **at(hall))
    (point,) = shown(client, "/services/soup")
    page = client.get("/services/soup")
    assert " ".join(point["name"].split()) == page.one("dl.facts a").text
    assert {script.get("type") for script in page.all("script") if not script.get("src")} == {"application/ld+json"}


def test_a_result_is_on_the_map_where_its_places_are_and_hides_no_other() -> None:
    many = [{"latitude": f"{50 + n}.000000", "longitude": "-3.000000"} for n in range(20)]
    assert len(result_points("Chain", "/services/chain", {}, many)) == MOST_OF_RESULT
    assert result_points("Soup", "/services/soup", {}, [{"latitude": "north"}, {}]) == []
    (own,) = result_points("Hall", "/locations/hall", {**HERE, "city": "Leith"}, [])
    assert own | {"words": ""} == {
        "name": "Hall", "url": "/locations/hall", "words": "", "latitude": 55.9757, "longitude": -3.17
    }  # fmt: skip


def test_a_map_beside_a_list_is_folded(app: Flask) -> None:
    with app.test_request_context():
        ui = app.jinja_env.globals["ui"]
        points = result_points("Hall", "/locations/hall", HERE, [])
        made = str(ui.map(points, "Map of these results", is_folded=True))  # type: ignore[attr-defined] # macros
        assert re.search(r"<details [^>]*data-map-fold hidden><summary>Map of these results</summary><div", made)
        assert str(ui.map([], "Map")) == ""  # type: ignore[attr-defined] # macros


# -- the pin ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/locations/port-hall/suggest", "/suggest/new/location"])
def test_the_form_of_a_place_has_a_pin_over_its_two_fields(world: World, client: PageClient, path: str) -> None:
    place(world, "Port Hall", **HERE)
    page = client.get(path)
    frame = page.one("[data-map]")
    assert page.one(f"#{frame['data-latitude']}")["name"].endswith("latitude")
    assert page.one(f"#{frame['data-longitude']}")["name"].endswith("longitude")
    assert frame.get("hidden") is not None
    assert page.one("button[data-middle]").get("hidden") is not None


def test_the_form_of_a_service_has_no_map(world: World, client: PageClient) -> None:
    world.record(name="Soup")
    assert not client.get("/services/soup/suggest").all("[data-map]")


# -- tiles ------------------------------------------------------------------------------------------------


@pytest.fixture
def tiled(app: Flask, tmp_path: Path) -> Iterator[Flask]:
    """The same site with a tile server."""
    given = {
        "WELLKEPT_DATABASE_URL": app.extensions["settings"].database_url,
        "WELLKEPT_INSTANCE": str(tmp_path / "instance"),
        "WELLKEPT_MAP_TILES": TILES,
        "WELLKEPT_MAP_ATTRIBUTION": "© <b>People</b> https://a.example/copyright",
    }
    made = create_app(Settings.from_environ(given, ROOT))
    yield made
    made.extensions["storage"].dispose()


def sources(header: str) -> dict[str, list[str]]:
    return {name: values for name, *values in (part.split() for part in header.split(";"))}


def test_only_pictures_may_come_from_the_tile_server_and_from_no_other(app: Flask, tiled: Flask) -> None:
    plain, with_tiles = (sources(policy(one.extensions["settings"])) for one in (app, tiled))
    assert with_tiles.pop("img-src") == [*plain.pop("img-src"), "https://tiles.example.org:8443"]
    assert with_tiles == plain
    assert not any("://" in source or "*" in source for values in plain.values() for source in values)
    answer = tiled.test_client().get("/search")
    assert sources(answer.headers["Content-Security-Policy"])["img-src"][-1] == "https://tiles.example.org:8443"


def test_a_map_is_told_of_the_tiles_and_says_whose_they_are(world: World, tiled: Flask) -> None:
    place(world, "Port Hall", **HERE)
    text = tiled.test_client().get("/locations/port-hall").text
    assert 'data-tiles="https://tiles.example.org:8443/{z}/{x}/{y}.png?key=a&amp;b=c"' in text
    assert 'data-by="© &lt;b&gt;People&lt;/b&gt;" data-by-url="https://a.example/copyright"' in text


def test_without_a_tile_server_no_map_names_another_site(world: World, client: PageClient) -> None:
    place(world, "Port Hall", **HERE)
    frame = client.get("/locations/port-hall").one("[data-map]")
    assert frame.get("data-tiles") is None
    assert "://" not in "".join(str(value) for value in frame.tag.attrs.values())


def test_everything_a_map_loads_is_kept_for_ever(world: World, client: PageClient) -> None:
    place(world, "Port Hall", **HERE)
    page = client.get("/locations/port-hall")
    frame = page.one("[data-map]")
    own = [page.one("script[src*=map]")["src"], page.one("link[href*=map][rel=stylesheet]")["href"]]
    for address in (*own, frame["data-script"], frame["data-sheet"], frame["data-outline"]):
        with client.browser.get(address) as answer:
            assert answer.status_code == 200, address
            assert "immutable" in answer.headers["Cache-Control"], address


# -- what it weighs ---------------------------------------------------------------------------------------

KILOBYTE = 1000
BUDGET = {
    "js/map.js": (15 * KILOBYTE, 5.5 * KILOBYTE),
    "css/map.css": (6 * KILOBYTE, 2 * KILOBYTE),
    "vendor/leaflet-1.9.4/leaflet.js": (150 * KILOBYTE, 43 * KILOBYTE),
    "vendor/leaflet-1.9.4/leaflet.css": (15 * KILOBYTE, 4 * KILOBYTE),
    "map/outline.json": (60 * KILOBYTE, 22 * KILOBYTE),
}


@pytest.mark.parametrize("name", BUDGET)
def test_a_map_weighs_no_more_than_agreed(name: str) -> None:
    content = (STATIC / name).read_bytes()
    plain, packed = BUDGET[name]
    assert len(content) <= plain
    assert len(gzip.compress(content, mtime=0)) <= packed


# -- the outline ------------------------------------------------------------------------------------------


def ring(numbers: list[int]) -> list[tuple[int, int]]:
    points, x, y = [], 0, 0
    for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
        x, y = x + dx, y + dy
        points.append((x, y))
    return points


def covers(rings: list[list[int]], longitude: float, latitude: float) -> bool:
    """Whether a point lies on land: it is inside when a line from it crosses the coast an odd number of times."""
    x, y, is_inside = longitude * 1000, latitude * 1000, False
    for numbers in rings:
        points = ring(numbers)
        for (ax, ay), (bx, by) in zip(points, [*points[1:], points[0]], strict=True):
            if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
                is_inside = not is_inside
    return is_inside


KNOWN = {
    "Edinburgh": (-3.20, 55.94, "home"),
    "Cardiff": (-3.20, 51.50, "home"),
    "London": (-0.12, 51.51, "home"),
    "Omagh": (-7.30, 54.60, "home"),
    "Kirkwall": (-2.98, 58.96, "home"),
    "Stornoway": (-6.42, 58.22, "home"),
    "Lerwick": (-1.22, 60.20, "home"),
    "Newport, Isle of Wight": (-1.29, 50.69, "home"),
    "Dublin": (-6.35, 53.33, "beside"),
    "Snaefell": (-4.46, 54.26, "beside"),
    "Irish Sea": (-5.00, 53.60, ""),
    "Dogger Bank": (2.00, 54.70, ""),
    "Firth of Forth": (-2.80, 56.12, ""),
}


@pytest.mark.parametrize("name", KNOWN)
def test_the_outline_has_land_where_land_is(name: str) -> None:
    outline = json.loads((STATIC / "map" / "outline.json").read_text(encoding="utf-8"))
    longitude, latitude, on = KNOWN[name]
    assert [part for part in ("home", "beside") if covers(outline[part], longitude, latitude)] == ([on] if on else [])


def test_the_outline_names_towns_the_largest_first() -> None:
    towns = json.loads((STATIC / "map" / "outline.json").read_text(encoding="utf-8"))["towns"]
    assert [name for name, _, _ in towns[:3]] == ["London", "Birmingham", "Glasgow"]
    assert {"Belfast", "Inverness", "Aberystwyth", "Lerwick"} <= {name for name, _, _ in towns}
