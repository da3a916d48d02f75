"""Masking: one moderator takes a value out of a record's whole history, and out of every text about it, at once.

The originals are sealed until the redaction is finished (dropped for good) or lifted (put back).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Connection, String, bindparam, delete, or_, select, update

from webapp.domain.chain import GENESIS, content_hash, new_salt
from webapp.domain.diff import diff
from webapp.domain.document import Document, canonical, locate, parse, to_units
from webapp.domain.errors import NotEligible, NotFound
from webapp.domain.fields import Kind
from webapp.domain.kinds import KINDS
from webapp.domain.upcast import read
from webapp.services import people
from webapp.services.clashing import mark_clashing
from webapp.services.moderation_log import log
from webapp.services.redact.chain import redaction_hash
from webapp.services.redact.html import html_of, text_hashes
from webapp.services.redact.places import (
    CONTENT,
    PAYLOADS,
    SOURCES,
    Masked,
    close_permits,
    masked_row,
    masked_words,
    may_hold,
    seal,
    write,
)
from webapp.services.redact.values import (
    Masking,
    contact_values,
    found_in,
    is_long_enough,
    masked_document,
    masked_payload,
    secret_of,
)
from webapp.services.revise import Writing, slugify, start_operation, write_revision
from webapp.services.suggest import keep_html
from webapp.storage import Storage
from webapp.storage.models import (
    Change,
    ChangeRecord,
    ChangeVersion,
    ImportWaiting,
    Record,
    RedactedContent,
    Redaction,
    Rendered,
    Revision,
    RevisionContent,
    SlugHistory,
    SourceItem,
)
from webapp.storage.unit_of_work import Row, UnitOfWork, dump

HISTORY = (
    select(
        Revision.id,
        Revision.number,
        Revision.schema_version,
        RevisionContent.revision_id,
        RevisionContent.document,
        RevisionContent.salt,
    )
    .join(RevisionContent, RevisionContent.revision_id == Revision.id)
    .where(Revision.record_id == bindparam("record"))
    .order_by(Revision.number)
)
MOVED_AWAY = select(ChangeVersion.change_id).where(  # by a merge: about another record now, and yet of this one
    ChangeVersion.act.in_(("move", "move_back")), ChangeVersion.payload == bindparam("record", type_=String)
)
OF_RECORD = or_(
    Change.record_id == bindparam("record"),
    Change.id.in_(select(ChangeRecord.change_id).where(ChangeRecord.record_id == bindparam("record"))),
    Change.id.in_(MOVED_AWAY),
    Change.type == "create",
)
CHANGES = select(Change.id, Change.state, Change.payload).where(OF_RECORD)
VERSIONS = (
    select(ChangeVersion.change_id, ChangeVersion.content_version, ChangeVersion.payload)
    .join(Change, Change.id == ChangeVersion.change_id)
    .where(OF_RECORD)
)
MOVED_TO = select(Change.record_id).where(Change.id.in_(MOVED_AWAY), Change.record_id.is_not(None)).distinct()
WAITING = select(ImportWaiting.id, ImportWaiting.payload).where(
    or_(ImportWaiting.key.in_(bindparam("keys", expanding=True)), ImportWaiting.key.startswith("create:"))
)
INTO = select(Record.merged_into).where(Record.id == bindparam("id"))
SAID_BY_SOURCES = select(SourceItem.id, SourceItem.document).where(SourceItem.record_id == bindparam("record"))
SLUGS = select(SlugHistory).where(SlugHistory.record_id == bindparam("record"))
PREVIOUS = select(Redaction.hash).where(Redaction.seq == bindparam("seq"))
SET_CONTENT = update(RevisionContent).where(RevisionContent.revision_id == bindparam("revision"))
NEWEST_SAYING = (
    select(Record.id, Record.kind, RevisionContent.document)
    .join(RevisionContent, RevisionContent.revision_id == Record.newest_revision_id)
    .where(Record.id != bindparam("record"))
)


@dataclass(frozen=True, slots=True)
class Mask:
    """What is to be masked in a record: units by address, a value wherever it stands, or both.

    Telephone numbers, mail and web addresses within the units are looked for in all texts too, like `value`.
    The reason is public: it must not say the value.
    """

    record_id: str
    actor_id: str
    reason: str
    units: tuple[str, ...] = ()
    value: str = ""


@dataclass(frozen=True, slots=True)
class MaskDone:
    """A mask that stands: its number, the units it touched, how much, and who else says the value."""

    seq: int
    units: tuple[str, ...]
    revisions: int
    texts: int
    also_in: tuple[str, ...] = field(default=())  # other records, whose own redaction is for people to decide


@dataclass(frozen=True, slots=True)
class Content:
    """The content that takes a revision's place."""

    row: Row
    before: Document
    after: Document
    salt: str
    text: str

    @property
    def hash(self) -> str:
        """What the redaction's chained row promises of it."""
        return content_hash(self.salt, self.text)


