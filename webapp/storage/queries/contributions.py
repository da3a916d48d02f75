"""What somebody contributed: their suggestions that have ended, and their votes on what has, newest first.

Its law: nothing of what is still voted on, and no page looks at more than `WINDOW` of a person's suggestions or votes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, case, exists, func, select, true

from webapp.storage.models import Change, Operation, Record, Suggestion, Vote
from webapp.storage.prepared import execute, prepared
from webapp.storage.queries.account import CREATED, Mark, marked, since
from webapp.storage.queries.review import record_name
from webapp.storage.queries.standing import UNDONE

WINDOW = 250
SHOWN = ("all", "applied", "rejected", "reverted")


@dataclass(frozen=True, slots=True)
class EndedChange:
    """A change that has ended: how, and whether what it wrote was reverted since."""

    type: str
    kind: str
    group: str
    state: str
    is_reverted: bool


@dataclass(frozen=True, slots=True)
class EndedSuggestion:
    """A suggestion with those of its changes that are asked for; `record_name` is "" where the record has none."""

    id: str
    record_name: str
    created_at: datetime
    changes: tuple[EndedChange, ...]


@dataclass(frozen=True, slots=True)
class EndedVote:
    """A vote on a change that has ended; `record_name` is "" where the record has none."""

    id: str
    record_name: str
    suggestion_id: str
    type: str
    kind: str
    group: str
    choice: str
    cast_at: datetime


@dataclass(frozen=True, slots=True)
class Sums:
    """What became of somebody's newest suggestions; `is_all` says that those are all there are."""

    applied: int
    rejected: int
    reverted: int
    is_all: bool


IS_REVERTED = exists().where(Operation.change_id == Change.id, UNDONE)
STATES: dict[str, tuple[ColumnElement[bool], ...]] = {
    "all": (Change.state != "open",),
    "applied": (Change.state == "applied",),
    "rejected": (Change.state == "rejected",),
    "reverted": (Change.state == "applied", IS_REVERTED),
}


def _ids(has_mark: bool) -> Select[str, datetime]:
    """A person's suggestions, newest first."""
    later = since(Suggestion.created_at, Suggestion.id) if has_mark else true()
    return (
        select(Suggestion.id, Suggestion.created_at)
        .where(Suggestion.author_id == bindparam("person"), later)
        .order_by(Suggestion.created_at.desc(), Suggestion.id.desc())
    )


def _page(show: str, has_mark: bool) -> Select[Any]:
    """Those of a window that have what is asked for."""
    window = _ids(has_mark).limit(WINDOW).subquery()
    return (
        select(window.c.id, window.c.created_at)
        .where(exists().where(Change.suggestion_id == window.c.id, *STATES[show]))
        .order_by(window.c.created_at.desc(), window.c.id.desc())
        .limit(bindparam("most"))
    )


def _changes(show: str) -> Select[Any]:
    return (
        select(Suggestion.id, Suggestion.created_at, Change.type, Change.kind, Change.group, Change.state)
        .add_columns(Record.name.label("record_name"), CREATED, IS_REVERTED.label("is_reverted"))
        .join(Change, Change.suggestion_id == Suggestion.id)
        .outerjoin(Record, Record.id == Change.record_id)
        .where(Suggestion.id.in_(bindparam("ids", expanding=True)), *STATES[show])
        .order_by(Suggestion.created_at.desc(), Suggestion.id.desc(), Change.position)
    )


def _votes(has_mark: bool) -> Select[Any]:
    """The votes of a window, each with its change; those on open ones among them, so that paging goes past them."""
    later = since(Vote.cast_at, Vote.id) if has_mark else true()
    window = (
        select(Vote.id, Vote.change_id, Vote.choice, Vote.cast_at)
        .where(Vote.person_id == bindparam("person"), Vote.is_live == 1, Vote.is_voided == 0, later)
        .order_by(Vote.cast_at.desc(), Vote.id.desc())
        .limit(WINDOW)
        .subquery()
    )
    return (
        select(window.c.id, window.c.choice, window.c.cast_at, Change.suggestion_id)
        .add_columns(Change.type, Change.kind, Change.group, Record.name.label("record_name"), CREATED)
        .join(Change, Change.id == window.c.change_id)
        .outerjoin(Record, Record.id == Change.record_id)
        .where(Change.state != "open")
        .order_by(window.c.cast_at.desc(), window.c.id.desc())
        .limit(bindparam("most"))
    )


