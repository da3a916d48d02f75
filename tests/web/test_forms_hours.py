"""Opening times in forms: typed in words, kept as rows, and whatever words can't say stays beside them."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.strategies import documents
from tests.web.form_pairs import shown, stored
from tests.web.test_forms import SLOW
from webapp.domain.hours import Unreadable, parse_rows, words
from webapp.domain.kinds import KINDS
from webapp.web.forms import hours_text, reading
from webapp.web.forms.typed import Typed


def row(number: int, **values: Any) -> dict[str, Any]:
    """A stored row."""
    return {"id": str(uuid.UUID(int=number + 1)), "order": number, **values}


WEEK = [
    row(n, freq="WEEKLY", byday=day, opens_at="09:00", closes_at="17:00")
    for n, day in enumerate(("MO", "TU", "WE", "TH", "FR"))
]


def read(text: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows that a text makes."""
    found = hours_text.read_text(text, rows)
    assert not isinstance(found, Unreadable)
    return found


def test_rows_that_are_said_in_one_line_stay_the_rows_they_were() -> None:
    assert hours_text.text_of(WEEK) == "Monday to Friday, 09:00 to 17:00"
    assert read("monday to friday 9am to 5pm", WEEK) == WEEK


def test_one_day_that_differs_touches_one_row() -> None:
    found = read("Monday to Thursday, 09:00 to 17:00\nFriday, 09:00 to 13:00", WEEK)
    assert found[:4] == WEEK[:4]
    assert found[4] == {**WEEK[4], "closes_at": "13:00"}


def test_a_new_day_becomes_a_row_of_its_own() -> None:
    found = read("Monday to Saturday, 09:00 to 17:00", WEEK)
    assert found[:5] == WEEK
    assert (found[5]["byday"], found[5]["order"]) == ("SA", 5)
    assert found[5]["id"] not in {r["id"] for r in WEEK}


def test_a_row_of_several_days_gives_way_to_what_is_said_now() -> None:
    whole = [row(0, freq="WEEKLY", byday="MO,TU,WE", opens_at="09:00", closes_at="17:00")]
    found = read("Monday and Tuesday, 09:00 to 17:00", whole)
    assert [(r["id"], r["byday"]) for r in found] == [(whole[0]["id"], "MO,TU")]


def test_an_empty_text_takes_every_row_that_words_can_say() -> None:
    told = row(9, freq="WEEKLY", byday="MO", description="by appointment")
    assert read("  \n ", [*WEEK, told]) == [told]


@pytest.mark.parametrize(
    "odd",
    [
        {"description": "by appointment"},
        {"freq": "WEEKLY", "byday": "MO", "opens_at": "09:00"},
        {"freq": "WEEKLY", "byday": "MO", "opens_at": "09:00", "closes_at": "10:00", "notes": "ring the bell"},
        {"freq": "WEEKLY", "byweekno": "2,4", "byday": "MO", "opens_at": "09:00", "closes_at": "10:00"},
        {"freq": "WEEKLY", "byday": "MO", "opens_at": "09:00", "closes_at": "10:00", "timezone": "1.00"},
        {"freq": "WEEKLY", "interval": 2, "byday": "MO", "opens_at": "09:00", "closes_at": "10:00"},
    ],
)
def test_what_words_cannot_say_in_full_is_kept_beside_them(odd: dict[str, Any]) -> None:
    rows = [*WEEK, row(7, **odd)]
    assert hours_text.rows_apart(rows) == [rows[-1]]
    assert rows[-1] in read(hours_text.text_of(rows), rows)


NOTED = row(7, freq="WEEKLY", byday="MO", opens_at="10:00", closes_at="12:00", description="by appointment")


def hours_of(rows: list[dict[str, Any]], **wished: str) -> Typed:
    """The location's form with these rows and what was typed into it."""
    document = {"name": "Hall", "schedules": rows}
    pairs = dict(shown("location", reading.untouched(KINDS["location"], document), document))
    sent = {name.replace("__", "-").replace("-text", ".text"): value for name, value in wished.items()}
    assert set(sent) <= set(pairs)
    return reading.read(KINDS["location"], (pairs | sent).items(), document)


def test_the_words_of_a_row_are_corrected_and_its_times_stay() -> None:
    typed = hours_of([*WEEK, NOTED], schedules__0__notes="Ring the bell", schedules__0__description="")
    rows = stored("location", typed)["schedules"]
    rule = {name: value for name, value in NOTED.items() if name != "description"}
    assert [r for r in rows if r["id"] == NOTED["id"]] == [{**rule, "notes": "Ring the bell"}]
    assert [r for r in rows if r["id"] != NOTED["id"]] == WEEK


