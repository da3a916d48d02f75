"""What people type about hours: read as they mean it, or refused with a sentence and an example."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.domain.hours import Unreadable, doubts, parse_rows, read_words, words


@pytest.mark.parametrize(("typed", "meant"), [
    ("Mon-Fri 10-12", ["Monday to Friday, 10:00 to 12:00"]),
    ("Mon–Fri: 0900–1700", ["Monday to Friday, 09:00 to 17:00"]),
    ("every second Tuesday, 10:00 to 12:00", ["Every second Tuesday, 10:00 to 12:00"]),
    ("every other Wed 6-8pm from 14 Jan 2026", ["Every second Wednesday, 18:00 to 20:00, from 14 January 2026"]),
    ("Monday 1-3 fortnightly", ["Every second Monday, 13:00 to 15:00"]),
    ("Every 3 weeks on Tuesday 10-12", ["Every 3 weeks on Tuesday, 10:00 to 12:00"]),
    ("weekdays 9am to 5pm", ["Monday to Friday, 09:00 to 17:00"]),
    ("Tuesdays and Thursdays 2pm-4pm", ["Tuesday and Thursday, 14:00 to 16:00"]),
    ("first Monday of the month 14:00 to 16:00", ["First Monday of the month, 14:00 to 16:00"]),
    ("1st & 3rd Mondays 2-4pm", ["First and third Monday of the month, 14:00 to 16:00"]),
    ("every second Tuesday of the month 10-12", ["Second Tuesday of the month, 10:00 to 12:00"]),
    ("last Friday of each month, noon to 2pm", ["Last Friday of the month, 12:00 to 14:00"]),
    ("1st and 15th of the month, 10-12", ["On the 1st and 15th of the month, 10:00 to 12:00"]),
    ("every 2 months on the first Monday, 10-12", ["Every 2 months on the first Monday, 10:00 to 12:00"]),
    ("closed 25 December 2026", ["Closed on 25 December 2026"]),
    ("25/12/2026 closed", ["Closed on 25 December 2026"]),
    ("Closed Fri 25th Dec 2026", ["Closed on 25 December 2026"]),
    ("closed 24 December to 2 January 2027", ["Closed from 24 December 2026 to 2 January 2027"]),
    ("closed 25 and 26 December 2026", ["Closed on 25 December 2026", "Closed on 26 December 2026"]),
    ("18 April 2026 10am-4pm", ["On 18 April 2026, 10:00 to 16:00"]),
    ("every day 24 hours", ["Every day, 24 hours"]),
    ("24/7", ["Every day, 24 hours"]),
    ("Sat 9-1", ["Saturday, 09:00 to 13:00"]),
    ("Fri 8pm-2am", ["Friday, 20:00 to 02:00"]),
    ("noon to midnight on Saturdays", ["Saturday, 12:00 to midnight"]),
    ("daily 6-midnight", ["Every day, 18:00 to midnight"]),
    ("Fri to Mon 10-4", ["Monday and Friday to Sunday, 10:00 to 16:00"]),
    ("Mon 9:00-13:00 and 14:00-17:30", ["Monday, 09:00 to 13:00 and 14:00 to 17:30"]),
    ("Mon 10-12, Tue 2-4; Sat closed", ["Monday, 10:00 to 12:00", "Tuesday, 14:00 to 16:00", "Closed on Saturday"]),
    ("Mon 10-12\r\n\r\nTue 13.00 - 15.30", ["Monday, 10:00 to 12:00", "Tuesday, 13:00 to 15:30"]),
    ("Mon 10-12 until 30 March 2026", ["Monday, 10:00 to 12:00, until 30 March 2026"]),
    ("Every day 10-12, 25 December 2026 closed", ["Every day, 10:00 to 12:00", "Closed on 25 December 2026"]),
    ("closed 24, 25 and 26 December 2026",
     ["Closed on 24 December 2026", "Closed on 25 December 2026", "Closed on 26 December 2026"]),
    ("closed 24-26 December 2026", ["Closed from 24 December 2026 to 26 December 2026"]),
    ("weekends 10am-noon", ["Saturday and Sunday, 10:00 to 12:00"]),
])
def test_what_people_type_is_read_as_they_mean_it(typed: str, meant: list[str]) -> None:
    rows = read_words(typed)
    assert isinstance(rows, list), rows
    assert words(parse_rows(rows)) == meant


@pytest.mark.parametrize(("typed", "opens", "closes"), [
    ("9-5", "09:00", "17:00"), ("9-1", "09:00", "13:00"), ("10-2pm", "10:00", "14:00"), ("2-4pm", "14:00", "16:00"),
    ("11-12pm", "11:00", "12:00"), ("12-2", "12:00", "14:00"), ("9am-1", "09:00", "13:00"), ("1-3", "13:00", "15:00"),
    ("7pm-9", "19:00", "21:00"), ("22:00-6:00", "22:00", "06:00"), ("9:30-1:30", "09:30", "13:30"),
    ("9 to 17:00", "09:00", "17:00"), ("2 to 16:00", "14:00", "16:00"), ("10:00 to 10:00", "10:00", "10:00"),
    ("12:00 to 10:00", "12:00", "10:00"), ("9.30am - 12.30pm", "09:30", "12:30"), ("12am-6am", "00:00", "06:00"),
    ("10 a.m. to 4 p.m.", "10:00", "16:00"), ("midnight to midnight", "00:00", "00:00"), ("9-11am", "09:00", "11:00"),
    ("10 until 12", "10:00", "12:00"), ("10-10", "10:00", "22:00"), ("20:00 to 24:00", "20:00", "00:00"),
])
def test_times_are_guessed_as_people_mean_them(typed: str, opens: str, closes: str) -> None:
    assert read_words(f"Mon {typed}") == [{"freq": "WEEKLY", "byday": "MO", "opens_at": opens, "closes_at": closes}]


@pytest.mark.parametrize(("typed", "says"), [
    ("", "Type the days"), (" ; \n", "Type the days"), ("10-12", "on which days"), ("closed", "on which days"),
    ("Mon 7-9", "morning or in the evening"), ("Mon 9 to midnight", "morning or in the evening"),
    ("every third Tuesday 10-12", "weeks or the weekdays"), ("Monday monthly 10-12", "which Monday of the month"),
    ("closed on bank holidays", "need their dates"), ("25 December", "Say the year"),
    ("31 February 2026 10-12", "no 31 february"), ("Mon 25 Dec 2026 closed", "is a Friday"),
    ("18 April 2026", "Say the times"), ("closed from 1 May 2026", "first and the last date"),
    ("Mon 10-12 by appointment", "“by”"), ("Mon 10-26", "not a time of day"), ("Mon 10:75-12", "not a time of day"),
    ("Mon 12-12", "same hour"), ("Mon 10-12 from 2 May 2026 until 1 May 2026", "Check the dates"),
    ("Mon 10-12, Tue 2-4 until 1 May 2026", "line of its own"), ("{}", "Say on which days"),
    ("FREQ=WEEKLY;BYDAY=MO", "We can't read"), ("Mon " + "10-12 " * 80, "line of its own"), ("x" * 5000, "at most"),
    ("6th Monday of the month 10-12", "which Monday"), ("every 0 weeks on Monday 10-12", "every 0"),
])
def test_what_is_unclear_is_asked_back_with_an_example(typed: str, says: str) -> None:
    read = read_words(typed)
    assert isinstance(read, Unreadable)
    assert says in read.message
    for example in read.example.split(", or: "):
        assert isinstance(read_words(example), list)


def test_the_line_that_failed_is_given_back_as_typed() -> None:
    read = read_words("Mon 10-12\nTea at FOUR")
    assert isinstance(read, Unreadable)
    assert read.line == "Tea at FOUR"


def test_second_week_without_a_first_date_is_a_doubt() -> None:
    read = read_words("every second Tuesday 10-12")
    assert isinstance(read, list)
    assert len(doubts(parse_rows(read))) == 1


pieces = st.sampled_from((
    "mon", "tue-fri", "every", "second", "last", "of the month", "10-12", "2pm", "to", "-", "closed", ",", ";", "and",
    "from", "until", "1 may 2026", "12/13/2026", "24/7", "@0t@", "@9d@", "99th", "weeks", "every 5 weeks", "day",
    "fortnightly", "0", "٣", "①", "24 hours", "may", "on the", "\x00",
))


@given(st.one_of(st.text(max_size=80), st.lists(pieces, max_size=12).map(" ".join)))
def test_reading_never_raises_and_what_it_reads_has_sense(typed: str) -> None:
    read = read_words(typed)
    if isinstance(read, list):
        assert all(row.has_rule for row in parse_rows(read))


@pytest.mark.parametrize("hostile", [
    "mon " * 1000, "1," * 2000, "1 and " * 700 + "1 may", "10-" * 1300, " " * 4000, "first " * 600, "10-12" * 800,
    "\n".join(["1 and " * 45 + "1 may 2026"] * 14), "every " * 600, "- " * 2000,
])
def test_hostile_text_is_read_quickly(hostile: str) -> None:
    started = time.perf_counter()
    read_words(hostile[:4000])
    assert time.perf_counter() - started < 1
