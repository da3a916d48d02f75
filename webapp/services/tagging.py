"""The tags of open changes: which areas and topics each is about, so that the queue finds it by them.

Its law: they follow from the records that a change touches, as these are now, and move in the transaction that moves
those; a change that has ended has none. New records are about what they were when they were suggested.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import bindparam, case, delete, insert, select, union, union_all

from webapp.domain.kinds import KINDS
from webapp.services.following import TARGETS, Target, areas_in, links_of
from webapp.storage.models import IS_OPEN, IS_OPEN_MERGE, Change, ChangeRecord, ChangeTag, Link, Record, touches
from webapp.storage.prepared import in_parts, prepared
from webapp.storage.search import ENTRY
from webapp.storage.unit_of_work import UnitOfWork

AT_ONCE = 500  # ids in one statement
TO_TOPICS = ("taxonomy_term_id", "parent_id")
"""The fields that lead from a record to its categories, and from those to wider ones."""
COPIED = ("first_opened_at", "kind", "risk", "is_by_newcomer")
IDS: Any = bindparam("ids", expanding=True)
Run = Callable[[Any, dict[str, Any]], Iterable[Any]]


def _walk(name: str, *, is_up: bool) -> Any:
    """All that some records lead to by `TO_TOPICS`, or all that leads to them: (origin, node). No circle traps it."""
    walk = (
        select(Record.id.label("origin"), Record.id.label("node")).where(Record.id.in_(IDS)).cte(name, recursive=True)
    )
    here, there = (Link.record_id, Link.target_id) if is_up else (Link.target_id, Link.record_id)
    return walk.union(select(walk.c.origin, there).join(Link, here == walk.c.node).where(Link.field.in_(TO_TOPICS)))


UP, DOWN = _walk("up", is_up=True), _walk("down", is_up=False)
TAGS_OF_RECORDS = prepared(  # a category is about itself, too
    union_all(
        select(ENTRY.c.record_id.label("id"), ENTRY.c.areas.label("tags")).where(ENTRY.c.record_id.in_(IDS)),
        select(UP.c.origin, UP.c.node).join(Record, Record.id == UP.c.node).where(Record.kind == "taxonomy_term"),
    )
)
CHANGES = prepared(
    select(Change.id, ChangeRecord.record_id, *(getattr(Change, name) for name in COPIED))
    .add_columns(case((Change.type == "create", Change.payload), else_=None).label("payload"))
    .outerjoin(ChangeRecord, ChangeRecord.change_id == Change.id)
    .where(Change.id.in_(IDS), IS_OPEN)
    .order_by(Change.id)
)
PRESENT = prepared(select(*ChangeTag.__table__.c).where(ChangeTag.change_id.in_(IDS)))
OPEN_ABOUT = prepared(
    union(
        select(Change.id).join(DOWN, DOWN.c.node == Change.record_id).where(IS_OPEN),
        select(Change.id).where(IS_OPEN_MERGE, touches(select(DOWN.c.node))),
    )
)
OPEN_NEW = prepared(select(Change.id).where(IS_OPEN, Change.type == "create"))
ADD = prepared(insert(ChangeTag))
DROP = prepared(delete(ChangeTag).where(ChangeTag.change_id == bindparam("change")))


def tag(uow: UnitOfWork, change_ids: Collection[str]) -> None:
    """Bring the tags of some changes up to date, those that are open; they are locked, or new."""
    for ids in _some(change_ids):
        present: dict[str, set[tuple[Any, ...]]] = defaultdict(set)
        for row in uow.run(PRESENT, {"ids": ids}):
            present[row.change_id].add(tuple(row))
        due = tags_due(uow.run, ids)
        for id_ in ids:
            if present[id_] == due.get(id_, set()):
                continue
            if present[id_]:
                untag(uow, id_)
            if rows := due.get(id_):
                names = ("change_id", "tag", *COPIED)
                uow.run(ADD, [dict(zip(names, row, strict=True)) for row in sorted(rows)])


def untag(uow: UnitOfWork, change_id: str) -> None:
    """Take the tags of a change that has ended away."""
    uow.run(DROP, {"change": change_id})


def follow(uow: UnitOfWork, record_ids: Collection[str]) -> None:
    """After some records moved: the open changes about them, and about what is in these categories, are tagged anew."""
    found = {row.id for ids in _some(record_ids) for row in uow.run(OPEN_ABOUT, {"ids": ids})}
    for ids in _some(found):
        uow.lock_changes(ids)  # one that ends in this moment must not be tagged after it
        tag(uow, ids)


def tag_new_records(uow: UnitOfWork) -> None:
    """Tag everything new that is suggested by what it names now, as it would be if it were suggested in this moment."""
    for ids in _some([row.id for row in uow.run(OPEN_NEW, {})]):
        uow.lock_changes(ids)
        tag(uow, ids)


def tags_due(run: Run, change_ids: Sequence[str]) -> dict[str, set[tuple[Any, ...]]]:
    """The rows that open changes are due by what is in the database, as `ChangeTag` has them, by change.

    For new records: by the places and categories that they name, as these are now.
    """
    rows = [list(group) for _, group in groupby(run(CHANGES, {"ids": change_ids}), key=lambda row: row.id)]
    entries = {of[0].id: json.loads(of[0].payload)["records"] for of in rows if of[0].payload}
    links = {id_: list(_links(records)) for id_, records in entries.items()}
    about = {of[0].id: {row.record_id for row in of if row.record_id} for of in rows}
    about |= {id_: {target for name, target in found if name in TO_TOPICS} for id_, found in links.items()}
    tags = _tags_of(run, set().union(*about.values()))
    places = _targets(run, {target for found in links.values() for _, target in found})
    due: dict[str, set[tuple[Any, ...]]] = {}
    for first in (of[0] for of in rows):
        own = {tag for record in about[first.id] for tag in tags[record]}
        own |= _areas(entries.get(first.id, ()), places)
        due[first.id] = {(first.id, tag, *(getattr(first, name) for name in COPIED)) for tag in own}
    return due


def _tags_of(run: Run, record_ids: set[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for ids in _some(record_ids):
        for row in run(TAGS_OF_RECORDS, {"ids": ids}):
            found[row.id].update(row.tags.split())
    return found


# -- new records ------------------------------------------------------------------------------------------


def _links(entries: Iterable[Any]) -> Iterator[tuple[str, str]]:
    for entry in entries:
        yield from ((field, target) for _, field, target in links_of(KINDS[entry["kind"]], entry["document"]))


def _targets(run: Run, ids: set[str]) -> dict[str, Target]:
    rows = (row for some in _some(ids) for row in run(TARGETS, {"ids": some}))
    return {row.id: Target(row.name, row.point, row.lent) for row in rows}


def _areas(entries: Sequence[Any], known: dict[str, Target]) -> set[str]:
    """The areas of records that belong together, by the places among them and those that they name."""
    found: set[str] = set()
    for entry in entries:
        document = entry["document"]
        targets = {target for _, target in _links([entry])}
        found.update(areas_in(document, {id_: known[id_] for id_ in targets if id_ in known}))
    return found


def _some(ids: Collection[str]) -> Iterator[Sequence[str]]:
    return in_parts(sorted(set(ids)), AT_ONCE)
