"""Forms from declarations: whatever a record says survives its form, and whatever is typed is kept."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from gettext import NullTranslations
from typing import Any

import pytest
from babel import Locale
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.domain.strategies import documents
from tests.web.form_pairs import shown, stored
from webapp.domain.diff import diff
from webapp.domain.document import is_order, to_units
from webapp.domain.fields import Field, FieldType
from webapp.domain.hours import Unreadable, parse_rows, words
from webapp.domain.kinds import KINDS
from webapp.language import Language, speaking
from webapp.web.forms import controls, hours_text, reading
from webapp.web.forms.links import Shelf
from webapp.web.forms.rebase import onto
from webapp.web.forms.typed import Typed, tree, without_blank_rows
from webapp.web.forms.why import OWN_NAMES
from webapp.web.received import plain

SLOW = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], max_examples=25)


# -- the round trip -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind_name", sorted(KINDS))
@SLOW
@given(data=st.data())
def test_a_form_sent_as_it_was_shown_changes_nothing(kind_name: str, data: st.DataObject) -> None:
    kind = KINDS[kind_name]
    document = data.draw(documents(kind))
    pairs = shown(kind_name, reading.untouched(kind, document), document)
    typed = reading.read(kind, pairs, document)
    assert typed.problems == []
    assert diff(kind, document, stored(kind_name, typed)) == ()


@pytest.mark.parametrize("kind_name", ["service", "location"])
@SLOW
@given(data=st.data())
def test_an_added_and_removed_row_changes_nothing(kind_name: str, data: st.DataObject) -> None:
    kind = KINDS[kind_name]
    document = data.draw(documents(kind))
    typed = reading.untouched(kind, document)
    name = reading.add_row(typed.values, "phones")
    again = reading.read(kind, shown(kind_name, typed, document), document)
    assert diff(kind, document, stored(kind_name, again)) == ()
    if name:
        assert len(again.values["phones"]) == len(document.get("phones", [])) + 1
        reading.remove_row(again.values, name)
    assert diff(kind, document, stored(kind_name, again)) == ()


@SLOW
@given(
    st.dictionaries(
        st.sampled_from(
            [
                "name",
                "description",
                "minimum_age",
                "url",
                "email",
                "phones-0-number",
                "places-0-description",
                "schedules.text",
            ]
        ),
        st.text(max_size=60).map(plain),
        min_size=1,
    )
)
def test_whatever_is_typed_is_shown_again_as_it_was(values: dict[str, str]) -> None:
    pairs = [("phones.rows", "1"), ("places.rows", "1"), *values.items()]
    typed = reading.read(KINDS["service"], pairs, {})
    again = dict(shown("service", typed, {}))
    for name, value in values.items():
        if value and (name != "schedules.text" or value.strip()):
            assert again[name] == value


@SLOW
@given(
    st.lists(
        st.tuples(
            st.lists(
                st.sampled_from(
                    ["phones", "places", "schedules.text", "0", "1", "id", "number", "", "x", "categories", "²"]
                ),
                min_size=1,
                max_size=15,
            ).map("-".join),
            st.text(max_size=20),
        ),
        max_size=20,
    )
)
@example([("phones-0", "x"), ("phones-0-number", "1"), ("phones.rows", "1")])
def test_no_names_whatever_break_the_reading(pairs: list[tuple[str, str]]) -> None:
    typed = reading.read(KINDS["service"], [("phones.rows", "1"), *pairs], {})
    stored("service", typed)
    controls.groups(KINDS["service"], typed, controls.Scene(Shelf(), {}))


def test_names_as_deep_as_you_like_are_left_out() -> None:
    assert tree([("-".join(["a"] * 100_000), "x")]).branches == {}


# -- what a form may say ------------------------------------------------------------------------------------


def test_no_declared_field_has_a_name_that_the_form_itself_uses() -> None:
    names = {field.name for kind in KINDS.values() for field in kind.fields()}
    assert not names & OWN_NAMES
    assert not any("-" in name or "." in name for name in names)


@pytest.mark.parametrize("sent_status", ["void", "merged", "closed", "running"])
def test_a_status_outside_the_four_is_ignored(sent_status: str) -> None:
    typed = reading.read(KINDS["service"], [("status", sent_status), ("merged_into", str(uuid.uuid4()))], {"name": "A"})
    assert without_blank_rows(typed.values) == {"name": "A"}


def test_the_status_of_a_closed_record_has_no_control_and_stays() -> None:
    document = {"name": "A", "status": "closed"}
    typed = reading.read(KINDS["service"], [("status", "active")], document)
    assert typed.values["status"] == "closed"
    groups = controls.groups(KINDS["service"], typed, controls.Scene(Shelf(), document))
    assert "status" not in [group["name"] for group in groups]


SAID_IN_WORDS = {*hours_text.SAID, "byweekno", "byyearday", "timezone"} - {"id", "order"}
"""Fields of opening times that people say in lines of days and times; what lines can't say, imports alone bring."""


