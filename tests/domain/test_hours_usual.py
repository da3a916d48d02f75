"""The usual week: what is of every week stands on its days, what is not needs words, what is over is in neither."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.domain import schedules as make
from webapp.domain.hours import Row, Slot, openings, parse_rows, usual_week

TODAY = date(2026, 3, 4)  # a Wednesday
MONDAY, FRIDAY = 0, 4


def weekly(byday: str, opens: str = "10:00", closes: str = "12:00", **more: Any) -> dict[str, Any]:
    return {"freq": "WEEKLY", "byday": byday, "opens_at": opens, "closes_at": closes, **more}


def usual(*rows: dict[str, Any], today: date = TODAY) -> tuple[list[Slot], list[Row]]:
    return usual_week(parse_rows(rows), today)


def at(weekday: int, opens: int, closes: int, remark: str = "") -> Slot:
    return Slot(weekday, time(opens), time(closes), remark)


def test_each_day_has_its_times_in_order() -> None:
    slots, words = usual(weekly("FR", "14:00", "16:00"), weekly("MO,FR"))
    assert slots == [at(MONDAY, 10, 12), at(FRIDAY, 10, 12), at(FRIDAY, 14, 16)]
    assert words == []


def test_the_same_time_twice_is_there_once() -> None:
    assert usual(weekly("MO"), weekly("MO"))[0] == [at(MONDAY, 10, 12)]


def test_a_remark_stays_with_its_times() -> None:
    assert usual(weekly("MO", description="Drop in"), weekly("FR"))[0] == [
        at(MONDAY, 10, 12, "Drop in"),
        at(FRIDAY, 10, 12),
    ]


def test_what_is_not_of_every_week_needs_words() -> None:
    rows = (
        {"freq": "MONTHLY", "byday": "2TU", "opens_at": "10:00", "closes_at": "12:00"},
        weekly("TU", interval=2, dtstart="2026-03-03"),
        weekly("TU", dtstart="2026-03-03", count=4),
        {"dtstart": "2026-03-20", "closed": True},
        {"freq": "WEEKLY", "byday": "TU", "opens_at": "10:00"},
        {"description": "By arrangement"},
    )
    slots, words = usual(*rows)
    assert slots == []
    assert words == list(parse_rows(rows))


def test_what_is_over_is_in_neither() -> None:
    over = (
        weekly("MO", valid_to="2026-03-03"),
        {"dtstart": "2026-03-03", "closed": True},
        weekly("TU", dtstart="2026-02-03", count=2),
    )
    assert usual(*over) == ([], [])


def test_what_ends_before_its_next_day_is_no_time_any_more() -> None:
    assert usual(weekly("MO,FR", valid_to="2026-03-08"))[0] == [at(FRIDAY, 10, 12)]


def test_what_begins_within_the_week_counts_and_what_begins_later_needs_words() -> None:
    soon, later = weekly("MO", valid_from="2026-03-09"), weekly("MO", "14:00", "16:00", valid_from="2026-04-06")
    slots, words = usual(soon, later)
    assert slots == [at(MONDAY, 10, 12)]
    assert words == list(parse_rows([later]))


def test_closed_on_mondays_takes_the_monday_out() -> None:
    slots, words = usual(weekly("MO,TU"), {"freq": "WEEKLY", "byday": "MO", "closed": True})
    assert [slot.weekday for slot in slots] == [1]
    assert words == []


def test_never_shut_is_the_whole_of_each_day() -> None:
    slots, _ = usual({"freq": "WEEKLY", "byday": "MO,TU,WE,TH,FR,SA,SU"})
    assert slots == [at(day, 0, 0) for day in range(7)]


anything = st.one_of(make.weekly, make.monthly, make.dated_open, make.dated_closed, make.ranges)


@given(st.lists(anything, max_size=4), make.days)
def test_no_row_is_lost_and_none_is_said_twice(given_rows: list[dict[str, Any]], today: date) -> None:
    rows = parse_rows(given_rows)
    _, words = usual_week(rows, today)
    assert set(words) <= set(rows)
    shown = {row for row in rows if row not in words}
    for row in shown:  # it is over, or it is of every week: then the words would only repeat it
        is_over = not openings([row], today, today + timedelta(days=500), {}) and not row.closed
        assert is_over or row.closed or (row.freq == "WEEKLY" and row.interval == 1)


@given(make.weekly, make.days)
def test_a_slot_is_a_time_of_the_days_to_come(row: dict[str, Any], today: date) -> None:
    rows = parse_rows([row])
    to_come = {opening.day.weekday() for opening in openings(rows, today, today + timedelta(days=6), {})}
    slots, words = usual_week(rows, today)
    assert {slot.weekday for slot in slots} == (set() if words else to_come)
