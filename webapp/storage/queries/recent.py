"""Recent changes: revisions in the order of commits, narrowed, and what has come since.

Its law: a page looks at no more than `WINDOW` revisions or events, however many there are and however few of them it
shows. The numbers of events have no gaps, so that a window is a range of numbers.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, String, and_, bindparam, case, exists, func, literal, or_, select

from webapp.storage.models import (
    Change,
    ChangeAuthor,
    Event,
    Patrol,
    Person,
    Record,
    Revision,
)
from webapp.storage.prepared import execute, prepared
from webapp.storage.queries.standing import IS_REVERTED, undone
from webapp.storage.search import ENTRY

WINDOW = 500
MOST_NEWER = 100


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which changes are wanted; what is blank narrows nothing. `yes` or `no` where nothing else is said."""

    kind: str = ""
    area: str = ""  # the tag of a council area: see `gazetteer/areas.py`
    risk: str = ""
    author: str = ""  # "new": suggested by newcomers (`standing.is_newcomer`)
    reverted: str = ""
    by: str = ""  # a handle
    imported: str = ""
    looked: str = ""  # a moderator has looked at it; "no" leaves out what was no suggestion


@dataclass(frozen=True, slots=True)
class Recent:
    """Some rows, the newest first, and from which number on older ones are to be looked for; None at the end.

    `is_whole` says that the page is full; else no more was found within the window.
    """

    rows: tuple[Any, ...]
    before: int | None
    is_whole: bool


PATROLLER = Person.__table__.alias("patroller")
IS_TAKEN_BACK = undone(Event.operation_id)
IS_BY_NEWCOMER = func.coalesce(Change.is_by_newcomer, 0) == 1
LOOKED_AT = case((Revision.change_id.is_(None), "none"), (Patrol.person_id.is_not(None), "yes"), else_="no")
HAS_PAGE = and_(Person.confirmed_at.is_not(None), Person.state != "erased")
IS_OWN = exists().where(
    ChangeAuthor.change_id == Revision.change_id,
    ChangeAuthor.person_id == bindparam("viewer"),
    ChangeAuthor.role != "supporter",
)


def _if_wanted(name: str, value: ColumnElement[Any] | Any) -> ColumnElement[bool]:
    """A condition on one of the fields of `Wanted`.

    An "or", since no index may serve it: a planner that goes by one would look through all records of a kind.
    """
    asked = bindparam(name, type_=String())
    return or_(asked == "", value == asked)


# Evaluated where an area is asked for alone; beside an index for it, a planner would begin with a whole area.
IN_AREA = or_(
    bindparam("area", type_=String()) == "",
    (select(literal(" ") + ENTRY.c.areas + " ").where(ENTRY.c.record_id == Event.record_id).scalar_subquery()).contains(
        literal(" ") + bindparam("area", type_=String()) + " "
    ),
)


def _yes(condition: ColumnElement[bool]) -> ColumnElement[str]:
    return case((condition, "yes"), else_="no")


NARROWED = (
    Event.type == "revision",
    _if_wanted("kind", Record.kind),
    _if_wanted("risk", Change.risk),
    _if_wanted("author", case((IS_BY_NEWCOMER, "new"), else_="")),
    _if_wanted("imported", _yes(Revision.cause == "import")),
    _if_wanted("looked", LOOKED_AT),
    IN_AREA,
    # asked first, as all that it needs lies in the event: few are, and the rest need not be looked up
    or_(bindparam("reverted", type_=String()) != "yes", IS_TAKEN_BACK),
    _if_wanted("reverted", _yes(IS_REVERTED)),
)


def _from_events(*columns: Any) -> Any:
    return (
        select(*columns)
        .select_from(Event)
        .join(Revision, Revision.id == Event.revision_id)
        .join(Record, Record.id == Event.record_id)
        .outerjoin(Person, Person.id == Event.actor_id)
        .outerjoin(Change, Change.id == Revision.change_id)
        .outerjoin(Patrol, Patrol.change_id == Revision.change_id)
        .where(*NARROWED)
    )