def one_of_each(fields: Iterable[Field]) -> dict[str, Any]:
    """Values with a row in every list, and in every list of that row."""
    lists = (f for f in fields if f.type is FieldType.LIST and f.element is not None)
    return {f.name: [{"id": str(uuid.UUID(int=1)), "order": 0, **one_of_each(f.element.fields())}] for f in lists}


def declared(fields: Iterable[Field], before: str = "") -> set[str]:
    """The names that controls of these fields have, with one row in every list."""
    names = set()
    for f in fields:
        inner = f.element.fields() if f.type is FieldType.LIST and f.element else ()
        names |= {before + f.name} | declared(inner, f"{before}{f.name}-0-")
    return names


def controlled(made: Iterable[dict[str, Any]]) -> set[str]:
    """The names of controls and of those in their rows."""
    names = set()
    for control in made:
        names |= {control["name"]}.union(*(controlled(row["controls"]) for row in control.get("rows", ())))
    return names


def test_every_field_that_people_may_fill_has_a_control() -> None:
    for kind in KINDS.values():
        groups = controls.groups(kind, Typed(one_of_each(kind.fields())), controls.Scene(Shelf(), {}))
        missing = declared(kind.fields()) - controlled(control for group in groups for control in group["controls"])
        said = {name for name in missing if "schedules-0-" in name and name.rpartition("-")[2] in SAID_IN_WORDS}
        assert missing - said <= {"merged_into", "program_id"}
        assert bool(said) == (kind.name in ("service", "location"))


def test_what_was_not_sent_stays_as_it_is() -> None:
    document = {"name": "A", "description": "B", "phones": [{"id": str(uuid.uuid4()), "order": 0, "number": "999"}]}
    typed = reading.read(KINDS["service"], [("name", "C")], document)
    assert without_blank_rows(typed.values) == {**document, "name": "C"}


# -- opening times ------------------------------------------------------------------------------------------


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


# -- fitting onto a moved record ----------------------------------------------------------------------------


@SLOW
@given(*(documents(KINDS["service"]) for _ in range(3)))
def test_fitting_onto_a_moved_record_keeps_every_typed_value_or_names_it(
    base: dict[str, Any], current: dict[str, Any], typed: dict[str, Any]
) -> None:
    kind = KINDS["service"]
    edits = diff(kind, base, typed)
    fitted = onto(kind, current, edits)
    now, lost = to_units(kind, fitted.document), {edit.unit for edit in fitted.lost}
    for edit in edits:
        if edit.after is not None and not is_order(edit.unit) and edit.unit not in lost:
            assert now[edit.unit] == edit.after


def test_hours_in_a_box_are_in_the_words_that_are_read_again_whatever_language_is_spoken() -> None:
    rows = [{"id": "a", "order": 0, "freq": "WEEKLY", "byday": "MO", "opens_at": "10:00", "closes_at": "12:00"}]
    with speaking(Language(Locale.parse("cy"), NullTranslations())):
        assert words(parse_rows(rows)) == ["Dydd Llun, 10:00 to 12:00"]
        text = hours_text.text_of(rows)
        assert text == "Monday, 10:00 to 12:00"
        assert hours_text.read_text(text, rows) == rows
        assert hours_text.when_of(rows[0]) == text
