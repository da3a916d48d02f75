"""Which revisions an incident is made of. Its law: every condition that is given must hold; without one it is empty."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Connection, and_, func, select

from webapp.domain.canonical import dump
from webapp.storage.models import Change, Operation, Revision, RevisionContent, time_text

Tainted: TypeAlias = dict[str, tuple[str, ...]]
"""Ids of revisions, oldest first, by id of record."""
BEFORE = Revision.__table__.alias("before")
BEFORE_CONTENT = RevisionContent.__table__.alias("before_content")
TIMES = ("since", "until")
LOOKED_THROUGH = timedelta(days=90)
"""In which words alone are looked for; of more, whoever looks has to say since when."""


@dataclass(frozen=True, slots=True)
class Incident:
    """What is to be undone together; every condition that is given must hold."""

    actor_id: str | None = None
    operation_id: str | None = None
    suggestion_id: str | None = None
    source: str | None = None  # the name of an import's source: all of its runs
    since: datetime | None = None
    until: datetime | None = None
    text: str = ""  # that a revision brought into its record

    @property
    def is_blank(self) -> bool:
        """Whether no condition is given."""
        return not any(getattr(self, field.name) for field in fields(self))


def to_json(incident: Incident) -> str:
    """The conditions as they are kept."""
    said = {name: value for name, value in asdict(incident).items() if value}
    return dump({name: time_text(value) if name in TIMES else value for name, value in said.items()})


def from_json(text: str) -> Incident:
    """The conditions that were kept."""
    said: dict[str, Any] = json.loads(text)
    said |= {name: datetime.fromisoformat(said[name]) for name in TIMES if name in said}
    return Incident(**said)


def within_reach(incident: Incident, now: datetime) -> Incident:
    """Words that nothing else narrows are looked for in 90 days, up to `until`: no index leads to them.

    The time that it gets becomes a condition like any other, and is told in the preview.
    """
    said = {name for name, value in asdict(incident).items() if value}
    if not incident.text or said - {"text", "until"}:
        return incident
    return replace(incident, since=(incident.until or now) - LOOKED_THROUGH)


def tainted_revisions(connection: Connection, incident: Incident) -> Tainted:
    """The revisions in an incident. One statement, however many there are."""
    if incident.is_blank:
        return {}
    conditions = _conditions(incident)
    found: dict[str, list[tuple[int, str]]] = {}
    for row in _introducing(connection, conditions, incident.text) if incident.text else _all(connection, conditions):
        found.setdefault(row.record_id, []).append((row.number, row.id))
    return {record_id: tuple(id_ for _, id_ in sorted(some)) for record_id, some in sorted(found.items())}


def _all(connection: Connection, conditions: Sequence[ColumnElement[bool]]) -> Iterator[Any]:
    yield from connection.execute(select(Revision.id, Revision.record_id, Revision.number).where(*conditions))


def _conditions(incident: Incident) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if incident.actor_id:
        conditions.append(Revision.actor_id == incident.actor_id)
    if incident.operation_id:
        conditions.append(Revision.operation_id == incident.operation_id)
    if incident.suggestion_id:
        changes = select(Change.id).where(Change.suggestion_id == incident.suggestion_id)
        conditions.append(Revision.change_id.in_(changes))
    if incident.source:
        runs = select(Operation.id).where(Operation.type == "import", Operation.reason == reason_of(incident.source))
        conditions.append(Revision.operation_id.in_(runs))
    if incident.since:
        conditions.append(Revision.created_at >= incident.since)
    if incident.until:
        conditions.append(Revision.created_at <= incident.until)
    return conditions


def reason_of(source: str) -> str:
    """How the operations of an import's runs name its source."""
    return f"Import of {source}"


# -- what brought a text in -------------------------------------------------------------------------------


def _introducing(connection: Connection, conditions: Sequence[ColumnElement[bool]], text: str) -> Iterator[Any]:
    """The revisions whose values say the text, whatever its case, where those of the one before did not.

    Whoever betters a record afterwards and leaves the text in it has not brought it in.
    """
    wanted = text.lower()
    written = dump(wanted)[1:-1]  # as it stands in a document, where quotes and line breaks are written otherwise
    wide = (
        select(
            Revision.id,
            Revision.record_id,
            Revision.number,
            RevisionContent.document,
            BEFORE_CONTENT.c.document.label("document_before"),
        )
        .join(RevisionContent, RevisionContent.revision_id == Revision.id)
        .outerjoin(
            BEFORE, and_(BEFORE.c.record_id == Revision.record_id, BEFORE.c.number == Revision.number - 1)
        )
        .outerjoin(BEFORE_CONTENT, BEFORE_CONTENT.c.revision_id == BEFORE.c.id)
        .where(*conditions, func.lower(RevisionContent.document).contains(_plainest(written), autoescape=True))
        .execution_options(yield_per=500)
    )
    for row in connection.execute(wide):
        if _says(row.document, wanted, written) and not _says(row.document_before, wanted, written):
            yield row


def _plainest(written: str) -> str:
    """The longest run of ASCII in a text: SQLite knows the case of no other letters, so these cast the net."""
    return max("".join(c if c.isascii() else "\0" for c in written).split("\0"), key=len)


def _says(document: str | None, wanted: str, written: str) -> bool:
    if document is None or written not in document.lower():
        return False
    return any(wanted in value.lower() for value in _texts(json.loads(document)))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for member in value.values() if isinstance(value, dict) else value:
            yield from _texts(member)