RECENT = (
    _from_events(Event.seq, Event.created_at, Event.actor_id)
    .add_columns(Revision.id, Revision.number, Revision.cause, Revision.summary)
    .add_columns(Revision.change_id, Revision.operation_id)
    .add_columns(Record.kind, Record.slug, Record.name)
    .add_columns(Person.display_name, Person.handle, IS_BY_NEWCOMER.label("is_by_newcomer"), HAS_PAGE.label("has_page"))
    .add_columns(Change.suggestion_id, Change.risk, IS_REVERTED.label("is_reverted"))
    .add_columns(PATROLLER.c.display_name.label("patroller"), IS_OWN.label("is_own"))
    .outerjoin(PATROLLER, PATROLLER.c.id == Patrol.person_id)
    .where(Event.seq < bindparam("before"), Event.seq >= bindparam("floor"))
    .order_by(Event.seq.desc())
    .limit(bindparam("limit"))
)
OF_PERSON = and_(Event.type == "revision", Event.actor_id == bindparam("actor"))
BY_ALL = prepared(RECENT, planned_anew=True)
BY_ONE = prepared(RECENT.where(OF_PERSON), planned_anew=True)
FLOOR_OF_ONE = prepared(  # the number below which the window of a person's own ends
    select(Event.seq)
    .where(OF_PERSON, Event.seq < bindparam("before"))
    .order_by(Event.seq.desc())
    .limit(1)
    .offset(WINDOW - 1)
)
NEWEST = prepared(select(func.max(Event.seq)))
NEWER = prepared(
    select(func.count()).select_from(
        _from_events(Event.seq)
        .where(
            Event.seq > bindparam("after"),
            Event.seq <= bindparam("ceiling"),
            _if_wanted("by", func.coalesce(Person.handle, "-")),
        )
        .limit(MOST_NEWER)
        .subquery()
    ),
    planned_anew=True,
)
PERSON = prepared(
    select(Person.id, Person.handle, Person.display_name).where(
        Person.handle == bindparam("handle"), Person.state != "erased"
    )
)


def person_called(connection: Connection, handle: str) -> Any | None:
    """{id, handle, display_name} of whoever has that handle; None for nobody, or who was erased."""
    return execute(connection, PERSON, {"handle": handle}).first()


def newest_seq(connection: Connection) -> int:
    """The number of the newest event; 0 when there is none."""
    return int(execute(connection, NEWEST).scalar() or 0)


def recent(
    connection: Connection,
    wanted: Wanted,
    before: int,
    limit: int,
    *,
    actor_id: str | None = None,
    viewer_id: str = "",
) -> Recent:
    """What was written below a number, newest first; `actor_id` is whose handle `wanted.by` is."""
    asked = {**_asked(wanted), "before": before, "viewer": viewer_id, "limit": limit + 1}
    if actor_id is None:
        floor = max(before - WINDOW, 1)
        rows = execute(connection, BY_ALL, {**asked, "floor": floor})
    else:
        own = {"actor": actor_id, "before": before}
        floor = int(execute(connection, FLOOR_OF_ONE, own).scalar() or 1)
        rows = execute(connection, BY_ONE, {**asked, **own, "floor": floor})
    if len(rows) > limit:
        return Recent(tuple(rows[:limit]), rows[limit - 1].seq, True)
    return Recent(tuple(rows), floor if floor > 1 else None, False)


def newer(connection: Connection, wanted: Wanted, after: int) -> int:
    """How many such changes came after a number; counted to `MOST_NEWER`, and in the window that follows."""
    asked = {**_asked(wanted), "by": wanted.by, "after": after, "ceiling": after + WINDOW}
    return int(execute(connection, NEWER, asked).scalar() or 0)


def _asked(wanted: Wanted) -> dict[str, Any]:
    return {name: value for name, value in asdict(wanted).items() if name != "by"}
