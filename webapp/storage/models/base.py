"""What every table shares: one metadata with named constraints, text ids, and UTC times as sortable text."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Annotated, Any, ClassVar

from sqlalchemy import MetaData, String, Text, TypeDecorator
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, mapped_column


@lru_cache(maxsize=256)  # one moment stands in many columns of a transaction
def time_text(moment: datetime) -> str:
    """An aware time as 27 characters of UTC that sort like the time itself, and are what hashes cover."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


class UtcTime(TypeDecorator[datetime]):
    """An aware datetime, kept as the same text on every database."""

    impl = String(27)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """To text; a naive time raises ValueError, since its meaning is unknown."""
        return _to_text(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """To an aware datetime in UTC."""
        return time_of(value)

    # Each value of each row passes here: the two functions are handed over as they are, without what SQLAlchemy
    # would wrap around the two methods above.

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], str | None]:
        """See `process_bind_param`."""
        return _to_text

    def result_processor(self, dialect: Dialect, coltype: Any) -> Callable[[Any], datetime | None]:
        """See `process_result_value`."""
        return time_of


def _to_text(value: datetime | None) -> str | None:
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError("naive time")
    return time_text(value)


def time_of(value: Any) -> datetime | None:
    """The time that a stored text says, or None."""
    return None if value is None else datetime.fromisoformat(value)


class Base(DeclarativeBase):
    """The declarative base of all tables."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: UtcTime(), str: Text()}


Id = Annotated[str, mapped_column(String(36), primary_key=True)]
"""A uuid7 (imports: uuid5) as 36 characters."""
Ref = Annotated[str, mapped_column(String(36))]
"""The id of a row elsewhere."""
Word = Annotated[str, mapped_column(String(40))]
"""A short code: a kind, a state, a role."""
