#!/usr/bin/env python3
"""Builds `static/map/outline.json`: the coast and the towns that a map shows where no tile server is set.

    .venv/bin/python scripts/build_outline.py               # fetches one npm package, unpacks it, installs nothing
    .venv/bin/python scripts/build_outline.py --from FILE   # the same from the package that is there already

The coast is Natural Earth's at 1:10 million, as the npm package world-atlas carries it; towns are those of the
gazetteer. Numbers are thousandths of a degree: a line is its first longitude and latitude, then steps.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "static" / "map" / "outline.json"
TOWNS = ROOT / "webapp" / "gazetteer" / "data" / "towns.tsv"
PACKAGE, SHA256 = "world-atlas@2.0.2", "032e7765f2ce00edaeafec23ff22bc3b77e42987c257da944cc585b452c05b97"
HOME, NEIGHBOURS = "826", ("372", "833")
"""Numbers of ISO 3166: the United Kingdom; Ireland and the Isle of Man, paler, so that nothing seems to be sea."""
WEST, SOUTH = -11.0, 49.5
TOLERANCE = 0.0035  # degrees that a simplified line may lie beside the true one
SMALLEST = 0.00002  # square degrees of an island that is drawn
MOST_TOWNS = 700
APART = 0.09  # degrees between a town's name and that of a larger one

Point = tuple[float, float]


def main() -> None:
    """Fetch, read, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--from", dest="package", type=Path, help="the package world-atlas")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        atlas = read(given.package or fetched(Path(temporary)))
    lines = [simpler(line) for line in lines_of(atlas)]
    made = {
        "home": rings(atlas, lines, (HOME,)),
        "beside": rings(atlas, lines, NEIGHBOURS),
        "towns": towns(),
    }
    OUT.write_text(json.dumps(made, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
    sys.stdout.write(f"{OUT.relative_to(ROOT)}: {OUT.stat().st_size:,} bytes, {len(made['towns'])} towns\n")


def fetched(folder: Path) -> Path:
    """The package from npm, checked."""
    subprocess.run(["npm", "pack", "--silent", "--pack-destination", folder, PACKAGE], check=True, capture_output=True)  # noqa: S607 - fixed words
    return next(folder.glob("*.tgz"))


def read(package: Path) -> dict[str, Any]:
    """The countries of the world as TopoJSON."""
    if hashlib.sha256(package.read_bytes()).hexdigest() != SHA256:
        raise SystemExit(f"{package} is not {PACKAGE}")
    with tarfile.open(package) as archive:
        member = archive.extractfile("package/countries-10m.json")
        if member is None:
            raise SystemExit(f"{package} has no countries")
        found: dict[str, Any] = json.load(member)
    return found


def lines_of(atlas: dict[str, Any]) -> Iterable[list[Point]]:
    """Every line between two countries, or a country and the sea, in degrees."""
    (by, up), (west, south) = atlas["transform"]["scale"], atlas["transform"]["translate"]
    for steps in atlas["arcs"]:
        x = y = 0
        line = []
        for dx, dy in steps:
            x, y = x + dx, y + dy
            line.append((x * by + west, y * up + south))
        yield line


def simpler(line: Sequence[Point]) -> list[Point]:
    """Douglas and Peucker's: without the points that lie within the tolerance of what stays."""
    if not any(WEST < x < 3 and SOUTH < y < 62 for x, y in line):
        return list(line)  # elsewhere in the world
    keep, spans = {0, len(line) - 1}, [(0, len(line) - 1)]
    while spans:
        first, last = spans.pop()
        beside = [(off(line[n], line[first], line[last]), n) for n in range(first + 1, last)]
        most, at = max(beside, default=(0.0, 0))
        if most > TOLERANCE:
            keep.add(at)
            spans += [(first, at), (at, last)]
    return [line[n] for n in sorted(keep)]


def off(point: Point, one: Point, other: Point) -> float:
    """How far a point lies from a line between two; across a degree is about six tenths of one upwards here."""
    px, py, dx, dy = (point[0] - one[0]) * 0.6, point[1] - one[1], (other[0] - one[0]) * 0.6, other[1] - one[1]
    length = dx * dx + dy * dy
    along = max(0.0, min(1.0, (px * dx + py * dy) / length)) if length else 0.0
    return float(((px - along * dx) ** 2 + (py - along * dy) ** 2) ** 0.5)


def rings(atlas: dict[str, Any], lines: Sequence[list[Point]], codes: Iterable[str]) -> list[list[int]]:
    """The coasts of countries, each as one list of numbers; tiny islands are left out."""
    found = []
    for country in atlas["objects"]["countries"]["geometries"]:
        if country.get("id") in codes:
            shapes = country["arcs"] if country["type"] == "MultiPolygon" else [country["arcs"]]
            found += [joined(lines, ring) for shape in shapes for ring in shape[:1]]
    return [packed(ring) for ring in found if area(ring) > SMALLEST and len(ring) > 3]


def joined(lines: Sequence[list[Point]], ring: Iterable[int]) -> list[Point]:
    """The points round a shape; ~n is line n backwards. The last is the first again and is left out."""
    points: list[Point] = []
    for n in ring:
        points += (lines[n] if n >= 0 else lines[~n][::-1])[:-1]
    return points


def area(ring: Sequence[Point]) -> float:
    """In square degrees."""
    return abs(sum(x * v - u * y for (x, y), (u, v) in zip(ring, [*ring[1:], ring[0]], strict=True))) / 2


def packed(ring: Iterable[Point]) -> list[int]:
    """The first point, then steps, in thousandths."""
    numbers: list[int] = []
    x = y = 0
    for u, v in ((round(u * 1000), round(v * 1000)) for u, v in ring):
        numbers += [u - x, v - y]
        x, y = u, v
    return numbers


def towns() -> list[list[Any]]:
    """[name, longitude, latitude], the largest first; none beside a larger one."""
    kept: list[tuple[str, float, float]] = []
    with TOWNS.open(encoding="utf-8", newline="") as file:
        rows = sorted(csv.DictReader(file, delimiter="\t"), key=lambda row: -int(row["people"]))
    for row in rows:
        x, y = float(row["longitude"]), float(row["latitude"])
        if all(abs(x - u) * 0.6 > APART or abs(y - v) > APART for _, u, v in kept):
            kept.append((row["name"], x, y))
    return [[name, round(x * 1000), round(y * 1000)] for name, x, y in kept[:MOST_TOWNS]]


if __name__ == "__main__":
    main()
