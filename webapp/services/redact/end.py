"""How a mask ends: finished by a second person, and the originals are gone for good; or lifted, and they are back."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, func, select, update

from webapp.domain.diff import diff
from webapp.domain.document import Document
from webapp.domain.errors import AlreadyClosed, NotEligible, NotFound
from webapp.domain.kinds import KINDS
from webapp.domain.merge import Conflict, three_way
from webapp.domain.permissions import Subject
from webapp.domain.upcast import read
from webapp.services import people
from webapp.services.clashing import mark_clashing
from webapp.services.judge import newest_policy
from webapp.services.moderation_log import log
from webapp.services.redact.about import HISTORY
from webapp.services.redact.chain import Content, add_redaction, replace_content
from webapp.services.redact.html import html_of
from webapp.services.redact.places import BY_NAME, CONTENT, close_permits, unmoved, write
from webapp.services.revise import Writing, read_document, start_operation, write_revision
from webapp.services.standing import other_moderator_exists
from webapp.services.suggest import keep_html
from webapp.storage import Storage
from webapp.storage.models import Record, Redaction, Revision, Sealed, SlugHistory
from webapp.storage.unit_of_work import Row, UnitOfWork

KIND = select(Record.kind).where(Record.id == bindparam("record"))
REDACTION = select(Redaction).where(Redaction.seq == bindparam("seq"))
LATER = select(func.count()).where(
    Redaction.record_id == bindparam("record"),
    Redaction.seq > bindparam("seq"),
    Redaction.lifts.is_(None),
    Redaction.seq.not_in(select(Redaction.lifts).where(Redaction.lifts.is_not(None))),
)
LIFTED = select(func.count()).where(Redaction.lifts == bindparam("seq"))
SEALED = select(Sealed).where(Sealed.redaction_seq == bindparam("seq")).order_by(Sealed.place, Sealed.row_key)
SEALED_DOCUMENTS = (
    select(Sealed.original, Revision.schema_version)
    .join(Revision, Revision.id == Sealed.row_key)
    .where(Sealed.redaction_seq == bindparam("seq"), Sealed.place == CONTENT.name, Sealed.field == "document")
)
DROP = delete(Sealed).where(Sealed.redaction_seq == bindparam("seq"))
PURGED = (
    *BY_NAME,
    *("sealed", "rendered", "record", "slug_history", "search_entry", "search_word", "unfound", "link_check"),
)
"""Tables whose dead rows still hold what was masked, on PostgreSQL, until they are vacuumed."""

Cells = dict[str, tuple[str, str]]
"""Sealed cells of one row by column: the original, and the mark of what the mask left."""


@dataclass(frozen=True, slots=True)
class Finish:
    """A second person agrees that a mask is final."""

    seq: int
    actor_id: str


@dataclass(frozen=True, slots=True)
class Lift:
    """A mask was a mistake: put everything back."""

    seq: int
    actor_id: str
    reason: str


def finish(storage: Storage, command: Finish, now: datetime) -> None:
    """Drop the sealed originals for good, and what the database's own files keep of them.

    By a second moderator; or, where there is no other, by the administrator who masked, 24 hours later. Raises
    NotFound, AlreadyClosed, NotAllowed.
    """

    def work(uow: UnitOfWork) -> None:
        row = _lock_standing(uow, command.seq)
        policy = newest_policy(uow)
        others = other_moderator_exists(uow, command.actor_id)
        actor = replace(people.load_actor(uow, command.actor_id), has_other_moderator=others)
        waited = uow.now >= row.masked_at + policy.redact_alone_after
        people.require(actor, "redact_finish", Subject(masked_by=row.masked_by, has_waited=waited))
        uow.run(DROP, {"seq": row.seq})
        ended = update(Redaction).where(Redaction.seq == row.seq)
        uow.run(ended.values(finished_by=command.actor_id, finished_at=uow.now))
        uow.search.purge(uow.connection)
        detail = {"seq": row.seq}
        uow.event("redaction_finished", record_id=row.record_id, actor_id=command.actor_id, detail=detail)
        log(uow, command.actor_id, "redact_finish", row.reason, record_id=row.record_id)

    storage.transact(work, now)
    clean_files(storage)


def clean_files(storage: Storage) -> None:
    """Have the database forget deleted rows in its files: SQLite's log is emptied, PostgreSQL's tables vacuumed.

    Readers that look at an older moment keep it till they are done; backups are for people to deal with.
    """
    with storage.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if connection.dialect.name == "sqlite":
            connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            connection.exec_driver_sql(f"VACUUM {', '.join(PURGED)}")


def _lock_standing(uow: UnitOfWork, seq: int) -> Row:
    row = uow.one(REDACTION, {"seq": seq})
    if row is None or row.lifts is not None:
        raise NotFound(what="redaction")
    uow.lock_records([row.record_id])
    row = uow.one(REDACTION, {"seq": seq})
    if row is None or row.finished_at or uow.value(LIFTED, {"seq": seq}):
        raise AlreadyClosed(state="finished" if row and row.finished_at else "lifted")
    return row


def lift(storage: Storage, command: Lift, now: datetime) -> int:
    """Put the originals back, by a redaction row of its own; gives its number.

    The present record gets the value back where nothing has moved there since. Raises NotFound, AlreadyClosed,
    NotAllowed, and NotEligible (later_redaction: lift that one first).
    """
    with storage.read() as connection:
        html = _html_before(connection, command.seq)
    return storage.transact(lambda uow: _lift(uow, command, html), now)


def _html_before(connection: Connection, seq: int) -> dict[str, str]:
    redaction = connection.execute(REDACTION, {"seq": seq}).first()
    kind = redaction and connection.scalar(KIND, {"record": redaction.record_id})
    if not kind:
        return {}
    rows = connection.execute(SEALED_DOCUMENTS, {"seq": seq})
    return html_of(KINDS[kind], (read(kind, row.original, row.schema_version) for row in rows))


def _lift(uow: UnitOfWork, command: Lift, html: dict[str, str]) -> int:
    row = _lock_standing(uow, command.seq)
    people.require(people.load_actor(uow, command.actor_id), "redact_mask")
    if uow.value(LATER, {"record": row.record_id, "seq": row.seq}):
        raise NotEligible("later_redaction")  # an original may say what that one has taken out elsewhere
    sealed = _sealed(uow, row.seq)
    history = uow.all(HISTORY, {"record": row.record_id})
    kind = uow.value(KIND, {"record": row.record_id})
    contents = [_original(uow, kind, old, sealed.pop(_key(old))) for old in history if _key(old) in sealed]
    units = json.loads(row.units)
    seq = add_redaction(uow, row.record_id, units, command.reason, command.actor_id, contents, lifts=row.seq)
    for content in contents:
        replace_content(uow, seq, content)
    for (place, row_key), cells in sealed.items():
        _put_back(uow, seq, row, place, row_key, cells)
    close_permits(uow, seq)
    uow.run(DROP, {"seq": row.seq})
    keep_html(uow, html)
    _restore_present(uow, row, history, contents, command)
    uow.event("redaction_lifted", record_id=row.record_id, actor_id=command.actor_id, detail={"seq": row.seq})
    log(uow, command.actor_id, "redact_lift", command.reason, record_id=row.record_id)
    return seq


def _sealed(uow: UnitOfWork, seq: int) -> dict[tuple[str, str], Cells]:
    found: dict[tuple[str, str], Cells] = {}
    for cell in uow.all(SEALED, {"seq": seq}):
        found.setdefault((cell.place, cell.row_key), {})[cell.field] = (cell.original, cell.left_hash)
    return found


def _key(revision: Row) -> tuple[str, str]:
    return CONTENT.name, revision.id


def _original(uow: UnitOfWork, kind: str, revision: Row, cells: Cells) -> Content:
    marks = {name: mark for name, (_, mark) in cells.items()}
    if unmoved(uow, CONTENT, revision.id, marks) != set(marks):
        raise NotEligible("later_redaction")
    document, salt = cells["document"][0], cells["salt"][0]
    before, after = (read(kind, text, revision.schema_version) for text in (revision.document, document))
    return Content(revision, before, after, salt, document)


def _put_back(uow: UnitOfWork, seq: int, row: Row, place: str, row_key: str, cells: Cells) -> None:
    """Originals into the cells that nobody has written since."""
    if place == SlugHistory.__tablename__:
        kind = cells["kind"][0]
        taken = select(SlugHistory.record_id).where(SlugHistory.kind == kind, SlugHistory.slug == row_key)
        if uow.value(taken) is None:
            uow.add(SlugHistory, kind=kind, slug=row_key, record_id=row.record_id)
        return
    same = unmoved(uow, BY_NAME[place], row_key, {name: mark for name, (_, mark) in cells.items()})
    if same:
        write(uow, seq, BY_NAME[place], row_key, {name: cells[name][0] for name in same})


def _restore_present(uow: UnitOfWork, row: Row, history: list[Row], contents: list[Content], command: Lift) -> None:
    """Where the mask wrote a revision over the present, take that back, as far as nothing else has moved there."""
    record = uow.lock_records([row.record_id])[row.record_id]
    masked = contents[-1] if contents else None
    after = next((old for old in history if masked and old.number == masked.row.number + 1), None)
    if masked is None or after is None or after.cause != "redaction":
        return
    document = _merged(record, masked, read_document(uow, record))
    if document is not None:
        operation = start_operation(uow, "redaction", command.actor_id, command.reason)
        why = Writing(operation, "redaction", command.actor_id, "Redaction lifted")
        write_revision(uow, record, document, why)
        mark_clashing(uow, record.id)


def _merged(record: Row, masked: Content, present: Document) -> Document | None:
    kind = KINDS[record.kind]
    if not diff(kind, masked.before, masked.after):
        return None
    merged = three_way(kind, masked.before, present, masked.after)
    return None if isinstance(merged, Conflict) else merged.document
