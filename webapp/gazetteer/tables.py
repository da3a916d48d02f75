"""The tables of places, read once when they are first asked for."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import get_args

from webapp.domain.geo import Point
from webapp.domain.hours.holidays import Nation

DATA = Path(__file__).resolve().parent / "data"
NATIONS: dict[str, Nation] = {nation: nation for nation in get_args(Nation)}


@dataclass(frozen=True, slots=True)
class Town:
    """A place where people live, with the other names that it goes by."""

    name: str
    point: Point
    people: int
    nation: Nation
    council: str
    also: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Council:
    """A known place in a council area."""

    name: str
    nation: Nation
    point: Point


@cache
def postcodes() -> dict[str, Point]:
    """The middle of each sector and outcode of Great Britain, by its code."""
    return {row["code"]: _point(row) for row in _rows("postcodes.tsv")}


@cache
def towns() -> tuple[Town, ...]:
    """Towns, the largest first."""
    return tuple(
        Town(
            row["name"],
            _point(row),
            int(row["people"]),
            NATIONS[row["nation"]],
            row["council"],
            tuple(name for name in row["also"].split("|") if name),
        )
        for row in _rows("towns.tsv")
    )


@cache
def councils() -> tuple[Council, ...]:
    """Known places of council areas; an area has as many rows as it has places."""
    return tuple(Council(row["council"], NATIONS[row["nation"]], _point(row)) for row in _rows("councils.tsv"))


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)


def _point(row: dict[str, str]) -> Point:
    return Point(float(row["latitude"]), float(row["longitude"]))