def test_the_times_of_a_row_with_a_note_are_typed_in_words() -> None:
    typed = hours_of([NOTED], schedules__0__when="tuesday 2pm-4pm")
    (found,) = stored("location", typed)["schedules"]
    assert found == {**NOTED, "byday": "TU", "opens_at": "14:00", "closes_at": "16:00"}
    assert dict(shown("location", typed, {}))["schedules-0-when"] == "tuesday 2pm-4pm"


def test_a_row_may_be_a_note_alone() -> None:
    (found,) = stored("location", hours_of([NOTED], schedules__0__when=" "))["schedules"]
    assert found == row(7, description="by appointment")


@pytest.mark.parametrize("when", ["whenever", "Monday 9 to 10, 11 to 12", "Monday to Friday, 10:00 to 12:00\nSunday"])
def test_times_of_a_row_that_cannot_be_read_come_back_as_typed(when: str) -> None:
    typed = hours_of([*WEEK, NOTED], schedules__0__when=when)
    assert [problem.address for problem in typed.problems] == [f"schedules/{NOTED['id']}/when"]
    assert dict(shown("location", typed, {}))["schedules-0-when"] == when
    assert NOTED in stored("location", typed)["schedules"]


def test_rows_with_a_note_come_and_go_and_keep_what_was_typed() -> None:
    odd = row(8, freq="WEEKLY", byweekno="2,4", byday="MO", opens_at="09:00", closes_at="10:00")
    lines = "Monday, 09:00 to 17:00\nSunday, 10:00 to 12:00"
    typed = hours_of([*WEEK, NOTED, odd], schedules__0__when="", schedules__0__notes="Ring", schedules__text=lines)
    assert reading.add_row(typed.values, "schedules")
    pairs = dict(shown("location", typed, {}))
    assert (pairs["schedules.rows"], pairs["schedules-0-notes"], pairs["schedules.text"]) == ("3", "Ring", lines)
    assert "schedules-1-when" not in pairs  # lines can't say it
    pairs |= {"schedules-2-when": "Saturday, 10:00 to 12:00"}
    document = {"name": "Hall", "schedules": [*WEEK, NOTED, odd]}
    again = reading.read(KINDS["location"], pairs.items(), document)
    assert dict(shown("location", again, document)) == pairs
    reading.remove_row(again.values, "schedules-0")
    rows = stored("location", again)["schedules"]
    assert NOTED["id"] not in {r["id"] for r in rows}
    assert {r.get("byday") for r in rows} == {"MO", "SU", "SA"}
    assert odd in rows


def test_a_note_that_was_taken_off_leaves_the_times() -> None:
    typed = hours_of([NOTED], schedules__0__description="", schedules__text="Sunday, 10:00 to 12:00")
    rows = stored("location", typed)["schedules"]
    assert [(r["id"] == NOTED["id"], r["byday"]) for r in rows] == [(True, "MO"), (False, "SU")]


@SLOW
@given(documents(KINDS["location"]))
def test_the_text_of_any_rows_reads_back_to_the_same_rows(document: dict[str, Any]) -> None:
    rows = document.get("schedules", [])
    found = read(hours_text.text_of(rows), rows)
    assert sorted(found, key=lambda r: r["id"]) == sorted(rows, key=lambda r: r["id"])


@SLOW
@given(
    st.lists(
        st.sampled_from(
            [
                "Monday to Friday, 09:00 to 17:00",
                "Saturday, 10:00 to 12:00 and 13:00 to 15:00",
                "Sunday, 24 hours",
                "First and third Tuesday of the month, 18:00 to 20:00",
                "Closed on 25 December 2026",
                "Wednesday, 09:00 to 17:00",
                "On 18 April 2026, 10:00 to 16:00",
                "Every second Tuesday, 10:00 to 12:00 from 13 January 2026",
            ]
        ),
        unique=True,
    ),
    st.lists(st.integers(0, 4), unique=True),
)
def test_what_is_typed_is_what_the_rows_then_say(lines: list[str], days: list[int]) -> None:
    rows = [WEEK[day] for day in days]
    found = read("\n".join(lines), rows)
    assert set(words(parse_rows(found))) == set(words(parse_rows(read("\n".join(lines), []))))
    assert len({r["id"] for r in found}) == len(found)
