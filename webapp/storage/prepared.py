"""Sends statements that were built at import to the driver, compiled once; its law: same rows, same errors, less fuss.

SQLAlchemy's own way of executing costs some 30 microseconds a statement, the database itself some four. What is
declared `prepared` is compiled by SQLAlchemy for the dialect when it is first sent, and from then on only bound, sent
and fetched. Anything else goes SQLAlchemy's way, so that `execute` takes every statement; so does a long list.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import BindParameter, Connection, Executable, Insert
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.visitors import replacement_traverse
from sqlalchemy.types import TypeEngine

Parameters = Mapping[str, Any] | list[Any] | None
"""One set of parameters, or a list of several."""
Processor = Callable[[Any], Any]
S = TypeVar("S", bound=Executable)

LONGEST = 100  # members of a list in "IN (...)": each length is a text of its own
K = TypeVar("K")
NEEDED = object()
"""Stands for the value of a parameter that the caller must hand over."""

_PREPARED: set[Executable] = set()
_PLANNED_ANEW: set[Executable] = set()
_COMPILED: dict[tuple[Executable, str, tuple[str, ...]], _Compiled] = {}
_PLANS: dict[str, dict[Executable, _Plan]] = {}  # by dialect: those that serve whatever the parameters are


class Rows(list[Any]):
    """The rows that a statement gave, fetched already; `rowcount` says how many a write touched."""

    rowcount: int

    def first(self) -> Any:
        """The first row, or None."""
        return self[0] if self else None

    def scalar(self) -> Any:
        """The first column of the first row, or None."""
        return self[0][0] if self else None

    def scalars(self) -> list[Any]:
        """The first column of each row."""
        return [row[0] for row in self]


def prepared(statement: S, *, planned_anew: bool = False) -> S:
    """The statement itself, from now on sent the short way. For statements at a module's top: it is never forgotten.

    `planned_anew`: PostgreSQL plans it each time for what it is asked, in a tenth of a millisecond. Else it settles for
    one plan, which for a word in a third of all records can take fifty times as long as the plan for that word.
    """
    _PREPARED.add(statement)
    if planned_anew:
        _PLANNED_ANEW.add(statement)
    return statement


def in_parts(keys: Sequence[K], most: int = LONGEST) -> Iterator[Sequence[K]]:
    """Keys in their order, as many at once as one statement takes in a list."""
    return (keys[start : start + most] for start in range(0, len(keys), most))


def execute(connection: Connection, statement: Executable, parameters: Parameters = None) -> Rows:
    """Send one statement with its parameters, a mapping or many of them, and fetch what it gives.

    Raises SQLAlchemy's errors, as `Connection.execute` does.
    """
    return Sender(connection).run(statement, parameters)


class Sender:
    """Sends statements over one connection while its transaction lasts."""

    __slots__ = ("_connection", "_cursor", "_dialect", "_plans", "_watched")

    def __init__(self, connection: Connection) -> None:
        if not connection.in_transaction():
            connection.begin()  # as SQLAlchemy does by itself before the first statement
        self._connection = connection
        self._dialect = connection.dialect
        self._plans = _PLANS.setdefault(self._dialect.name, {})
        # one for all: what it gives is fetched before the next is sent
        self._cursor = connection.connection.dbapi_connection.cursor()  # type: ignore[union-attr] # it is connected
        self._watched = connection.dispatch.before_cursor_execute or None

    def run(self, statement: Executable, parameters: Parameters = None) -> Rows:
        """Send a statement with its parameters; see `execute`."""
        plan = self._plans.get(statement) or self._plan_for(statement, parameters)
        if plan is None:
            return _the_long_way(self._connection, statement, parameters)
        is_many = parameters.__class__ is list
        bound: Any = [plan.bound(one) for one in parameters or ()] if is_many else plan.bound(parameters or {})
        cursor = self._cursor
        if self._watched:
            self._watched(self._connection, cursor, plan.text, bound, None, is_many)
        try:
            (cursor.executemany if is_many else cursor.execute)(plan.text, bound, **plan.options)
            return plan.fetched(cursor)
        except self._dialect.loaded_dbapi.Error as error:
            raise self._told(plan, bound, error) from error

    def _plan_for(self, statement: Executable, parameters: Parameters) -> _Plan | None:
        """The plan to send by where it depends on the parameters; None where only the long way will do."""
        if statement not in _PREPARED:
            return None
        columns: tuple[str, ...] = ()
        if isinstance(statement, Insert) and parameters:  # an insert names the columns that it is handed
            columns = tuple(parameters[0] if isinstance(parameters, list) else parameters)
        key = (statement, self._dialect.name, columns)
        compiled = _COMPILED.get(key)
        if compiled is None:
            compiled = _COMPILED[key] = _Compiled(statement, self._dialect, columns)
        plan = compiled.plan(parameters)
        if plan is not None and statement in _PLANNED_ANEW and self._dialect.name == "postgresql":
            plan.options = {"prepare": False}
        if plan is not None and compiled.has_one_plan:
            self._plans[statement] = plan
        return plan

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


class _Compiled:
    """One statement for one dialect, and its plans: one, or one for each length of its lists."""

    def __init__(self, statement: Executable, dialect: Dialect, columns: tuple[str, ...]) -> None:
        spelt: Any = replacement_traverse(statement, {}, _spelt_out)  # type: ignore[call-overload] # every statement can be traversed
        made = spelt.compile(dialect=dialect, column_keys=list(columns) or None)
        if not isinstance(made, SQLCompiler):
            raise TypeError(f"not a statement: {statement!r}")
        self._made, self._dialect = made, dialect
        self._types = [one.type for one in getattr(statement, "selected_columns", ())]
        self._lists = [self._bind(made.bind_names[bind]) for bind in made.post_compile_params]
        # a default in Python would have to be worked out each time
        self._is_short = not (made.insert_prefetch or made.update_prefetch)
        self.has_one_plan = not (self._lists or isinstance(statement, Insert))
        self._alone: _Plan | None = None
        self._plans: dict[tuple[int, ...], _Plan] = {}

    def plan(self, parameters: Any) -> _Plan | None:
        """The plan for parameters with lists as long as these."""
        if not self._is_short:
            return None
        if not self._lists:
            return self._alone or self._only(parameters)
        lengths = tuple([len(bind.of(parameters or {})) for bind in self._lists])
        if max(lengths) > LONGEST:
            return None
        plan = self._plans.get(lengths)
        if plan is None:
            plan = self._plans[lengths] = self._planned(parameters)
        return plan

    def _only(self, parameters: Any) -> _Plan:
        self._alone = self._planned(parameters)
        return self._alone

    def _planned(self, parameters: Any) -> _Plan:
        made = self._made
        if not (self._lists or made.literal_execute_params):
            names = list(made.positiontup or made.params)
            return _Plan(str(made), names, [self._bind(name) for name in names], self._types, self._dialect)
        state = made.construct_expanded_state(parameters)
        names = list(state.positiontup or state.parameters)
        members = {one: (key, at) for key, all_ in state.parameter_expansion.items() for at, one in enumerate(all_)}
        found = [members.get(name, (name, None)) for name in names]
        binds = [self._bind(key)._replace(place=place) for key, place in found]
        return _Plan(state.statement, names, binds, self._types, self._dialect)

    def _bind(self, name: str) -> _Bind:
        bind = self._made.binds[name]
        return _Bind(bind.key, None, NEEDED if bind.required else self._made.params[name], bind.type)


def _spelt_out(element: Any, **_: Any) -> Any:
    """A number or word of the statement's own, to be written into its text.

    A partial index serves only a condition that says what the index says. SQLite would else look at the value that
    is bound and plan the statement anew each time, which takes ten times as long as what it then does.
    """
    if not (isinstance(element, BindParameter) and element.unique):  # the caller may hand over what has a name
        return None
    if not element.required and isinstance(element.value, int | str):
        return element.render_literal_execute()
    return None


class _Bind(NamedTuple):
    """A parameter: its key in what the caller hands over, its place if that is a list, its value if it has one."""

    key: str
    place: int | None
    default: Any
    type: TypeEngine[Any]

    def of(self, parameters: Any) -> Any:
        """What the caller hands over for it, or its own value."""
        return parameters[self.key] if self.default is NEEDED else parameters.get(self.key, self.default)


class _Plan:
    """One text to send: how its parameters are bound and how its rows are read."""

    def __init__(
        self, text: str, names: list[str], binds: list[_Bind], types: Iterable[TypeEngine[Any]], dialect: Dialect
    ) -> None:
        self.text = text
        self.options: dict[str, Any] = {}
        self._names = None if dialect.positional else names
        self._binds = binds
        self._plain = [(bind.key, bind.default) for bind in binds]
        self._has_lists = any(bind.place is not None for bind in binds)
        all_needed = len(binds) > 1 and all(bind.default is NEEDED for bind in binds)
        self._take = itemgetter(*[bind.key for bind in binds]) if all_needed and not self._has_lists else None
        self._processors = _by_place(b.type.dialect_impl(dialect).bind_processor(dialect) for b in binds)
        self._readers = _by_place(one.dialect_impl(dialect).result_processor(dialect, None) for one in types)
        self._row: Any = None

    def bound(self, parameters: Any) -> Any:
        """The parameters as the driver wants them; KeyError without one that is needed."""
        if self._take is not None:
            values = list(self._take(parameters))
        elif self._has_lists:
            found = [bind.of(parameters) for bind in self._binds]
            values = [
                one if bind.place is None else one[bind.place] for bind, one in zip(self._binds, found, strict=True)
            ]
        else:
            values = [parameters[key] if own is NEEDED else parameters.get(key, own) for key, own in self._plain]
        for place, processor in self._processors:
            values[place] = processor(values[place])
        return values if self._names is None else dict(zip(self._names, values, strict=True))

    def fetched(self, cursor: Any) -> Rows:
        """The rows that lie ready at a cursor."""
        rows = Rows()
        if cursor.description is None:
            rows.rowcount = cursor.rowcount
        else:
            if self._row is None:
                columns = [one[0] for one in cursor.description]
                self._row = namedtuple("Row", columns, rename=True)  # type: ignore[misc] # mypy wants literal names
            rows.extend(map(self._read if self._readers else self._row._make, cursor.fetchall()))
            rows.rowcount = len(rows)
        return rows

    def _read(self, values: Sequence[Any]) -> Any:
        read = list(values)
        for place, reader in self._readers:
            if read[place] is not None:  # which no reader makes anything else of
                read[place] = reader(read[place])
        return self._row._make(read)


def _by_place(processors: Iterable[Processor | None]) -> list[tuple[int, Processor]]:
    return [(place, processor) for place, processor in enumerate(processors) if processor]
