"""Openings and the status of a moment: recurrence against an independent oracle, clock changes, ranks, holidays."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

import pytest
from dateutil.rrule import FR, MO, MONTHLY, SA, SU, TH, TU, WE, WEEKLY, rrule
from hypothesis import given
from hypothesis import strategies as st

from tests.domain import schedules as make
from webapp.domain.hours import LONDON, Holiday, Opening, RowKind, doubts, openings, parse_rows, status
from webapp.domain.hours.recurrence import speaks_on

RRULE_DAYS = {"MO": MO, "TU": TU, "WE": WE, "TH": TH, "FR": FR, "SA": SA, "SU": SU}
EVERY_DAY = "MO,TU,WE,TH,FR,SA,SU"


def weekly(byday: str, opens: str = "10:00", closes: str = "12:00", **more: Any) -> dict[str, Any]:
    return {"freq": "WEEKLY", "byday": byday, "opens_at": opens, "closes_at": closes, **more}


def local(found: list[Opening]) -> list[str]:
    """Openings as wall times: "2026-03-28 22:00 - 03:00"."""
    return [f"{o.start.astimezone(LONDON):%Y-%m-%d %H:%M} - {o.end.astimezone(LONDON):%H:%M}" for o in found]


def opened(rows: list[dict[str, Any]], first: date, last: date | None = None) -> list[str]:
    return local(openings(parse_rows(rows), first, last or first, {}))


def days_of(row: dict[str, Any], first: date, last: date) -> list[date]:
    parsed = parse_rows([row])[0]
    assert parsed.kind is RowKind.RECURRING
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [day for day in days if speaks_on(parsed, day)]


# -- recurrence -------------------------------------------------------------------------------------------


@given(
    start=make.days,
    freq=st.sampled_from(("WEEKLY", "MONTHLY")),
    interval=st.integers(1, 5),
    byday=st.sets(st.tuples(st.sampled_from((1, 2, 3, 4, 5, -1, -2)), st.sampled_from(make.CODES)), max_size=3),
    is_numbered=st.booleans(),  # the oracle takes "MO,1MO" to mean both at once, RFC 5545 either
    bymonthday=st.sets(st.sampled_from((1, 2, 13, 15, 28, 29, 30, 31, -1, -2, -31)), max_size=3),
    end=st.one_of(st.none(), st.integers(1, 60), make.days),
    wkst=st.sampled_from(make.CODES),
)
def test_recurrence_agrees_with_an_independent_oracle(
    start: date, freq: str, interval: int, byday: set[tuple[int, str]], is_numbered: bool, bymonthday: set[int],
    end: int | date | None, wkst: str,
) -> None:
    numbered = {(n if freq == "MONTHLY" and is_numbered else 0, code) for n, code in byday}
    first, last = make.FIRST, make.LAST + timedelta(days=200)
    until = min(end, last) if isinstance(end, date) else last  # without an end the oracle looks on for ages
    row: dict[str, Any] = {
        "freq": freq, "interval": interval, "dtstart": start.isoformat(), "wkst": wkst,
        "byday": ",".join(f"{n or ''}{code}" for n, code in numbered),
        "bymonthday": ",".join(map(str, bymonthday)),
        "count": end if isinstance(end, int) else None,
        "until": end.isoformat() if isinstance(end, date) else None,
    }
    oracle = rrule(
        {"WEEKLY": WEEKLY, "MONTHLY": MONTHLY}[freq], dtstart=datetime.combine(start, time()), interval=interval,
        wkst=RRULE_DAYS[wkst], bymonthday=tuple(bymonthday) or None,
        until=datetime.combine(until, time()),
        byweekday=[RRULE_DAYS[code](n) if n else RRULE_DAYS[code] for n, code in numbered] or None,
    )
    expected = [moment.date() for moment in oracle][: end if isinstance(end, int) else None]
    assert days_of(row, first, last) == expected


@pytest.mark.parametrize(("row", "expected"), [
    ({"freq": "WEEKLY", "byweekno": "53", "byday": "FR"}, [date(2027, 1, 1)]),
    ({"freq": "WEEKLY", "byweekno": "1", "byday": "MO"}, [date(2027, 1, 4)]),
    ({"freq": "WEEKLY", "byweekno": "-1", "byday": "FR"}, [date(2027, 1, 1)]),
    ({"freq": "MONTHLY", "byyearday": "1,-1"}, [date(2026, 12, 31), date(2027, 1, 1)]),
    ({"byday": "2TU"}, [date(2027, 1, 12)]),
    ({"byday": "MO"}, [date(2026, 12, 28), date(2027, 1, 4), date(2027, 1, 11)]),
])
def test_rarer_rules_hold_around_new_year(row: dict[str, Any], expected: list[date]) -> None:
    assert days_of(row, date(2026, 12, 28), date(2027, 1, 12)) == expected


@pytest.mark.parametrize("row", [
    {"freq": "YEARLY"}, {"freq": "WEEKLY"}, {"freq": "WEEKLY", "byday": "2TU"}, {"byday": "Monday", "freq": "WEEKLY"},
    {"freq": "WEEKLY", "byday": "MO", "opens_at": "ten"}, {"freq": "WEEKLY", "byday": "MO", "opens_at": "25:00"},
    {"dtstart": "13/01/2026"}, {"opens_at": "10:00", "closes_at": "12:00"}, {"valid_to": "2026-01-01"},
    {"freq": "WEEKLY", "byday": "MO", "interval": 0}, {"freq": "MONTHLY", "bymonthday": "32"},
    {"freq": "MONTHLY", "byday": "6MO"}, {"freq": "WEEKLY", "byday": "MO", "count": "many"},
    {"freq": ["WEEKLY"], "byday": {}}, {"dtstart": "0001-01-01"},
])
def test_row_without_sense_is_kept_and_never_claims_closed(row: dict[str, Any]) -> None:
    rows = parse_rows([{**row, "description": "Ask at the desk"}])
    assert (rows[0].kind, rows[0].remark) == (RowKind.UNREAD, "Ask at the desk")
    assert doubts(rows) == list(rows)
    assert status(rows, datetime(2026, 1, 13, 11, tzinfo=UTC), "SCT").open_now is None


junk = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=12), st.lists(st.integers()))


@given(st.dictionaries(st.sampled_from(
    ("freq", "interval", "byday", "bymonthday", "byweekno", "byyearday", "wkst", "dtstart", "until", "count",
     "valid_from", "valid_to", "opens_at", "closes_at", "closed", "description")), junk))
def test_reading_a_row_never_raises(row: dict[str, Any]) -> None:
    rows = parse_rows([row])
    status(rows, datetime(2026, 1, 13, 11, tzinfo=UTC), None)


# -- openings ---------------------------------------------------------------------------------------------


@given(make.schedules, make.days)
def test_openings_are_sorted_and_those_of_a_row_never_overlap(raw: list[dict[str, Any]], first: date) -> None:
    found = openings(parse_rows(raw), first, first + timedelta(days=45), {})
    assert found == sorted(found)
    for n in range(len(raw)):
        own = [o for o in found if o.row == n]
        assert all(o.start < o.end for o in own)
        assert all(before.end <= after.start for before, after in pairwise(own))


@given(make.schedules, make.days)
def test_dated_closure_wins_over_everything(raw: list[dict[str, Any]], day: date) -> None:
    rows = parse_rows([*raw, {"dtstart": day.isoformat(), "closed": True}])
    assert openings(rows, day, day, {}) == []


SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)


@pytest.mark.parametrize(("day", "opens", "closes", "hours"), [
    (SPRING, "10:00", "12:00", 2.0),
    (SPRING - timedelta(days=1), "22:00", "03:00", 4.0),
    (AUTUMN - timedelta(days=1), "22:00", "03:00", 6.0),
    (SPRING, "00:00", "00:00", 23.0),
    (AUTUMN, "00:00", "00:00", 25.0),
    (SPRING, "01:30", "02:15", 0.25),  # half past one does not exist: it opens at the change
    (SPRING, "00:30", "01:30", 0.5),
    (AUTUMN, "01:30", "02:30", 2.0),  # the first of the two half past ones
    (AUTUMN, "00:30", "01:30", 1.0),
])
def test_wall_times_hold_when_the_clocks_change(day: date, opens: str, closes: str, hours: float) -> None:
    found = openings(parse_rows([weekly(EVERY_DAY, opens, closes)]), day, day, {})
    assert [(o.end - o.start) / timedelta(hours=1) for o in found] == [hours]


def test_opening_inside_the_skipped_hour_does_not_happen() -> None:
    assert opened([weekly("SU", "01:15", "01:45")], SPRING) == []


def test_winter_and_summer_hours_are_the_same_on_the_wall() -> None:
    rows = parse_rows([weekly("SU", "10:00", "12:00")])
    starts = [o.start for o in openings(rows, date(2026, 3, 22), SPRING, {})]
    assert starts == [datetime(2026, 3, 22, 10, tzinfo=UTC), datetime(2026, 3, 29, 9, tzinfo=UTC)]


MONDAY = date(2026, 5, 4)


@pytest.mark.parametrize(("rows", "expected"), [
    ([weekly("MO"), weekly("MO", "14:00", "16:00")], ["10:00 - 12:00", "14:00 - 16:00"]),
    ([weekly("MO"), {"dtstart": "2026-05-04", "opens_at": "13:00", "closes_at": "15:00"}], ["13:00 - 15:00"]),
    ([weekly("MO"), {"dtstart": "2026-05-04", "closed": True}], []),
    ([weekly("MO"), {"valid_from": "2026-05-01", "valid_to": "2026-05-08", "closed": True}], []),
    ([weekly("MO"), {"dtstart": "2026-05-05", "closed": True}], ["10:00 - 12:00"]),
    ([weekly("MO"), {"dtstart": "2026-05-04", "closed": True, "opens_at": "10:30", "closes_at": "11:00"}],
     ["10:00 - 10:30", "11:00 - 12:00"]),
    ([weekly(EVERY_DAY), {"freq": "WEEKLY", "byday": "MO", "closed": True}], []),
    ([{"freq": "WEEKLY", "byday": "MO", "closed": True},
      {"dtstart": "2026-05-04", "opens_at": "13:00", "closes_at": "15:00"}], ["13:00 - 15:00"]),
    ([{"dtstart": "2026-05-04", "closed": True},
      {"dtstart": "2026-05-04", "opens_at": "13:00", "closes_at": "15:00"}], []),
    ([{"freq": "WEEKLY", "byday": "MO"}], ["00:00 - 00:00"]),
    ([{"dtstart": "2026-05-04"}, weekly("MO")], ["10:00 - 12:00"]),
    ([weekly("MO", valid_from="2026-05-05")], []),
    ([weekly("MO", valid_to="2026-05-04")], ["10:00 - 12:00"]),
    ([weekly("MO", until="2026-05-03")], []),
    ([weekly("MO", interval=2, dtstart="2026-04-20")], ["10:00 - 12:00"]),
    ([weekly("MO", interval=2, dtstart="2026-04-27")], []),
    ([weekly("MO", interval=2)], []),
    ([weekly("MO", dtstart="2026-04-20", count=2)], []),
])
def test_rows_that_disagree_are_ranked(rows: list[dict[str, Any]], expected: list[str]) -> None:
    assert opened(rows, MONDAY) == [f"2026-05-04 {times}" for times in expected]


def test_night_belongs_to_the_day_it_begins_on() -> None:
    rows = [weekly(EVERY_DAY, "20:00", "08:00"), {"dtstart": "2026-12-25", "closed": True}]
    assert opened(rows, date(2026, 12, 24), date(2026, 12, 26)) == [
        "2026-12-24 20:00 - 08:00", "2026-12-26 20:00 - 08:00"]


# -- status -----------------------------------------------------------------------------------------------


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON).astimezone(UTC)


@given(make.schedules, st.integers(0, 14 * 30 * 24 * 60))
def test_status_agrees_with_openings(raw: list[dict[str, Any]], minutes: int) -> None:
    rows, now = parse_rows(raw), datetime(2025, 11, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    found = openings(rows, now.date() - timedelta(days=2), now.date() + timedelta(days=60), {})
    said = status(rows, now, None)
    inside = [o for o in found if o.contains(now)]
    assert (said.open_now is True) == bool(inside)
    if said.until:
        assert not any(o.contains(said.until) for o in found)
        assert all(o.end <= said.until for o in inside)
    later = [o.start for o in found if o.start > (said.until or now) and not inside]
    if later:
        assert said.next_opening == min(later)


@pytest.mark.parametrize(("rows", "now", "open_now", "until", "following"), [
    ([weekly("TU")], "2026-01-13 11:00", True, "2026-01-13 12:00", "2026-01-20 10:00"),
    ([weekly("TU")], "2026-01-13 12:00", False, None, "2026-01-20 10:00"),
    ([weekly("TU")], "2026-01-13 10:00", True, "2026-01-13 12:00", "2026-01-20 10:00"),
    ([weekly("FR", "20:00", "02:00")], "2026-01-17 01:59", True, "2026-01-17 02:00", "2026-01-23 20:00"),
    ([weekly("SA", "22:00", "03:00")], "2026-03-29 02:30", True, "2026-03-29 03:00", "2026-04-04 22:00"),
    ([weekly("TU", "10:00", "12:00"), weekly("TU", "12:00", "14:00")], "2026-01-13 11:00", True,
     "2026-01-13 14:00", "2026-01-20 10:00"),
    ([weekly(EVERY_DAY, "00:00", "00:00")], "2026-01-13 11:00", True, None, None),
    ([weekly("TU", valid_to="2026-01-01")], "2026-01-13 11:00", None, None, None),
    ([weekly("TU", valid_from="2026-03-03")], "2026-01-13 11:00", False, None, "2026-03-03 10:00"),
    ([], "2026-01-13 11:00", None, None, None),
    ([{"description": "Ring first"}], "2026-01-13 11:00", None, None, None),
    ([{"dtstart": "2026-01-13", "closed": True}], "2026-01-13 11:00", False, None, None),
    ([{"dtstart": "2026-01-13", "closed": True}], "2026-01-14 11:00", None, None, None),
    ([weekly("TU", interval=2)], "2026-01-13 11:00", None, None, None),
    ([weekly("TU", closes="")], "2026-01-13 11:00", None, None, None),
    ([weekly("WE"), weekly("TU", interval=2)], "2026-01-13 11:00", None, None, "2026-01-14 10:00"),
    ([weekly("WE"), weekly("TU", interval=2)], "2026-01-13 13:00", False, None, "2026-01-14 10:00"),
    ([weekly("TU"), {"freq": "WEEKLY", "byday": "TU", "interval": 2, "closed": True}], "2026-01-13 11:00", None,
     "2026-01-13 12:00", "2026-01-20 10:00"),
    ([{"freq": "MONTHLY", "byday": "5FR", "opens_at": "10:00", "closes_at": "11:00"}], "2026-02-01 11:00", False,
     None, "2026-05-29 10:00"),
])
def test_status_of_a_moment(
    rows: list[dict[str, Any]], now: str, open_now: bool | None, until: str | None, following: str | None
) -> None:
    said = status(parse_rows(rows), at(now), None)
    assert said.open_now is open_now
    assert said.until == (at(until) if until else None)
    assert said.next_opening == (at(following) if following else None)


EVERY = [weekly(EVERY_DAY)]


@pytest.mark.parametrize(("rows", "now", "nation", "holiday"), [
    (EVERY, "2026-01-02 11:00", "SCT", Holiday("New Year Holiday", date(2026, 1, 2))),
    (EVERY, "2026-01-02 11:00", "ENG", None),
    (EVERY, "2026-11-24 11:00", "SCT", Holiday("Saint Andrew's Day", date(2026, 11, 30))),
    (EVERY, "2026-11-22 11:00", "SCT", None),  # eight days ahead
    (EVERY, "2026-11-24 11:00", "WLS", None),
    (EVERY, "2026-12-28 11:00", "ENG", Holiday("Boxing Day (observed)", date(2026, 12, 28))),
    (EVERY, "2026-12-29 11:00", "NIR", Holiday("New Year's Day", date(2027, 1, 1))),
    (EVERY, "2026-12-24 11:00", None, None),
    ([weekly("TU")], "2026-11-24 11:00", "SCT", None),  # no hours on that Monday, so none can differ
    ([*EVERY, {"dtstart": "2026-11-30", "closed": True}], "2026-11-24 11:00", "SCT", None),
    ([*EVERY, {"dtstart": "2026-11-30", "opens_at": "10:00", "closes_at": "11:00"}], "2026-11-24 11:00", "SCT", None),
])
def test_bank_holiday_is_named_unless_a_dated_row_speaks(
    rows: list[dict[str, Any]], now: str, nation: Any, holiday: Holiday | None
) -> None:
    assert status(parse_rows(rows), at(now), nation).holiday == holiday


def test_bank_holiday_leaves_the_usual_hours_standing() -> None:
    said = status(parse_rows(EVERY), at("2026-12-25 11:00"), "ENG")
    assert (said.open_now, said.until) == (True, at("2026-12-25 12:00"))
    marked = openings(parse_rows(EVERY), date(2026, 12, 25), date(2026, 12, 25), {date(2026, 12, 25): "Christmas Day"})
    assert [o.holiday for o in marked] == ["Christmas Day"]
