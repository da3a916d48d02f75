"""What follows from a record's document and is never written by hand: its links, its search row, its address.

All of it moves in the transaction of the revision, so that it is never behind.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from sqlalchemy import bindparam, delete, insert, select

from webapp.domain.document import Document, is_blank, split
from webapp.domain.fields import FieldType, Kind
from webapp.domain.geo import point_text, points_of
from webapp.domain.kinds import GONE_STATUSES, KINDS
from webapp.domain.search_text import SearchText, search_text
from webapp.domain.upcast import read
from webapp.gazetteer.areas import area_tags, areas_of
from webapp.storage.models import Link, Record, SlugHistory
from webapp.storage.prepared import in_parts, prepared
from webapp.storage.queries.newest import NEWEST_OF
from webapp.storage.unit_of_work import Row, UnitOfWork

ADD_LINK = prepared(insert(Link))
DROP_LINKS = prepared(delete(Link).where(Link.record_id == bindparam("record")))
LINKS = prepared(
    select(Link.unit, Link.target_id, Record.name, Record.point, Record.lent)
    .outerjoin(Record, Record.id == Link.target_id)
    .where(Link.record_id == bindparam("record"))
)
TARGETS = prepared(
    select(Record.id, Record.name, Record.point, Record.lent).where(Record.id.in_(bindparam("ids", expanding=True)))
)
LINKERS = prepared(
    select(Link.record_id)
    .where(Link.target_id.in_(bindparam("ids", expanding=True)))
    .distinct()
    .order_by(Link.record_id)
)
SLUGS_TAKEN = prepared(
    select(SlugHistory.slug, SlugHistory.record_id).where(
        SlugHistory.kind == bindparam("kind"), SlugHistory.slug.in_(bindparam("slugs", expanding=True))
    )
)
FOLLOWED = ("name", "point", "lent")  # columns of a record that are in the search rows of those that name it
AT_ONCE = 500  # ids in one statement


# -- links ------------------------------------------------------------------------------------------------


def links_of(kind: Kind, document: Document) -> Iterator[tuple[str, str, str]]:
    """Every reference of a stored document to another record as (unit, field, target id)."""
    linking = _linking(kind.name)
    for unit, value in split(kind, document).items():
        if isinstance(value, dict):
            for name in sorted(linking & value.keys()):
                yield f"{unit}.{name}", name, value[name]
        elif unit.rpartition("/")[2] in linking:
            yield unit, unit.rpartition("/")[2], value


@cache
def _linking(kind: str) -> frozenset[str]:
    """The names of the kind's fields that refer to other records, inside its lists too."""
    found, waiting = set(), list(KINDS[kind].fields())
    while waiting:
        field = waiting.pop()
        if field.type is FieldType.LINK and field.name != "merged_into":
            found.add(field.name)
        if field.element:
            waiting.extend(field.element.fields())
    return frozenset(found)


def move_links(uow: UnitOfWork, record_id: str, kind: Kind, document: Document) -> tuple[dict[str, Target], bool]:
    """Bring the stored links of a revised record up to date; gives those that it refers to, by id, and whether any
    of them is new or gone."""
    found = sorted(set(links_of(kind, document)))
    rows = uow.run(LINKS, {"record": record_id})
    if {(unit, target) for unit, _, target in found} == {(row.unit, row.target_id) for row in rows}:
        return {row.target_id: Target(row.name, row.point, row.lent) for row in rows if row.name is not None}, False
    if rows:
        uow.run(DROP_LINKS, {"record": record_id})
    if found:
        uow.run(ADD_LINK, [_link_row(record_id, *link) for link in found])
    return targets_of(uow, {target for _, _, target in found}), True


def add_links(uow: UnitOfWork, entries: Sequence[tuple[str, Kind, Document]]) -> dict[str, set[str]]:
    """Store the links of new records, (id, kind, document) each; gives the ids that each refers to."""
    rows = [_link_row(id_, *link) for id_, kind, document in entries for link in sorted(set(links_of(kind, document)))]
    if rows:
        uow.run(ADD_LINK, rows)
    found: dict[str, set[str]] = {id_: set() for id_, _, _ in entries}
    for row in rows:
        found[row["record_id"]].add(row["target_id"])
    return found


def targets_in(kind: Kind, document: Document) -> set[str]:
    """The ids that a stored document refers to."""
    return {target for _, _, target in links_of(kind, document)}


def _link_row(record_id: str, unit: str, field: str, target: str) -> dict[str, str]:
    return {"record_id": record_id, "unit": unit, "field": field, "target_id": target}


# -- the search row ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Target:
    """What a record is found by of one that it refers to: its name, where it is, and what it lends."""

    name: str
    point: str | None
    lent: str | None


def targets_of(uow: UnitOfWork, ids: Collection[str]) -> dict[str, Target]:
    """Those records that exist, by id."""
    found: dict[str, Target] = {}
    for some in in_parts(sorted(set(ids)), AT_ONCE):
        found |= {row.id: Target(row.name, row.point, row.lent) for row in uow.run(TARGETS, {"ids": some})}
    return found


