"""Schedule rows for Hypothesis: what a careful person may enter, as the dicts that documents hold."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
FIRST, LAST = date(2025, 10, 1), date(2027, 4, 1)

days = st.dates(FIRST, LAST)
clocks = st.builds(lambda hour, minute: f"{hour:02d}:{minute:02d}", st.integers(0, 23), st.sampled_from((0, 15, 30)))
times = st.fixed_dictionaries({"opens_at": clocks, "closes_at": clocks})
weekdays = st.sets(st.sampled_from(CODES), min_size=1).map(lambda some: ",".join(sorted(some, key=CODES.index)))
nth_days = st.sets(
    st.builds(lambda n, code: f"{n}{code}", st.sampled_from((1, 2, 3, 4, 5, -1, -2)), st.sampled_from(CODES)),
    min_size=1, max_size=4,
).map(lambda some: ",".join(sorted(some)))
month_days = st.sets(st.integers(-5, 31).filter(bool), min_size=1, max_size=4).map(
    lambda some: ",".join(map(str, sorted(some))))


def _joined(*parts: dict[str, Any]) -> dict[str, Any]:
    return {key: value for part in parts for key, value in part.items()}


def _bounds(first: date | None, length: int | None, interval: int) -> dict[str, Any]:
    start, end = ("dtstart", "until") if interval > 1 else ("valid_from", "valid_to")
    last = (first or FIRST) + timedelta(days=length) if length is not None else None
    said: dict[str, Any] = {"interval": interval} if interval > 1 else {}
    return said | ({start: first.isoformat()} if first else {}) | ({end: last.isoformat()} if last else {})


every_week_or_month = st.builds(_bounds, st.none() | days, st.none() | st.integers(60, 300), st.just(1))
at_intervals = st.builds(_bounds, days, st.none() | st.integers(60, 300), st.integers(2, 4))
bounds = every_week_or_month | at_intervals
counted = st.builds(
    lambda first, count, interval: {"dtstart": first.isoformat(), "count": count, "interval": interval},
    days, st.integers(1, 30), st.integers(1, 3))
flags = st.sampled_from(({}, {}, {}, {"closed": True}))
spans = times | st.just({})

weekly = st.builds(
    _joined, st.builds(lambda d: {"freq": "WEEKLY", "byday": d}, weekdays), bounds | counted, spans, flags)
monthly = st.builds(
    _joined,
    st.builds(lambda d: {"freq": "MONTHLY", "byday": d}, nth_days)
    | st.builds(lambda d: {"freq": "MONTHLY", "bymonthday": d}, month_days),
    bounds | counted, spans, flags)
dated_open = st.builds(_joined, st.builds(lambda d: {"dtstart": d.isoformat()}, days), times)
dated_closed = st.builds(_joined, st.builds(lambda d: {"dtstart": d.isoformat()}, days), spans,
                         st.just({"closed": True}))
ranges = st.builds(
    _joined,
    st.builds(lambda d, n: {"valid_from": d.isoformat(), "valid_to": (d + timedelta(days=n)).isoformat()},
              days, st.integers(1, 20)),
    times, flags)

row_dicts = st.one_of(weekly, weekly, monthly, dated_open, dated_closed, ranges)
schedules = st.lists(row_dicts, min_size=1, max_size=5)
