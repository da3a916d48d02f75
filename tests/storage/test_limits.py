"""The storage of limits counts alike on both databases: in fixed windows, and none of many at once gets lost."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from limits import parse
from limits.strategies import FixedWindowRateLimiter
from sqlalchemy import func, select

from webapp import clock
from webapp.storage import Storage
from webapp.storage.limits import DatabaseLimits
from webapp.storage.models import RateCount

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _at_nine() -> Iterator[None]:
    with clock.fixed(NOW):
        yield


@pytest.fixture
def counts(storage: Storage) -> DatabaseLimits:
    """The storage under test."""
    return DatabaseLimits(storage)


def test_tries_add_up_within_a_window(counts: DatabaseLimits) -> None:
    assert [counts.incr("a", 60), counts.incr("a", 60, 2), counts.incr("b", 60)] == [1, 3, 1]
    assert (counts.get("a"), counts.get("b"), counts.get("c")) == (3, 1, 0)


def test_a_window_keeps_its_end_and_the_next_begins_at_nothing(counts: DatabaseLimits) -> None:
    counts.incr("a", 60)
    with clock.fixed(NOW + timedelta(seconds=59.999)):
        assert counts.incr("a", 60) == 2
        assert counts.get_expiry("a") == (NOW + timedelta(seconds=60)).timestamp()
    with clock.fixed(NOW + timedelta(seconds=60)):
        assert counts.get("a") == 0
        assert counts.get_expiry("a") == (NOW + timedelta(seconds=60)).timestamp()
        assert counts.incr("a", 60) == 1
        assert counts.get_expiry("a") == (NOW + timedelta(seconds=120)).timestamp()


def test_keys_are_forgotten_one_by_one_or_all(counts: DatabaseLimits) -> None:
    for key in "abc":
        counts.incr(key, 60)
    counts.clear("a")
    counts.clear("unknown")
    assert (counts.get("a"), counts.get("b")) == (0, 1)
    assert counts.reset() == 2
    assert counts.get("b") == 0


def test_windows_that_are_over_do_not_pile_up(counts: DatabaseLimits, storage: Storage) -> None:
    for number in range(20):
        counts.incr(f"key {number}", 60)
    with clock.fixed(NOW + timedelta(minutes=2)):
        counts.incr("a", 60)
    with storage.read() as connection:
        assert connection.execute(select(func.count()).select_from(RateCount)).scalar() == 1


def test_the_database_answers(counts: DatabaseLimits, storage: Storage) -> None:
    assert counts.check()
    with storage.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE rate_count")
    assert not counts.check()


def test_the_strategy_of_the_package_works_on_it(counts: DatabaseLimits) -> None:
    limiter, item = FixedWindowRateLimiter(counts), parse("3/minute")
    assert [limiter.hit(item, "ailsa") for _ in range(4)] == [True, True, True, False]
    assert limiter.hit(item, "brodie")
    stats = limiter.get_window_stats(item, "ailsa")
    assert stats.reset_time == (NOW + timedelta(minutes=1)).timestamp()
    assert stats.remaining <= 0


def test_none_of_many_at_once_is_lost(counts: DatabaseLimits) -> None:
    """Also when each begins a window that is over, and sweeps the others' away."""
    for number in range(8):
        counts.incr(f"key {number}", 1)

    def count(number: int) -> int:
        with clock.fixed(NOW + timedelta(minutes=1)):
            counts.incr(f"key {number % 8}", 60)
            return counts.incr("shared", 60)

    with ThreadPoolExecutor(8) as pool:
        seen = sorted(pool.map(count, range(32)))
    assert seen == list(range(1, 33))
    with clock.fixed(NOW + timedelta(minutes=1)):
        assert [counts.get(f"key {number}") for number in range(8)] == [4] * 8
