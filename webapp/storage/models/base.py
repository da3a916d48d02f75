"""What every table shares: one metadata with named constraints, text ids, and UTC times as sortable text."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar

from sqlalchemy import MetaData, String, Text, TypeDecorator
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, mapped_column

TIME_FORMAT = "%Y-%m-%dT%H:%M:%S.%fZ"


def time_text(moment: datetime) -> str:
    """An aware time as 27 characters of UTC that sort like the time itself, and are what hashes cover."""
    return moment.astimezone(UTC).strftime(TIME_FORMAT)


class UtcTime(TypeDecorator[datetime]):
    """An aware datetime, kept as the same text on every database."""

    impl = String(27)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """To text; a naive time raises ValueError, since its meaning is unknown."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive time")
        return time_text(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """To an aware datetime in UTC."""
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
