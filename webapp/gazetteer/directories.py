"""Reads postcode directories as they are published; its law: a row is right, or left out for a reason that is told.

Three kinds of tables are told apart by their first row: Code-Point Open, which has no column names; directories with
column names, such as the ONS Postcode Directory; and names of council areas. They may lie in an archive or be packed.
"""

from __future__ import annotations

import csv
import gzip
import io
import re
import sys
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, cast

from webapp.domain.national_grid import to_degrees
from webapp.domain.postcodes import parse
from webapp.gazetteer.exact import MICRO, key_of
from webapp.gazetteer.official import CODE

LONGEST_ROW = 200  # columns: the largest directory has some sixty
LONGEST_NAME = 80  # characters
NOWHERE = ("90", "9")
"""What says that a postcode has no place: Code-Point Open's quality, and the directories' kind of grid reference."""
ISLES = ((49.0, 61.0), (-9.0, 2.0))  # degrees within which the United Kingdom lies
ALIASES: dict[str, str] = {
    "postcode": r"pcds|pcd8|pcd7|pcd|pcd2|postcode",
    "latitude": r"lat|latitude",
    "longitude": r"long|lng|lon|longitude",
    "easting": r"oseast1m|east1m|eastings?",
    "northing": r"osnrth1m|north1m|northings?",
    "quality": r"osgrdind|gridind|quality|positional_quality_indicator",
    "district": r"os?laua|laua|ladcd|lad\d\dcd|admin_district_code",
    "county": r"oscty|cty|ctycd|cty\d\dcd|admin_county_code",
    "ended": r"doterm",
}
NAMES = re.compile(r"(?P<what>(?:lad|cty|ltla|utla|ctyua|la|)(?:\d\d)?)_?(?:cd|code)")


@dataclass(frozen=True, slots=True)
class Placed:
    """A postcode, where it is in millionths of a degree, and the code of its council area, or blank."""

    key: str
    latitude: int
    longitude: int
    council: str


@dataclass(frozen=True, slots=True)
class Named:
    """A council area's name."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row without a place: `why` is "nowhere", "ended" or "no council", or else what is wrong with it."""

    why: str
    is_wrong: bool = False


Found = Placed | Named | LeftOut
Reader = Callable[[Sequence[str]], Found]
Columns = dict[str, int]


class NotReadable(Exception):
    """A file is none of those; the text is one sentence for who gave it."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table, under the name that people know it by."""

    name: str
    open: Callable[[], AbstractContextManager[IO[bytes]]]

    def rows(self) -> Iterator[tuple[int, Found]]:
        """Each row that tells of a postcode or a name, with its line; none where it is another kind of table."""
        csv.field_size_limit(min(sys.maxsize, 100_000))
        with self.open() as file, io.TextIOWrapper(file, encoding="utf-8-sig", errors="replace", newline="") as text:
            lines = csv.reader(text)
            first = _next(lines)
            if not isinstance(first, list):
                return
            reader, has_names = reader_of(first)
            if reader is None:
                return
            if not has_names:
                yield 1, reader(first)
            yield from _read(lines, reader)


def _read(lines: Iterator[list[str]], reader: Reader) -> Iterator[tuple[int, Found]]:
    number = 1
    while (row := _next(lines)) is not None:
        number += 1
        if isinstance(row, LeftOut):
            yield number, row
        elif row:
            yield number, reader(row) if len(row) <= LONGEST_ROW else LeftOut("too many columns", is_wrong=True)


def _next(lines: Iterator[list[str]]) -> list[str] | LeftOut | None:
    """The next row; what is no row of a table at all is one that is left out."""
    try:
        return next(lines, None)
    except csv.Error:
        return LeftOut("not a row of a table", is_wrong=True)


# -- files ------------------------------------------------------------------------------------------------


def sheets(path: Path) -> list[Sheet]:
    """The tables in a file: a .csv, packed with gzip or not, or all of an archive (.zip, or a Python package's .whl).

    Raises NotReadable for another file, and OSError.
    """
    if path.suffix.lower() in (".zip", ".whl"):
        return _in_archive(path)
    if path.name.lower().endswith((".csv", ".csv.gz")):
        return [Sheet(path.name, partial(_bytes, path))]
    raise NotReadable(f"{path.name} is neither a .csv or .csv.gz file nor an archive (.zip, .whl).")


def _in_archive(path: Path) -> list[Sheet]:
    try:
        with zipfile.ZipFile(path) as archive:
            names = sorted(name for name in archive.namelist() if name.lower().endswith((".csv", ".csv.gz")))
    except zipfile.BadZipFile as error:
        raise NotReadable(f"{path.name} is damaged, or no archive.") from error
    if not names:
        raise NotReadable(f"{path.name} has no .csv files in it.")
    return [Sheet(f"{path.name}: {name}", partial(_bytes, path, name)) for name in names]