MARKED = (False, True)
PAGES = {(show, has_mark): prepared(_page(show, has_mark)) for show in SHOWN for has_mark in MARKED}
CHANGES = {show: prepared(_changes(show)) for show in SHOWN}
VOTES = {has_mark: prepared(_votes(has_mark)) for has_mark in MARKED}
LAST = {has_mark: prepared(_ids(has_mark).limit(1).offset(WINDOW - 1)) for has_mark in MARKED}
LAST_VOTE = {
    has_mark: prepared(
        select(Vote.id, Vote.cast_at)
        .where(
            Vote.person_id == bindparam("person"),
            Vote.is_live == 1,
            Vote.is_voided == 0,
            since(Vote.cast_at, Vote.id) if has_mark else true(),
        )
        .order_by(Vote.cast_at.desc(), Vote.id.desc())
        .limit(1)
        .offset(WINDOW - 1)
    )
    for has_mark in MARKED
}
"""Where a window ends; nothing when there is no more than it holds."""
NEWEST = _ids(False).limit(WINDOW + 1).subquery()
SUMS = prepared(
    select(
        func.count(func.distinct(NEWEST.c.id)).label("suggestions"),
        func.count(case((Change.state == "applied", 1))).label("applied"),
        func.count(case((Change.state == "rejected", 1))).label("rejected"),
        func.count(case((Change.state != "applied", None), (IS_REVERTED, 1))).label("reverted"),
    )
    .select_from(NEWEST)
    .join(Change, Change.suggestion_id == NEWEST.c.id)
)


def suggestions(
    connection: Connection, person_id: str, show: str, mark: Mark | None, most: int
) -> tuple[list[EndedSuggestion], Mark | None, bool]:
    """Some of a person's suggestions, where older ones begin (None at the end), and whether the page is full."""
    asked = {"person": person_id, **marked(mark)}
    found = execute(connection, PAGES[show, mark is not None], {**asked, "most": most + 1})
    ids = [row.id for row in found[:most]]
    rows = execute(connection, CHANGES[show], {"ids": ids}) if ids else []
    shown = [_suggestion(list(group)) for _, group in groupby(rows, key=lambda row: row.id)]
    if len(found) > most:
        return shown, Mark(found[most - 1].created_at, found[most - 1].id), True
    last = execute(connection, LAST[mark is not None], asked).first()
    return shown, Mark(last.created_at, last.id) if last else None, False


def _suggestion(rows: list[Any]) -> EndedSuggestion:
    changes = (EndedChange(r.type, r.kind, r.group, r.state, bool(r.is_reverted)) for r in rows)
    return EndedSuggestion(rows[0].id, record_name(rows[0]), rows[0].created_at, tuple(changes))


def votes(
    connection: Connection, person_id: str, mark: Mark | None, most: int
) -> tuple[list[EndedVote], Mark | None, bool]:
    """Some of a person's votes on what has ended, as `suggestions` gives those."""
    asked = {"person": person_id, **marked(mark)}
    found = execute(connection, VOTES[mark is not None], {**asked, "most": most + 1})
    shown = [
        EndedVote(r.id, record_name(r), r.suggestion_id, r.type, r.kind, r.group, r.choice, r.cast_at)
        for r in found[:most]
    ]
    if len(found) > most:
        return shown, Mark(shown[-1].cast_at, shown[-1].id), True
    last = execute(connection, LAST_VOTE[mark is not None], asked).first()
    return shown, Mark(last.cast_at, last.id) if last else None, False


def sums(connection: Connection, person_id: str) -> Sums:
    """What became of a person's newest suggestions: `WINDOW` of them, and one more, which tells that there are more."""
    row = execute(connection, SUMS, {"person": person_id}).first()
    return Sums(row.applied, row.rejected, row.reverted, row.suggestions <= WINDOW)
