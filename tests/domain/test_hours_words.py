"""Hours in words, the table of a week, and that words read back to the same openings."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from gettext import NullTranslations
from typing import Any, ClassVar

import pytest
from babel import Locale
from hypothesis import given

from tests.domain import schedules as make
from webapp.domain.hours import (
    bank_holidays,
    openings,
    parse_rows,
    read_words,
    remarks,
    status,
    status_words,
    week,
    words,
)
from webapp.language import Language, speaking

WEEKDAYS = "MO,TU,WE,TH,FR"


def weekly(byday: str, opens: str | None = None, closes: str | None = None, **more: Any) -> dict[str, Any]:
    times = {"opens_at": opens, "closes_at": closes} if opens else {}
    return {"freq": "WEEKLY", "byday": byday, **times, **more}


def monthly(byday: str, opens: str | None = None, closes: str | None = None, **more: Any) -> dict[str, Any]:
    return weekly(byday, opens, closes, **more) | {"freq": "MONTHLY"}


@pytest.mark.parametrize(("rows", "expected"), [
    ([weekly(WEEKDAYS, "10:00", "12:00")], ["Monday to Friday, 10:00 to 12:00"]),
    ([weekly("MO", "10:00", "12:00"), weekly("TU", "10:00:00", "12:00")], ["Monday and Tuesday, 10:00 to 12:00"]),
    ([weekly("SU,MO,WE", "10:00", "12:00")], ["Monday, Wednesday and Sunday, 10:00 to 12:00"]),
    ([weekly("MO,TU,WE,FR", "10:00", "12:00")], ["Monday to Wednesday and Friday, 10:00 to 12:00"]),
    ([weekly(WEEKDAYS, "14:00", "17:30"), weekly(WEEKDAYS, "09:00", "13:00")],
     ["Monday to Friday, 09:00 to 13:00 and 14:00 to 17:30"]),
    ([weekly("MO,TU", "09:00", "13:00"), weekly("MO", "14:00", "17:00")],
     ["Monday, 09:00 to 13:00 and 14:00 to 17:00", "Tuesday, 09:00 to 13:00"]),
    ([weekly("TU", "10:00", "12:00", interval=2)], ["Every second Tuesday, 10:00 to 12:00"]),
    ([weekly("TU", "10:00", "12:00", interval=2, dtstart="2026-01-13")],
     ["Every second Tuesday, 10:00 to 12:00, from 13 January 2026"]),
    ([weekly("TU", "10:00", "12:00", interval=2, valid_from="2026-01-13")],
     ["Every second Tuesday, 10:00 to 12:00, valid from 13 January 2026"]),
    ([weekly("TU,TH", "10:00", "12:00", interval=3)], ["Every 3 weeks on Tuesday and Thursday, 10:00 to 12:00"]),
    ([weekly("SU,MO", "10:00", "12:00", interval=2, dtstart="2026-01-11", wkst="SU")],  # one week, from Sunday on
     ["Every second Sunday, 10:00 to 12:00, from 11 January 2026",
      "Every second Monday, 10:00 to 12:00, from 12 January 2026"]),
    ([weekly("MO,TU", "10:00", "12:00", interval=2, dtstart="2025-11-10", count=1, wkst="TU")],
     ["Every second Monday, 10:00 to 12:00, from 10 November 2025 until 10 November 2025"]),
    ([weekly("", "10:00", "12:00", dtstart="2026-01-13")], ["Tuesday, 10:00 to 12:00, from 13 January 2026"]),
    ([monthly("1MO,3MO", "14:00", "16:00")], ["First and third Monday of the month, 14:00 to 16:00"]),
    ([monthly("1MO,3WE", "14:00", "16:00")], ["First Monday and third Wednesday of the month, 14:00 to 16:00"]),
    ([monthly("-1FR")], ["Last Friday of the month"]),
    ([monthly("1MO", "14:00", "16:00", interval=2)], ["Every 2 months on the first Monday, 14:00 to 16:00"]),
    ([{"freq": "MONTHLY", "bymonthday": "1,15,22", "opens_at": "10:00", "closes_at": "12:00"}],
     ["On the 1st, 15th and 22nd of the month, 10:00 to 12:00"]),
    ([{"freq": "MONTHLY", "bymonthday": "-1"}], ["On the last day of the month"]),
    ([{"dtstart": "2026-04-18", "closed": True}], ["Closed on 18 April 2026"]),
    ([{"dtstart": "2026-04-18", "closed": True, "opens_at": "12:00", "closes_at": "14:00"}],
     ["Closed on 18 April 2026, 12:00 to 14:00"]),
    ([{"valid_from": "2026-12-24", "valid_to": "2027-01-02", "closed": True}],
     ["Closed from 24 December 2026 to 2 January 2027"]),
    ([{"dtstart": "2026-04-18", "opens_at": "10:00", "closes_at": "16:00"}], ["On 18 April 2026, 10:00 to 16:00"]),
    ([weekly("MO", closed=True)], ["Closed on Monday"]),
    ([monthly("1MO", closed=True)], ["Closed on the first Monday of the month"]),
    ([weekly("MO,TU,WE,TH,FR,SA,SU", "00:00", "00:00")], ["Every day, 24 hours"]),
    ([weekly("SA", "12:00", "00:00")], ["Saturday, 12:00 to midnight"]),
    ([weekly("SA", "20:00", "02:00")], ["Saturday, 20:00 to 02:00"]),
    ([weekly("SA", "20:00")], ["Saturday, from 20:00"]),
    ([weekly("MO", "10:00", "12:00", valid_from="2026-01-05", valid_to="2026-03-30")],
     ["Monday, 10:00 to 12:00, from 5 January 2026 until 30 March 2026"]),
    ([weekly("MO", "10:00", "12:00", dtstart="2026-01-05", count=3)],
     ["Monday, 10:00 to 12:00, from 5 January 2026 until 19 January 2026"]),
    ([{"freq": "YEARLY", "opens_at": "10:00"}], ["As given: YEARLY, 10:00"]),
    ([{"freq": "WEEKLY", "byday": "Mondays", "description": "Mondays, ring first"}], ["Mondays, ring first"]),
    ([{"description": "Ring first"}], ["Ring first"]),
    ([], []),
])
def test_rows_are_said_in_plain_words(rows: list[dict[str, Any]], expected: list[str]) -> None:
    assert words(parse_rows(rows)) == expected


def test_remarks_of_readable_rows_are_kept_apart() -> None:
    rows = parse_rows([weekly("MO", "10:00", "12:00", description="For families"), {"notes": "Ring first"}])
    assert words(rows) == ["Monday, 10:00 to 12:00", "Ring first"]
    assert remarks(rows) == ["For families"]


@given(make.schedules)
def test_words_read_back_to_the_same_openings(raw: list[dict[str, Any]]) -> None:
    rows = parse_rows(raw)
    read = read_words("\n".join(words(rows)))
    assert isinstance(read, list), read
    again = parse_rows(read)
    # the order of rows is not said, what is open when is
    first, last = make.FIRST, make.LAST + timedelta(days=60)
    spans = [(o.start, o.end) for o in openings(rows, first, last, {})]
    assert sorted(set(spans)) == sorted({(o.start, o.end) for o in openings(again, first, last, {})})
    assert words(again) == words(rows)


def test_week_is_a_table_of_seven_days() -> None:
    rows = parse_rows([
        weekly(WEEKDAYS, "09:00", "13:00"), weekly(WEEKDAYS, "14:00", "17:30"),
        weekly("SA", "00:00", "00:00"), {"dtstart": "2026-12-24", "closed": True},
        {"dtstart": "2026-12-23", "opens_at": "09:00", "closes_at": "12:00"},
    ])
    table = week(rows, date(2026, 12, 21), bank_holidays("ENG", 2026))
    assert [day.name for day in table][:2] == ["Monday", "Tuesday"]
    assert [day.times for day in table] == [
        ("09:00 to 13:00", "14:00 to 17:30"), ("09:00 to 13:00", "14:00 to 17:30"), ("09:00 to 12:00",), (),
        ("09:00 to 13:00", "14:00 to 17:30"), ("24 hours",), ()]
    assert [day.is_closed for day in table] == [False, False, False, True, False, False, False]
    assert [day.holiday for day in table][3:6] == [None, "Christmas Day", "Boxing Day"]
    assert table[2].is_dated


@pytest.mark.parametrize(("now", "expected"), [
    (datetime(2026, 11, 24, 10, tzinfo=UTC), "Open now, until 17:00."),
    (datetime(2026, 11, 24, 8, tzinfo=UTC), "Closed now. Opens today at 09:00."),
    (datetime(2026, 11, 24, 18, tzinfo=UTC), "Closed now. Opens tomorrow at 09:00."),
    (datetime(2026, 11, 27, 18, tzinfo=UTC), "Closed now. Opens on Monday at 09:00."),
])
def test_status_is_said_in_a_sentence(now: datetime, expected: str) -> None:
    rows = parse_rows([weekly(WEEKDAYS, "09:00", "17:00")])
    assert status_words(status(rows, now, None), now) == [expected]


def test_bank_holiday_is_said_as_a_maybe() -> None:
    now = datetime(2026, 11, 24, 10, tzinfo=UTC)
    said = status_words(status(parse_rows([weekly("MO", "09:00", "17:00")]), now, "SCT"), now)
    assert said[-1] == "Hours may differ on the bank holiday, Monday 30 November 2026 (Saint Andrew's Day)."


def test_night_that_ends_early_tomorrow_has_a_bare_time() -> None:
    now = datetime(2026, 11, 27, 22, tzinfo=UTC)
    assert status_words(status(parse_rows([weekly("FR", "20:00", "02:00")]), now, None), now) == [
        "Open now, until 02:00."]


class Turned(NullTranslations):
    """A few texts that another language says in another order."""

    TEXTS: ClassVar = {
        "%(which)s %(day)s": "%(day)s, the %(which)s",
        "Closed on the %(days)s of the month": "In the month: not on %(days)s",
        "%(opens)s to %(closes)s": "%(opens)s–%(closes)s",
        "first": "1.",
        "Christmas Day": "25.",
    }

    def gettext(self, message: str) -> str:
        return self.TEXTS.get(message, message)


@pytest.mark.parametrize(("raw", "expected"), [
    (weekly("MO,TU,WE", "10:00", "12:00"), "Dydd Llun to Dydd Mercher, 10:00–12:00"),
    (monthly("1MO", closed=True), "In the month: not on Dydd Llun, the 1."),
    ({"dtstart": "2026-04-18", "closed": True}, "Closed on 18 Ebrill 2026"),
])
def test_another_language_says_hours_in_its_own_order(raw: dict[str, Any], expected: str) -> None:
    with speaking(Language(Locale.parse("cy"), Turned())):
        assert words(parse_rows([raw])) == [expected]


def test_bank_holidays_have_names_in_another_language() -> None:
    now = datetime(2026, 12, 21, 10, tzinfo=UTC)
    with speaking(Language(Locale.parse("cy"), Turned())):
        said = status_words(status(parse_rows([weekly("FR", "09:00", "17:00")]), now, "SCT"), now)
    assert said[-1] == "Hours may differ on the bank holiday, Dydd Gwener 25 Rhagfyr 2026 (25.)."
