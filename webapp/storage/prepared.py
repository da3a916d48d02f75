"""Sends statements that were built at import to the driver, compiled once; its law: same rows, same errors, less fuss.

SQLAlchemy's own way of executing costs some 30 microseconds a statement, the database itself some four. What is
declared `prepared` is compiled by SQLAlchemy for the dialect when it is first sent, and from then on only bound, sent
and fetched. Anything else goes SQLAlchemy's way, so that `execute` takes every statement.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection, Executable, Insert
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler

Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]] | None
Processor = Callable[[Any], Any]
S = TypeVar("S", bound=Executable)

NEEDED = object()
"""Stands for the value of a parameter that the caller must hand over."""

_PREPARED: set[Executable] = set()
_PLANS: dict[tuple[Executable, str, tuple[str, ...]], _Plan] = {}


class Rows(list[Any]):
    """The rows that a statement gave, fetched already; `rowcount` says how many a write touched."""

    rowcount: int

    def first(self) -> Any:
        """The first row, or None."""
        return self[0] if self else None

    def scalar(self) -> Any:
        """The first column of the first row, or None."""
        return self[0][0] if self else None


def prepared(statement: S) -> S:
    """The statement itself, from now on sent the short way. For statements at a module's top: it is never forgotten."""
    _PREPARED.add(statement)
    return statement


def execute(connection: Connection, statement: Executable, parameters: Parameters = None) -> Rows:
    """Send one statement with its parameters, a mapping or many of them, and fetch what it gives.

    Raises SQLAlchemy's errors, as `Connection.execute` does.
    """
    return Sender(connection).run(statement, parameters)


class Sender:
    """Sends statements over one connection while its transaction lasts."""

    __slots__ = ("_connection", "_cursor", "_dialect", "_watched")

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._dialect = connection.dialect
        self._cursor = connection.connection.cursor
        self._watched = connection.dispatch.before_cursor_execute or None

    def run(self, statement: Executable, parameters: Parameters = None) -> Rows:
        """Send a statement with its parameters; see `execute`."""
        if statement in _PREPARED:
            plan = _plan_for(statement, self._dialect, parameters)
            if plan.is_short:
                return self._short(plan, parameters)
        return _the_long_way(self._connection, statement, parameters)

    def _short(self, plan: _Plan, parameters: Parameters) -> Rows:
        is_many = not (parameters is None or isinstance(parameters, dict | Mapping))
        bound = [plan.bound(one) for one in parameters or ()] if is_many else plan.bound(parameters or {})
        cursor = self._cursor()
        if self._watched:
            self._watched(self._connection, cursor, plan.text, bound, None, is_many)
        try:
            (cursor.executemany if is_many else cursor.execute)(plan.text, bound)
            return plan.fetched(cursor)
        except self._dialect.loaded_dbapi.Error as error:
            raise self._told(plan, bound, error) from error
        finally:
            cursor.close()

    def _told(self, plan: _Plan, bound: Any, error: Any) -> Exception:
        """The driver's error as SQLAlchemy's, which hides what was sent: logs have no use for addresses and tokens."""
        kind = self._dialect.loaded_dbapi.Error
        told: Exception = DBAPIError.instance(
            plan.text, bound, error, kind, hide_parameters=True, dialect=self._dialect
        )
        return told


def _the_long_way(connection: Connection, statement: Executable, parameters: Any) -> Rows:
    result = connection.execute(statement, parameters)
    rows = Rows(result) if result.returns_rows else Rows()
    rows.rowcount = len(rows) if result.returns_rows else result.rowcount
    return rows


def _plan_for(statement: Executable, dialect: Dialect, parameters: Parameters) -> _Plan:
    columns: tuple[str, ...] = ()
    if isinstance(statement, Insert):  # an insert names the columns that it is handed
        columns = tuple(parameters if isinstance(parameters, Mapping) else parameters[0]) if parameters else ()
    key = (statement, dialect.name, columns)
    plan = _PLANS.get(key)
    if plan is None:
        plan = _PLANS[key] = _Plan(statement, dialect, columns)
    return plan


class _Plan:
    """One statement for one dialect: its text, how its parameters are bound and how its rows are read."""

    def __init__(self, statement: Executable, dialect: Dialect, columns: tuple[str, ...]) -> None:
        compiled = statement.compile(dialect=dialect, column_keys=list(columns) or None)  # type: ignore[attr-defined] # the protocol leaves compile() out
        if not isinstance(compiled, SQLCompiler):
            raise TypeError(f"not a statement: {statement!r}")
        # a list in "IN (...)" makes another text for each length; a default in Python must be worked out each time
        self.is_short = not (compiled.post_compile_params or compiled.insert_prefetch or compiled.update_prefetch)
        self.text = str(compiled)
        self._names = list(compiled.positiontup or compiled.params)
        self._is_positional = compiled.positional
        self._binds = [_bind(compiled, name) for name in self._names]
        self._processors = _by_place(
            compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect) for name in self._names
        )
        self._readers = _by_place(
            one.type.dialect_impl(dialect).result_processor(dialect, None)
            for one in getattr(statement, "selected_columns", ())
        )
        self._row: Any = None

    def bound(self, parameters: Any) -> Any:
        """The parameters as the driver wants them; KeyError without one that is needed."""
        values = [
            parameters[key] if default is NEEDED else parameters.get(key, default) for key, default in self._binds
        ]
        for place, processor in self._processors:
            values[place] = processor(values[place])
        return values if self._is_positional else dict(zip(self._names, values, strict=True))

    def fetched(self, cursor: Any) -> Rows:
        """The rows that lie ready at a cursor."""
        rows = Rows()
        if cursor.description is not None:
            if self._row is None:
                self._row = namedtuple("Row", [one[0] for one in cursor.description])  # type: ignore[misc] # mypy wants literal names
            rows.extend(map(self._read if self._readers else self._row._make, cursor.fetchall()))
        rows.rowcount = cursor.rowcount
        return rows

    def _read(self, values: Sequence[Any]) -> Any:
        read = list(values)
        for place, reader in self._readers:
            read[place] = reader(read[place])
        return self._row._make(read)


def _bind(compiled: SQLCompiler, name: str) -> tuple[str, Any]:
    """The key of a parameter in what the caller hands over, and its value where the statement has one itself."""
    bind = compiled.binds[name]
    return bind.key, NEEDED if bind.required else compiled.params[name]


def _by_place(processors: Iterable[Processor | None]) -> list[tuple[int, Processor]]:
    return [(place, processor) for place, processor in enumerate(processors) if processor]
