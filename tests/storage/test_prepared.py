"""Statements sent the short way give the same rows and the same errors as SQLAlchemy's own way, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import bindparam, delete, event, func, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from tests.support.queries import recorded
from webapp.storage import Storage
from webapp.storage.models import Counter, RateCount, Vote
from webapp.storage.prepared import LONGEST, Rows, execute, prepared
from webapp.storage.unit_of_work import UnitOfWork

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ADD = prepared(insert(RateCount))
ALL = prepared(select(RateCount).order_by(RateCount.expires_at))
SINCE = prepared(
    select(RateCount.key, RateCount.expires_at).where(RateCount.expires_at >= bindparam("since"), RateCount.count != 2)
)
COUNT = prepared(select(func.count()).select_from(RateCount))
LATEST = prepared(select(func.max(RateCount.expires_at)))
TURN = prepared(
    update(RateCount).where(RateCount.count < bindparam("below")).values(count=9, expires_at=bindparam("then"))
)
DROP = prepared(delete(RateCount).where(RateCount.key == bindparam("id")))
SOME = prepared(
    select(RateCount.key)
    .where(RateCount.key.in_(bindparam("ids", expanding=True)), RateCount.count > bindparam("above"))
    .order_by(RateCount.key)
)
AT = prepared(
    select(RateCount.key).where(RateCount.expires_at.in_(bindparam("times", expanding=True))).order_by(RateCount.key)
)
OWN = prepared(select(RateCount.key).where(RateCount.count.in_((1, 3, 5))).order_by(RateCount.key))
TWICE = prepared(
    select(RateCount.key).where(
        RateCount.key.in_(bindparam("ids", expanding=True)),
        RateCount.key == bindparam("key"),
        RateCount.key.in_(bindparam("ids", expanding=True)) & (RateCount.key >= bindparam("key")),
    )
)
FIRST = prepared(select(RateCount.key).where(RateCount.count >= bindparam("least", 1)).order_by(RateCount.key).limit(1))
VOTED = prepared(
    select(Vote.id).where(Vote.change_id == bindparam("change"), Vote.person_id == "x", Vote.is_live == 1)
)
HIGHEST = prepared(text("SELECT max(count) + 0 FROM rate_count"))
JOINED = prepared(select(func.aggregate_strings(RateCount.key, " ")))
ANEW = prepared(text("SELECT count(*) AS anew FROM rate_count WHERE count = :count"), planned_anew=True)
OFTEN = prepared(text("SELECT count(*) AS often FROM rate_count WHERE count = :count"))
WORDS = prepared(text("SELECT key, count FROM rate_count WHERE key = :id"))


def _row(number: int) -> dict[str, Any]:
    return {"key": f"key-{number}", "count": number, "expires_at": NOW + timedelta(hours=number)}


def _in(storage: Storage, work: Any) -> Any:
    def only(uow: UnitOfWork) -> Any:
        uow.run(delete(RateCount))
        uow.run(ADD, [_row(1), _row(2), _row(3)])
        return work(uow)

    return storage.transact(only, NOW)


def test_rows_are_those_of_sqlalchemy_times_included(storage: Storage) -> None:
    def both(uow: UnitOfWork) -> tuple[list[Any], list[Any]]:
        return uow.all(ALL), list(uow.connection.execute(select(RateCount).order_by(RateCount.expires_at)))

    short, long = _in(storage, both)
    assert [tuple(row) for row in short] == [tuple(row) for row in long]
    assert short[0].expires_at == NOW + timedelta(hours=1)
    assert short[0]._asdict() == long[0]._asdict()


def test_parameters_of_the_caller_and_of_the_statement_are_bound(storage: Storage) -> None:
    rows = _in(storage, lambda uow: uow.all(SINCE, {"since": NOW + timedelta(hours=2)}))
    assert [(row.key, row.expires_at) for row in rows] == [("key-3", NOW + timedelta(hours=3))]


def test_a_value_that_a_parameter_has_by_default_may_be_another(storage: Storage) -> None:
    assert _in(storage, lambda uow: [uow.value(FIRST), uow.value(FIRST, {"least": 2})]) == ["key-1", "key-2"]


def test_a_condition_of_the_statements_own_is_written_out_so_that_its_index_serves(storage: Storage) -> None:
    seen: list[str] = []
    with storage.read() as connection:
        event.listen(connection, "before_cursor_execute", lambda _c, _u, text, *_: seen.append(text))
        execute(connection, VOTED, {"change": "x"})
        if storage.engine.dialect.name == "sqlite":
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {seen[0]}", ("x",)).all()
            assert "uq_vote_live" in str(plan)
    assert "is_live = 1" in seen[0]


def test_a_parameter_may_stand_in_several_places(storage: Storage) -> None:
    assert _in(storage, lambda uow: uow.run(TWICE, {"key": "key-2", "ids": ["key-1", "key-2"]})).scalars() == ["key-2"]


def test_single_values_and_nothing_at_all_can_be_asked_for(storage: Storage) -> None:
    def ask(uow: UnitOfWork) -> list[Any]:
        nothing = {"since": NOW + timedelta(days=9)}
        return [uow.value(COUNT), uow.value(LATEST), uow.one(SINCE, nothing), uow.value(SINCE, nothing)]

    assert _in(storage, ask) == [3, NOW + timedelta(hours=3), None, None]


def test_a_write_says_how_many_rows_it_touched(storage: Storage) -> None:
    def write(uow: UnitOfWork) -> list[Any]:
        turned = uow.run(TURN, {"below": 3, "then": NOW}).rowcount
        dropped = [uow.run(DROP, {"id": id_}).rowcount for id_ in ("key-3", "key-3")]
        return [turned, *dropped, [(row.count, row.expires_at) for row in uow.all(ALL)]]

    assert _in(storage, write) == [2, 1, 0, [(9, NOW), (9, NOW)]]


def test_an_insert_takes_the_columns_that_it_is_handed(storage: Storage) -> None:
    def write(uow: UnitOfWork) -> Any:
        uow.run(ADD, _row(4))
        uow.run(ADD, dict(reversed(_row(5).items())))
        return [(row.key, row.count) for row in uow.all(ALL)][-2:]

    assert _in(storage, write) == [("key-4", 4), ("key-5", 5)]


@pytest.mark.parametrize("length", [0, 1, 2, LONGEST, LONGEST + 1])
def test_a_list_may_have_any_length(storage: Storage, length: int) -> None:
    ids = [f"key-{number}" for number in range(3, 3 - length, -1)]
    rows = _in(storage, lambda uow: uow.run(SOME, {"ids": ids, "above": 1}))
    assert rows.scalars() == [key for key in ("key-2", "key-3") if key in ids]


def test_a_list_of_the_statement_itself_needs_no_parameter(storage: Storage) -> None:
    assert _in(storage, lambda uow: uow.run(OWN)).scalars() == ["key-1", "key-3"]


def test_times_in_a_list_are_bound_as_times(storage: Storage) -> None:
    wanted = [NOW + timedelta(hours=hours) for hours in (1, 3)]
    assert _in(storage, lambda uow: uow.run(AT, {"times": wanted})).scalars() == ["key-1", "key-3"]


def test_plain_sql_can_be_prepared_too(storage: Storage) -> None:
    row = _in(storage, lambda uow: uow.one(WORDS, {"id": "key-2"}))
    assert (row.key, row.count) == ("key-2", 2)


def test_a_column_without_a_name_can_be_read_by_its_place(storage: Storage) -> None:
    assert _in(storage, lambda uow: uow.value(HIGHEST)) == 3


def test_a_value_that_is_written_into_the_text_is_no_parameter(storage: Storage) -> None:
    assert sorted(_in(storage, lambda uow: uow.value(JOINED)).split()) == ["key-1", "key-2", "key-3"]


def test_what_is_not_prepared_goes_the_long_way(storage: Storage) -> None:
    with storage.read() as connection:
        found = execute(connection, select(Counter.value).where(Counter.name == "event"))
    assert isinstance(found, Rows)
    assert found.scalar() == 0


def test_a_broken_constraint_is_sqlalchemys_error_and_nothing_is_written(storage: Storage) -> None:
    with pytest.raises(IntegrityError) as caught:
        _in(storage, lambda uow: uow.run(ADD, _row(1)))
    assert caught.value.orig is not None
    with storage.read() as connection:
        assert "key-1" not in {row.key for row in execute(connection, ALL)}


def test_a_missing_parameter_and_a_naive_time_are_refused(storage: Storage) -> None:
    with pytest.raises(KeyError):
        _in(storage, lambda uow: uow.run(DROP, {}))
    with pytest.raises(ValueError, match="naive"):
        _in(storage, lambda uow: uow.run(SINCE, {"since": NOW.replace(tzinfo=None)}))


def test_many_rows_at_once_and_none_at_all(storage: Storage) -> None:
    def write(uow: UnitOfWork) -> list[int]:
        uow.run(ADD, [_row(number) for number in range(10, 15)])
        uow.run(ADD, [])
        return [uow.value(COUNT)]

    assert _in(storage, write) == [8]


@pytest.mark.parametrize("statement", [ADD, insert(RateCount)], ids=["short", "long"])
def test_an_error_does_not_say_what_was_sent(storage: Storage, statement: Any) -> None:
    twice = {**_row(7), "key": "secret-word"}
    with pytest.raises(IntegrityError) as caught:
        _in(storage, lambda uow: [uow.run(statement, twice), uow.run(statement, twice)])
    assert "hidden" in str(caught.value)


def test_who_counts_statements_sees_them(storage: Storage) -> None:
    with recorded(storage.engine) as statements, storage.read() as connection:
        execute(connection, COUNT)
        execute(connection, SINCE, {"since": NOW})
    assert [one.split()[0] for one in statements.seen] == ["SELECT", "SELECT"]


def test_what_is_planned_anew_is_never_kept_by_the_server(storage: Storage) -> None:
    has_plans = storage.engine.dialect.name == "postgresql"  # on SQLite, both are as any other
    with storage.read() as connection:
        for number in range(12):
            assert execute(connection, ANEW, {"count": number}).scalar() == 0
            assert execute(connection, OFTEN, {"count": number}).scalar() == 0
        asked = "SELECT statement FROM pg_prepared_statements" if has_plans else "SELECT '' WHERE 0"
        kept = connection.exec_driver_sql(asked).scalars().all()
    names = [name for name in ("anew", "often") if any(f"AS {name}" in one for one in kept)]
    assert names == (["often"] if has_plans else [])