@contextmanager
def _bytes(path: Path, member: str = "") -> Iterator[IO[bytes]]:
    """What a file says, or a member of an archive; unpacked."""
    with ExitStack() as stack:
        if member:
            file = stack.enter_context(stack.enter_context(zipfile.ZipFile(path)).open(member))
        else:
            file = stack.enter_context(path.open("rb"))
        is_packed = (member or path.name).lower().endswith(".gz")
        yield cast(IO[bytes], stack.enter_context(gzip.GzipFile(fileobj=file))) if is_packed else file


# -- the kinds of tables ----------------------------------------------------------------------------------


def reader_of(first: Sequence[str]) -> tuple[Reader | None, bool]:
    """What reads the rows of a table that begins so, None for another table; and whether that is column names."""
    if _is_code_point(first):
        return _code_point, False
    heads = [head.strip().casefold() for head in first[:LONGEST_ROW]]
    columns = {name: place for name, one in ALIASES.items() if (place := _place(heads, one)) is not None}
    if "postcode" in columns and ({"latitude", "longitude"} <= set(columns) or {"easting", "northing"} <= set(columns)):
        return partial(_of_directory, columns=columns), True
    return _reader_of_names(heads), True


def _reader_of_names(heads: list[str]) -> Reader | None:
    """For codes with their names in the column of the same stem: LAD23CD and LAD23NM, or just code and name."""
    for place, head in enumerate(heads):
        found = NAMES.fullmatch(head)
        beside = [f"{found['what']}{name}" for name in ("nm", "_nm", "name", "_name")] if found else []
        for name in beside:
            if name in heads:
                return partial(_name, place=place, name_at=heads.index(name))
    return None


def _place(heads: list[str], alias: str) -> int | None:
    """The column of that name; the first of the names counts most."""
    for one in alias.split("|"):
        for place, head in enumerate(heads):
            if re.fullmatch(one, head):
                return place
    return None


def _is_code_point(row: Sequence[str]) -> bool:
    asked = parse(row[0]) if row else None
    return asked is not None and asked.is_full and len(row) >= 4 and all(one.strip().isdecimal() for one in row[1:4])


def _code_point(row: Sequence[str]) -> Found:
    """Postcode, quality, easting, northing; from the Ordnance Survey also (county 8th, district 9th) council codes."""
    if len(row) < 4:
        return LeftOut("too few columns", is_wrong=True)
    if row[1].strip() in NOWHERE:
        return LeftOut("nowhere")
    council = _council(row[7], row[8]) if len(row) > 8 else ""
    return _on_grid(row[0], row[2], row[3], council)


def _of_directory(row: Sequence[str], columns: Columns) -> Found:
    """By the names of its columns; degrees count before metres, which have another grid in Northern Ireland."""
    if len(row) <= max(columns.values()):
        return LeftOut("too few columns", is_wrong=True)
    told = {name: row[place].strip() for name, place in columns.items()}
    if told.get("ended"):
        return LeftOut("ended")
    if told.get("quality") in NOWHERE:
        return LeftOut("nowhere")
    council = _council(told.get("county", ""), told.get("district", ""))
    if "latitude" in told and "longitude" in told:
        if told["latitude"] == "99.999999":  # the directories' word for nowhere
            return LeftOut("nowhere")
        return _in_degrees(told["postcode"], told["latitude"], told["longitude"], council)
    if not told["easting"] or told["postcode"].upper().startswith("BT"):
        return LeftOut("nowhere")
    return _on_grid(told["postcode"], told["easting"], told["northing"], council)


def _council(county: str, district: str) -> str:
    """The county's code where there is one: the tables of areas know no districts of a county."""
    county, district = county.strip(), district.strip()
    if county.startswith("E10") and CODE.match(county):
        return county
    return district if CODE.match(district) else ""


def _on_grid(postcode: str, easting: str, northing: str, council: str) -> Found:
    with suppress(ValueError):
        east, north = float(easting), float(northing)
        if east or north:
            latitude, longitude = to_degrees(east, north)
            return _placed(postcode, latitude, longitude, council)
        return LeftOut("nowhere")
    return LeftOut("not on the National Grid", is_wrong=True)


def _in_degrees(postcode: str, latitude: str, longitude: str, council: str) -> Found:
    with suppress(ValueError):
        return _placed(postcode, float(latitude), float(longitude), council)
    return LeftOut("no latitude and longitude", is_wrong=True)


def _placed(postcode: str, latitude: float, longitude: float, council: str) -> Found:
    asked = parse("".join(postcode.split()))
    if asked is None or not asked.is_full:
        return LeftOut("not a full postcode", is_wrong=True)
    (south, north), (west, east) = ISLES
    if not (south <= latitude <= north and west <= longitude <= east):
        return LeftOut("not in the United Kingdom", is_wrong=True)
    return Placed(key_of(asked), round(latitude * MICRO), round(longitude * MICRO), council)


def _name(row: Sequence[str], place: int, name_at: int) -> Found:
    if len(row) <= max(place, name_at):
        return LeftOut("too few columns", is_wrong=True)
    code, name = row[place].strip(), " ".join(row[name_at].split())
    if not CODE.match(code):
        return LeftOut("no council")
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        return LeftOut("no name that can be shown", is_wrong=True)
    return Named(code, name)