def mask(storage: Storage, command: Mask, now: datetime) -> MaskDone:
    """Mask at once. The record's present revision is followed by one (cause `redaction`) that lacks the value.

    Raises NotAllowed, NotFound (no such record or unit), and NotEligible: value_too_short, reason_has_value,
    nothing_to_redact.
    """
    with storage.read() as connection:
        masking = _masking(connection, command)
        html = _html_after(connection, command.record_id, masking)
        also_in, kept_html = _elsewhere(connection, command.record_id, masking)
    done = storage.transact(lambda uow: _mask(uow, command, masking, html, kept_html), now)
    return replace(done, also_in=also_in)


def _masking(connection: Connection, command: Mask) -> Masking:
    kind_name = connection.scalar(select(Record.kind).where(Record.id == command.record_id))
    if kind_name is None:
        raise NotFound(what="record")
    kind = KINDS[kind_name]
    for unit in command.units:
        _check_unit(kind, unit)
    if command.value and not is_long_enough(command.value):
        raise NotEligible("value_too_short")
    values = {command.value} if command.value else set()
    for row in connection.execute(HISTORY, {"record": command.record_id}):
        document = read(kind.name, row.document, row.schema_version)
        values |= contact_values(kind, command.units, to_units(kind, document))
    masking = Masking(kind, command.units, tuple(secret_of(value) for value in sorted(values)))
    if found_in(command.reason, masking.secrets):
        raise NotEligible("reason_has_value")
    return masking


def _check_unit(kind: Kind, unit: str) -> None:
    try:
        locate(kind, unit)
    except KeyError as error:
        raise NotFound(what="unit") from error


def _html_after(connection: Connection, record_id: str, masking: Masking) -> dict[str, str]:
    """The HTML of the masked texts, made before anything is locked; what moves meanwhile, `reindex` makes."""
    documents = (
        masked_document(masking, read(masking.kind.name, row.document, row.schema_version))
        for row in connection.execute(HISTORY, {"record": record_id})
    )
    return html_of(masking.kind, documents)


def _elsewhere(connection: Connection, record_id: str, masking: Masking) -> tuple[tuple[str, ...], frozenset[str]]:
    """Other records that say one of the secrets now, and the hashes of their texts, whose HTML must stay."""
    if not masking.secrets:
        return (), frozenset()
    ids: list[str] = []
    kept: set[str] = set()
    query = NEWEST_SAYING.where(may_hold(RevisionContent.document, masking.secrets))
    for row in connection.execute(query, {"record": record_id}):
        if found_in(row.document, masking.secrets):
            ids.append(row.id)
            kept |= set(text_hashes(KINDS[row.kind], json.loads(row.document)))
    return tuple(sorted(ids)), frozenset(kept)


def _mask(uow: UnitOfWork, command: Mask, masking: Masking, html: dict[str, str], kept: frozenset[str]) -> MaskDone:
    moved_to = [row.record_id for row in uow.all(MOVED_TO, {"record": command.record_id})]
    record = uow.lock_records([command.record_id, *moved_to])[command.record_id]
    people.require(people.load_actor(uow, command.actor_id), "redact_mask")
    contents = list(_contents(uow, record, masking))
    uow.lock_changes(_open_changes(uow, record.id, masking))
    rows = [*_payloads(uow, record.id, masking), *_sources(uow, record, masking)]
    rows += masked_words(uow, masking.secrets)
    if not contents and not rows:
        raise NotEligible("nothing_to_redact")
    units = sorted(_units(masking, contents, rows) | set(command.units))
    seq = add_redaction(uow, record.id, units, command.reason, command.actor_id, contents)
    for content in contents:
        before = {"document": content.row.document, "salt": content.row.salt}
        seal(uow, seq, CONTENT.name, content.row.id, before, {"document": content.text, "salt": content.salt})
        replace_content(uow, seq, content)
    for row in rows:
        seal(uow, seq, row.place.name, row.row_key, row.before, row.after)
        write(uow, seq, row.place, row.row_key, row.after)
    close_permits(uow, seq)
    _drop_html(uow, masking, contents, kept)
    keep_html(uow, html)
    _follow(uow, record, contents, command)
    _forget_addresses(uow, seq, record.id, contents)
    uow.search.purge(uow.connection)
    uow.event("redaction", record_id=record.id, actor_id=command.actor_id, detail={"seq": seq, "units": units})
    log(uow, command.actor_id, "redact_mask", command.reason, record_id=record.id)
    return MaskDone(seq, tuple(units), len(contents), len(rows))


def _units(masking: Masking, contents: list[Content], rows: list[Masked]) -> set[str]:
    """The units that lost something: in the record, or in what a source says of it, which it will say again."""
    pairs = [(content.before, content.after) for content in contents]
    pairs += [(parse(r.before["document"]), parse(r.after["document"])) for r in rows if r.place is SOURCES]
    return {edit.unit for before, after in pairs for edit in diff(masking.kind, before, after)}


def _contents(uow: UnitOfWork, record: Row, masking: Masking) -> Iterator[Content]:
    for row in uow.all(HISTORY, {"record": record.id}):
        before = read(record.kind, row.document, row.schema_version)
        after = masked_document(masking, before)
        if canonical(after) != canonical(before):
            yield Content(row, before, after, new_salt(), canonical(after))


