"""How one value is made out of cells."""

from __future__ import annotations

import pytest

from webapp.domain.fields import FieldType
from webapp.interchange.values import WEEKDAYS, Template, Value, plain

CELLS = {
    "A": "",
    "B": "Unit 3",
    "C": "High Street",
    "Times": "09:30-13:00",
    "Day": "Monday",
    "On": "May  5 2014",
}


def value(*templates: str, **settings: object) -> Value:
    return Value(tuple(Template.parse(text) for text in templates), **settings)  # type: ignore[arg-type]  # table of settings


def test_template_puts_cells_into_its_text() -> None:
    assert Template.parse("{B}, {C}!").fill(CELLS) == "Unit 3, High Street!"


def test_template_is_blank_when_all_its_columns_are() -> None:
    assert Template.parse("Floor {A}").fill(CELLS) == ""
    assert Template.parse("GB").fill(CELLS) == "GB"


@pytest.mark.parametrize("text", ["{", "{}", "{A:>3}", "{A!r}", "}"])
def test_braces_hold_a_column_and_nothing_else(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Template.parse(text)


@pytest.mark.parametrize(
    ("take", "expected"), [("all", "Unit 3, High Street"), ("first", "Unit 3"), ("rest", "High Street")]
)
def test_join_skips_blanks_and_takes_what_is_asked(take: str, expected: str) -> None:
    assert value("{A}", "{B}", "{C}", take=take).said(CELLS) == expected


@pytest.mark.parametrize(("part", "expected"), [(1, "09:30"), (2, "13:00"), (3, "")])
def test_split_gives_the_piece_counted_from_one(part: int, expected: str) -> None:
    assert value("{Times}", split="-", part=part).said(CELLS) == expected


def test_choices_are_found_in_any_case_and_else_reported() -> None:
    day = value("{Day}", choices=WEEKDAYS)
    assert day.meant("MONDAY") == ("MO", "")
    assert day.meant("Fasnacht") == ("", "not_a_listed_choice")
    assert value("{Day}", choices={}, otherwise="x").meant("Monday") == ("x", "not_a_listed_choice")
    assert value("{Day}", otherwise="x").meant("") == ("x", "")


def test_dates_are_read_in_the_sources_format_and_else_reported() -> None:
    on = value("{On}", date="%b %d %Y")
    assert on.meant(on.said(CELLS)) == ("2014-05-05", "")
    assert on.meant("5 May") == ("", "not_a_date")
    assert on.meant("Feb 30 2014") == ("", "not_a_date")


@pytest.mark.parametrize(
    ("type_", "text", "expected"),
    [
        (FieldType.URL, "www.coop.co.uk", ("http://www.coop.co.uk", "scheme_added")),
        (FieldType.URL, "https://a.example", ("https://a.example", "")),
        (FieldType.URL, "javascript:alert(1)", ("javascript:alert(1)", "")),
        (FieldType.URL, "gordon@numark.net", ("gordon@numark.net", "")),
        (FieldType.URL, "http://www.nelsons hp.com", ("http://www.nelsons hp.com", "")),
        (FieldType.URL, "www.nelsons hp.com", ("www.nelsons hp.com", "")),
        (FieldType.COORDINATE, "-0.27539750933647156", ("-0.275398", "")),
        (FieldType.COORDINATE, "52.046283721923828", ("52.046284", "")),
        (FieldType.COORDINATE, "-2.7", ("-2.700000", "")),
        (FieldType.COORDINATE, "NaN", ("NaN", "")),
        (FieldType.COORDINATE, "north", ("north", "")),
        (FieldType.LINE, "M K P  Solanky ", ("M K P Solanky", "")),
        (FieldType.TEXT, "One\n\nTwo  words", ("One\n\nTwo  words", "")),
    ],
)
def test_each_type_has_its_plain_form(type_: FieldType, text: str, expected: object) -> None:
    assert plain(type_, text) == expected
