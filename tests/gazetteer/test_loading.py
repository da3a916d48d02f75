"""Full postcodes are loaded from either kind of directory, wholly or not at all, and asked from the next search on."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import pytest

from tests.gazetteer.directories import (
    CODE_POINT,
    COUNTIES,
    DIRECTORY,
    HEADS,
    NAMES,
    archived,
    found,
    loaded,
    rows,
    written,
)
from webapp.domain.geo import Point, distance
from webapp.gazetteer import exact
from webapp.gazetteer.areas import area_tags, tags_at
from webapp.gazetteer.loaded import NotLoaded

# -- what is known afterwards -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["one.csv", "one.csv.gz"])
def test_code_point_open_gives_the_point_and_no_council(target: Path, tmp_path: Path, name: str) -> None:
    assert found("G33 4RZ").is_wider
    done = loaded(target, written(tmp_path, name, CODE_POINT))
    assert (done.added, done.moved, done.total, done.tally.left_out["nowhere"]) == (3, 0, 3, 1)
    place = found("g334rz")
    assert (place.name, place.scale, place.is_wider, place.nation) == ("G33 4RZ", "postcode", False, "SCT")
    assert distance(place.point, Point(55.8623, -4.1419)) < 0.2
    assert not place.is_council_known
    assert found("G33 4").scale == "sector"
    assert found("G33 4XX").is_wider  # which nobody has loaded


def test_a_packages_archive_is_read_whole(target: Path, tmp_path: Path) -> None:
    done = loaded(target, archived(tmp_path, "package.whl", eh=CODE_POINT, ab="AB10 1AB,10,394235,806529\n"))
    assert done.total == 4
    assert distance(found("AB10 1AB").point, Point(57.1497, -2.0969)) < 0.2


def test_the_ordnance_surveys_own_table_tells_the_council(target: Path, tmp_path: Path) -> None:
    row = "EH6 6AA,10,326812,676300,S92000003,,S08000024,,S12000036,S13002930\n"
    loaded(target, written(tmp_path, "eh.csv", row), written(tmp_path, "names.csv", NAMES))
    assert (found("EH6 6AA").council, found("EH6 6AA").is_council_known) == ("Edinburgh", True)


def test_a_directory_gives_the_council_and_northern_ireland(target: Path, tmp_path: Path) -> None:
    file = archived(tmp_path, "nspl.zip", NSPL=DIRECTORY, areas=NAMES, counties=COUNTIES)
    done = loaded(target, file)
    assert (done.total, done.areas, done.unknown) == (4, 4, 0)
    assert dict(done.tally.left_out) == {"ended": 1, "nowhere": 1, "no council": 1}
    assert not done.tally.wrong
    assert found("EH6 6AA").point == Point(55.9738, -3.1739)
    assert (found("BT1 1AA").nation, found("BT1 1AA").council) == ("NIR", "Belfast")
    assert found("CV37 6AA").council == "Warwickshire"  # of a district the county


def test_an_exact_council_is_used_alone_and_a_guessed_one_is_not(target: Path, tmp_path: Path) -> None:
    glasgow, lanarkshire = area_tags(["Glasgow"])[0], area_tags(["North Lanarkshire"])[0]
    loaded(target, written(tmp_path, "one.csv", CODE_POINT))
    assert {glasgow, lanarkshire} <= set(tags_at(found("G33 4RZ")))
    loaded(target, written(tmp_path, "two.csv", DIRECTORY), written(tmp_path, "names.csv", NAMES))
    assert lanarkshire in tags_at(found("G33 4RZ"))
    assert glasgow not in tags_at(found("G33 4RZ"))


def test_an_area_that_the_tables_lack_is_worked_out_from_what_is_near(target: Path, tmp_path: Path) -> None:
    row = "CA1 1AA,CA1 1AA,,,,1,,E06000063,54.895,-2.934\nSW1A 1AA,SW1A 1AA,,,,1,,E09000033,51.501,-0.1416\n"
    names = "code,name\nE06000063,Cumberland\n"
    done = loaded(target, written(tmp_path, "a.csv", HEADS + row), written(tmp_path, "names.csv", names))
    assert (done.areas, done.unknown) == (2, 1)
    assert (found("CA1 1AA").council, found("CA1 1AA").is_council_known) == ("Cumbria", False)
    assert (found("SW1A 1AA").council, found("SW1A 1AA").is_council_known) == ("Greater London", True)


@pytest.mark.parametrize(
    "text",
    [
        "Postcode,Latitude,Longitude\nEH6 6AA,55.9738,-3.1739\n",
        "\ufeffpcd7,x,east1m,north1m\r\nEH6 6AA,,326812,676300\r\n",
        '"pcds","lat","long","lad23cd"\n"EH6 6AA","55.9738","-3.1739","S12000036"\n',
    ],
)
def test_columns_are_known_by_the_names_that_they_usually_have(target: Path, tmp_path: Path, text: str) -> None:
    loaded(target, written(tmp_path, "any.csv", text))
    assert distance(found("EH6 6AA").point, Point(55.9738, -3.1739)) < 0.2


# -- again, and after one another -------------------------------------------------------------------------


def test_the_second_time_nothing_is_changed(target: Path, tmp_path: Path) -> None:
    files = [written(tmp_path, "one.csv", DIRECTORY), written(tmp_path, "names.csv", NAMES)]
    assert loaded(target, *files).has_changed
    before = target.stat()
    done = loaded(target, *files)
    assert (done.has_changed, done.added, done.moved, done.total) == (False, 0, 0, 4)
    assert (target.stat().st_ino, target.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert sorted(one.name for one in target.parent.iterdir()) == ["places.db"]


def test_a_newer_directory_moves_what_moved_and_keeps_the_councils(target: Path, tmp_path: Path) -> None:
    loaded(target, written(tmp_path, "one.csv", DIRECTORY), written(tmp_path, "names.csv", NAMES))
    done = loaded(target, written(tmp_path, "two.csv", "EH6 6AA,10,326900,676300\nEH6 6AB,10,326900,676300\n"))
    assert (done.added, done.moved, done.total) == (1, 1, 5)
    assert (found("EH6 6AA").council, found("EH6 6AA").is_council_known) == ("Edinburgh", True)


def test_names_alone_may_come_later(target: Path, tmp_path: Path) -> None:
    assert loaded(target, written(tmp_path, "one.csv", DIRECTORY)).unknown == 4
    assert not found("EH6 6AA").is_council_known
    done = loaded(target, written(tmp_path, "names.csv", NAMES))
    assert (done.has_changed, done.renamed, done.unknown) == (True, 3, 1)
    assert found("EH6 6AA").is_council_known


# -- what is wrong ----------------------------------------------------------------------------------------


def test_wrong_rows_are_counted_and_the_first_are_told(target: Path, tmp_path: Path) -> None:
    wrong = [
        "EH6,10,326812,676300",
        "EH6 6AB,10,here,676300",
        "EH6 6AC,10,9999999,676300",
        "EH6 6AD",
        "EH6 6AE,10," + "9" * 200_000,
        *["no,10,1,2"] * 9,
    ]
    done = loaded(target, written(tmp_path, "one.csv", CODE_POINT + "\n".join(wrong) + "\n\n"))
    assert (done.total, done.tally.wrong, done.tally.read) == (3, 14, 18)
    assert done.tally.examples == [
        "one.csv, line 5: not a full postcode",
        "one.csv, line 6: not on the National Grid",
        "one.csv, line 7: not on the National Grid",
        "one.csv, line 8: too few columns",
        "one.csv, line 9: not a row of a table",
    ]


@pytest.mark.parametrize("place", ["0,0", "nan,nan", "40.1,-3.1", "x,y", "55.9,"])
def test_a_point_beyond_the_united_kingdom_is_wrong(target: Path, tmp_path: Path, place: str) -> None:
    text = f"pcds,lat,long\nEH6 6AA,{place}\nEH6 6AB,55.9,-3.1\n"
    done = loaded(target, written(tmp_path, "one.csv", text))
    assert (done.total, done.tally.wrong) == (1, 1)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.txt", b"EH6 6AA,10,1,2", "is neither"),
        ("a.csv", b"", "no postcode"),
        ("a.csv", b"colour,size\nred,5\n", "no postcode"),
        ("a.csv", b"pcds,lat,long\nsoup,1,2\n", "a.csv, line 2: not a full postcode"),
        ("a.csv", bytes(range(256)) * 20, "no postcode"),
        ("a.csv.gz", b"not packed", "can't be read"),
        ("a.zip", b"no archive", "is damaged"),
        ("a.zip", b"PK\x05\x06" + bytes(18), "has no .csv files"),
    ],
)
def test_what_is_no_directory_is_refused_and_changes_nothing(
    target: Path, tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    with pytest.raises(NotLoaded, match=said):
        loaded(target, file)
    assert not target.exists()
    loaded(target, written(tmp_path, "good.csv", CODE_POINT))
    before = rows(target)
    with suppress(NotLoaded):  # beside postcodes that are known, wrong rows are only told
        loaded(target, file)
    assert rows(target) == before


def test_a_file_of_another_version_is_left_alone_and_nobody_knows(target: Path, tmp_path: Path) -> None:
    loaded(target, written(tmp_path, "one.csv", CODE_POINT))
    with closing(sqlite3.connect(target)) as connection:
        connection.execute("PRAGMA user_version = 99")
    os.utime(target, (1, 1))
    with pytest.raises(NotLoaded, match="remove it"):
        loaded(target, written(tmp_path, "one.csv", CODE_POINT))
    assert found("G33 4RZ").is_wider


@pytest.mark.parametrize("content", [b"", b"rubbish" * 1000])
def test_a_bad_file_breaks_no_search(target: Path, content: bytes) -> None:
    target.write_bytes(content)
    assert found("G33 4RZ").is_wider
    assert found("G33 4RZ").is_wider


def test_a_file_without_the_tables_breaks_no_search(target: Path) -> None:
    with closing(sqlite3.connect(target)) as connection:
        connection.execute(f"PRAGMA user_version = {exact.VERSION}")
    assert found("G33 4RZ").is_wider
    assert found("G33 4RZ").is_wider


def test_who_keeps_a_page_can_tell_that_other_postcodes_are_known(target: Path, tmp_path: Path) -> None:
    assert exact.present() is None
    loaded(target, written(tmp_path, "one.csv", CODE_POINT))
    first = exact.present()
    assert first is not None
    loaded(target, written(tmp_path, "one.csv", CODE_POINT))
    assert exact.present() == first
    loaded(target, written(tmp_path, "two.csv", "AB10 1AB,10,394235,806529\n"))
    assert exact.present() != first