def _open_changes(uow: UnitOfWork, record_id: str, masking: Masking) -> list[str]:
    rows = uow.all(CHANGES.where(Change.state == "open"), {"record": record_id})
    return [row.id for row in rows if masked_payload(masking, record_id, row.payload) != row.payload]


def _payloads(uow: UnitOfWork, record_id: str, masking: Masking) -> Iterator[Masked]:
    wanted = {"record": record_id, "keys": [f"edit:{id_}" for id_ in _survivors(uow, record_id)]}
    for place, query in zip(PAYLOADS, (CHANGES, VERSIONS, WAITING), strict=True):
        for row in uow.all(query, wanted):
            found = masked_row(place, row, lambda _, text: masked_payload(masking, record_id, text))
            if found:
                yield found


def _survivors(uow: UnitOfWork, record_id: str) -> Iterator[str]:
    """The record and those that it was merged into: what its source says is suggested to the last of them."""
    at: str | None = record_id
    while at is not None:
        yield at
        at = uow.value(INTO, {"id": at})


def _sources(uow: UnitOfWork, record: Row, masking: Masking) -> Iterator[Masked]:
    for row in uow.all(SAID_BY_SOURCES, {"record": record.id}):
        found = masked_row(SOURCES, row, lambda _, text: canonical(masked_document(masking, read(record.kind, text))))
        if found:
            yield found


def add_redaction(
    uow: UnitOfWork,
    record_id: str,
    units: list[str],
    reason: str,
    actor_id: str,
    contents: list[Content],
    lifts: int | None = None,
) -> int:
    """Write the chained row of a redaction (or of what lifts one) and what it promises; gives its number."""
    seq = uow.take_numbers("redaction", 1)
    row: dict[str, Any] = {
        "seq": seq,
        "record_id": record_id,
        "lifts": lifts,
        "units": dump(units),
        "reason": reason,
        "masked_by": actor_id,
        "masked_at": uow.now,
        "previous_hash": uow.value(PREVIOUS, {"seq": seq - 1}) or GENESIS,
    }
    replaced = [[content.row.id, content.hash] for content in contents]
    ended = {"finished_by": actor_id if lifts else None, "finished_at": uow.now if lifts else None}
    uow.add(Redaction, **row, **ended, hash=redaction_hash(SimpleNamespace(**row), replaced))
    for content in contents:
        uow.add(RedactedContent, redaction_seq=seq, revision_id=content.row.id, content_hash=content.hash)
    return seq


def replace_content(uow: UnitOfWork, seq: int, content: Content) -> None:
    """Put the content in the revision's place; its redaction must have promised it."""
    uow.run(
        SET_CONTENT.values(salt=content.salt, document=content.text, redaction_seq=seq), {"revision": content.row.id}
    )


def _drop_html(uow: UnitOfWork, masking: Masking, contents: list[Content], kept: frozenset[str]) -> None:
    """Forget the HTML of texts that are no more, and any other that says a secret."""
    stay = kept | {key for c in contents for key in text_hashes(masking.kind, c.after)}
    gone = {key for c in contents for key in text_hashes(masking.kind, c.before)}
    if masking.secrets:
        query = select(Rendered.text_hash, Rendered.html).where(may_hold(Rendered.html, masking.secrets))
        gone |= {row.text_hash for row in uow.run(query) if found_in(row.html, masking.secrets)}
    uow.run(delete(Rendered).where(Rendered.text_hash.in_(sorted(gone - stay))))


def _follow(uow: UnitOfWork, record: Row, contents: list[Content], command: Mask) -> None:
    """Where the present says it, a new revision no longer does; open changes are looked at again."""
    newest = next((c for c in contents if c.row.id == record.newest_revision_id), None)
    if newest is not None:
        operation = start_operation(uow, "redaction", command.actor_id, command.reason)
        write_revision(uow, record, newest.after, Writing(operation, "redaction", command.actor_id, "Redacted"))
    mark_clashing(uow, record.id)


def _forget_addresses(uow: UnitOfWork, seq: int, record_id: str, contents: list[Content]) -> None:
    """Old addresses that were made of a masked name lead nowhere from now on."""
    names = {slugify(c.before["name"]) for c in contents if c.before.get("name") not in (None, c.after.get("name"))}
    present = uow.value(select(Record.slug).where(Record.id == record_id))
    for row in uow.all(SLUGS, {"record": record_id}):
        if row.slug != present and any(row.slug.startswith(name) for name in names):
            seal(uow, seq, SlugHistory.__tablename__, row.slug, {"kind": row.kind}, {})
            uow.run(delete(SlugHistory).where(SlugHistory.kind == row.kind, SlugHistory.slug == row.slug))


def redacted_units(connection: Connection, record_id: str) -> frozenset[str]:
    """The units of a record that were masked and not lifted: an import must leave them (and what is in them) alone."""
    lifted = select(Redaction.lifts).where(Redaction.lifts.is_not(None))
    rows = connection.execute(
        select(Redaction.units).where(
            Redaction.record_id == record_id, Redaction.lifts.is_(None), Redaction.seq.not_in(lifted)
        )
    )
    return frozenset(unit for row in rows for unit in json.loads(row.units))