def own_of(known: Mapping[str, Target], ids: Collection[str]) -> dict[str, Target]:
    """Those of some records that are among these."""
    return {id_: known[id_] for id_ in sorted(ids) if id_ in known}


def index(
    uow: UnitOfWork,
    record_id: str,
    kind: Kind,
    document: Document,
    known: Mapping[str, Target],
    present: Row | None = None,
) -> str:
    """Move the record's search row along; `known` are the records that it refers to, no others.

    `present` is the row as it stands, with its areas, tags and points, where those need not be found out anew. What is
    void or merged can't be found. Gives the areas that the record is about now, as the row has them.
    """
    if document.get("status") in GONE_STATUSES:
        uow.search.delete(uow.connection, record_id)
        return ""
    entry = entry_of(kind, document, known, present)
    uow.search.upsert(uow.connection, record_id, entry, standing(kind, document))
    return entry.areas


def entry_of(
    kind: Kind, document: Document, known: Mapping[str, Target], present: Row | None = None
) -> SearchText:
    """What a record is found by: its words, what those that it refers to are called and lend, and where it is.

    Its areas follow from its points and from those whom it is for, which are tags; with neither moved, they are those
    of the `present` row.
    """
    names = {id_: target.name for id_, target in known.items()}
    lending = [target.lent or "" for target in known.values()]
    areas = area_tags(_served(document))
    found = search_text(kind, document, names, areas, _points(document, known), lending)
    if present is not None and (present.tags, present.points) == (found.tags, found.points):
        return replace(found, areas=present.areas)
    return replace(found, areas=" ".join(areas_in(document, known)))


def areas_in(document: Document, known: Mapping[str, Target]) -> tuple[str, ...]:
    """The council areas that a record is about; `known` are the records that it refers to."""
    points = (point for text in _points(document, known) for point in points_of(text))
    return areas_of(_served(document), points)


def _served(document: Document) -> list[str]:
    return [str(area.get("name") or "") for area in document.get("service_areas", ())]


def _points(document: Document, known: Mapping[str, Target]) -> list[str]:
    own = point_text(document.get("latitude"), document.get("longitude"))
    return [point for point in (own, *(target.point for target in known.values())) if point]


def index_linkers(uow: UnitOfWork, ids: Collection[str], but: Collection[str] = ()) -> list[str]:
    """Move the search rows of the records that refer to these: a name that is new or has changed is theirs, too.

    Gives the ids of those records.
    """
    found = (row.record_id for some in in_parts(sorted(ids), AT_ONCE) for row in uow.run(LINKERS, {"ids": some}))
    linkers = sorted(set(found) - set(but))
    for some in in_parts(linkers, AT_ONCE):
        documents = {
            row.id: (KINDS[row.kind], read(row.kind, row.document, row.schema_version))
            for row in uow.run(NEWEST_OF, {"ids": some})
        }
        targets = {id_: targets_in(*document) for id_, document in documents.items()}
        known = targets_of(uow, set().union(*targets.values()))
        for record_id, (kind, document) in documents.items():
            index(uow, record_id, kind, document, own_of(known, targets[record_id]))
    return linkers


def standing(kind: Kind, document: Mapping[str, Any]) -> int:
    """Where a record stands among equally good hits: 0 when each of its field groups says something, 15 at most.

    Freshness is left to the page: it moves with time, and a search row moves with revisions only.
    """
    groups = [group for group in kind.groups if group.name != "status"]
    said = sum(any(not is_blank(document.get(field.name)) for field in group.fields) for group in groups)
    return round(15 * (1 - said / len(groups)))


# -- addresses --------------------------------------------------------------------------------------------


def slugify(name: str) -> str:
    """A name as a piece of an address: ASCII letters, digits and single hyphens, at most 80 characters."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain.replace("'", "")).strip("-")[:80].strip("-") or "record"


def free_slug(uow: UnitOfWork, kind: str, name: str, record_id: str) -> str:
    """The name's slug, or with an end of the record's id where another record of the kind has or had it."""
    return free_slugs(uow, kind, {record_id: name})[record_id]


def free_slugs(uow: UnitOfWork, kind: str, names: Mapping[str, str]) -> dict[str, str]:
    """A free slug for each of these records of one kind, by record id; `names` are their names."""
    wanted = {record_id: _choices(name, record_id) for record_id, name in names.items()}
    holders: dict[str, str] = {}
    for some in in_parts(sorted({slug for choices in wanted.values() for slug in choices}), AT_ONCE):
        holders |= {row.slug: row.record_id for row in uow.run(SLUGS_TAKEN, {"kind": kind, "slugs": some})}
    found = {}
    for record_id, choices in wanted.items():
        found[record_id] = next(slug for slug in choices if holders.setdefault(slug, record_id) == record_id)
    return found


def _choices(name: str, record_id: str) -> tuple[str, ...]:
    """The slugs to try. Six digits of an id are short but not unique: two thousand records share a chain's name."""
    slug = slugify(name)
    return slug, f"{slug}-{record_id[-6:]}", f"{slug}-{record_id[-12:]}", f"{slug}-{record_id}"
