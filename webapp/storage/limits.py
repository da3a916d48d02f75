"""Counts tries within fixed windows, in the database, so that every process counts the same.

The storage that the `limits` package lacks. Each count is its own short transaction, apart from what it guards:
a try that fails afterwards has been counted all the same.
"""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import Any

from limits.storage import Storage as LimitsStorage
from sqlalchemy import bindparam, case, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.sql.dml import ReturningInsert

from webapp import clock
from webapp.storage import Storage
from webapp.storage.models import RateCount
from webapp.storage.prepared import execute, prepared
from webapp.storage.unit_of_work import UnitOfWork

BY_KEY = prepared(select(RateCount.count, RateCount.expires_at).where(RateCount.key == bindparam("wanted")))
OVER = (
    select(RateCount.key).where(RateCount.expires_at <= bindparam("now")).limit(100).with_for_update(skip_locked=True)
)
FORGET = prepared(delete(RateCount).where(RateCount.key.in_(OVER.scalar_subquery())))


@cache
def _count_up(dialect: str) -> ReturningInsert[Any]:
    """Insert a count or add to it, and give it; one whose window is over begins anew."""
    statement = postgresql.insert(RateCount) if dialect == "postgresql" else sqlite.insert(RateCount)
    is_over = RateCount.expires_at <= bindparam("now")
    counting = statement.on_conflict_do_update(
        index_elements=[RateCount.key],
        set_={
            "count": case((is_over, statement.excluded.count), else_=RateCount.count + statement.excluded.count),
            "expires_at": case((is_over, statement.excluded.expires_at), else_=RateCount.expires_at),
        },
    )
    return prepared(counting.returning(RateCount.count))


class DatabaseLimits(LimitsStorage):
    """A storage for the fixed-window strategy of `limits`, over the table of rate counts."""

    STORAGE_SCHEME = None

    def __init__(self, storage: Storage) -> None:
        super().__init__()
        self._storage = storage
        self._count_up = _count_up(storage.engine.dialect.name)

    @property
    def base_exceptions(self) -> type[Exception] | tuple[type[Exception], ...]:
        """What the database raises."""
        return SQLAlchemyError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count `amount` tries under a key for a window of `expiry` seconds; gives how many there are now."""

        def work(uow: UnitOfWork) -> int:
            values = {"key": key, "count": amount, "expires_at": uow.now + timedelta(seconds=expiry), "now": uow.now}
            count = int(uow.value(self._count_up, values))
            if count == amount:  # a window begins: time to forget some that are over
                uow.run(FORGET, {"now": uow.now})
            return count

        return self._storage.transact(work, clock.now())

    def get(self, key: str) -> int:
        """How many tries the key's present window has seen."""
        with self._storage.read() as connection:
            row = execute(connection, BY_KEY, {"wanted": key}).first()
        return int(row[0]) if row is not None and row.expires_at > clock.now() else 0

    def get_expiry(self, key: str) -> float:
        """When the key's window ends, in seconds since 1970; now where there is none."""
        with self._storage.read() as connection:
            row = execute(connection, BY_KEY, {"wanted": key}).first()
        ends: float = row.expires_at.timestamp() if row is not None else 0.0
        return max(ends, clock.now().timestamp())

    def check(self) -> bool:
        """Whether the database answers."""
        try:
            self.get("")
        except SQLAlchemyError:
            return False
        return True

    def clear(self, key: str) -> None:
        """Forget the tries of a key."""
        statement = delete(RateCount).where(RateCount.key == key)
        self._storage.transact(lambda uow: uow.run(statement), clock.now())

    def reset(self) -> int | None:
        """Forget all tries; gives how many keys there were."""
        return self._storage.transact(lambda uow: uow.run(delete(RateCount)).rowcount, clock.now())
