"""Masking: one moderator takes a value out of a record's whole history, and out of every text about it, at once.

The originals are sealed until the redaction is finished (dropped for good) or lifted (put back).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import Connection, select

from webapp.domain.diff import diff
from webapp.domain.document import locate, parse, to_units
from webapp.domain.errors import NotEligible, NotFound
from webapp.domain.fields import Kind
from webapp.domain.kinds import KINDS
from webapp.domain.upcast import read
from webapp.services import people
from webapp.services.clashing import mark_clashing
from webapp.services.links import forget_links
from webapp.services.moderation_log import log
from webapp.services.redact.about import (
    HISTORY,
    MOVED_TO,
    masked_contents,
    masked_payloads,
    masked_sources,
    open_changes,
)
from webapp.services.redact.chain import Content, add_redaction, replace_content
from webapp.services.redact.html import html_of, text_hashes
from webapp.services.redact.places import (
    CONTENT,
    SOURCES,
    Masked,
    close_permits,
    masked_words,
    may_hold,
    seal,
    write,
)
from webapp.services.redact.traces import (
    drop_html,
    forget_addresses,
    forget_likeness,
    forget_words,
    renew_present,
)
from webapp.services.redact.values import (
    Masking,
    contact_values,
    found_in,
    is_long_enough,
    masked_document,
    secret_of,
)
from webapp.services.suggest import keep_html
from webapp.storage import Storage
from webapp.storage.models import Record, RevisionContent
from webapp.storage.queries.newest import NEWEST
from webapp.storage.unit_of_work import UnitOfWork


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


def mask(storage: Storage, command: Mask, now: datetime) -> MaskDone:
    """Mask at once. The record's present revision is followed by one (cause `redaction`) that lacks the value.

    Raises NotAllowed, NotFound (no such record or unit), and NotEligible: value_too_short, reason_has_value,
    nothing_to_redact.
    """
    with storage.read() as connection:
        masking = masking_of(connection, command)
        html = _html_after(connection, command.record_id, masking)
        also_in, kept_html = elsewhere(connection, command.record_id, masking)
    done = storage.transact(lambda uow: _mask(uow, command, masking, html, kept_html), now)
    return replace(done, also_in=also_in)


def masking_of(connection: Connection, command: Mask) -> Masking:
    """What a command asks to be masked: its units, and every value that they and it name.

    Raises NotFound (no such record or unit), NotEligible (value_too_short, reason_has_value).
    """
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


def elsewhere(connection: Connection, record_id: str, masking: Masking) -> tuple[tuple[str, ...], frozenset[str]]:
    """Other records that say one of the secrets now, and the hashes of their texts, whose HTML must stay."""
    if not masking.secrets:
        return (), frozenset()
    ids: list[str] = []
    kept: set[str] = set()
    query = NEWEST.where(Record.id != record_id, may_hold(RevisionContent.document, masking.secrets))
    for row in connection.execute(query):
        if found_in(row.document, masking.secrets):
            ids.append(row.id)
            kept |= set(text_hashes(KINDS[row.kind], read(row.kind, row.document, row.schema_version)))
    return tuple(sorted(ids)), frozenset(kept)


def _mask(uow: UnitOfWork, command: Mask, masking: Masking, html: dict[str, str], kept: frozenset[str]) -> MaskDone:
    moved_to = sorted({row.record_id for row in uow.all(MOVED_TO, {"record": command.record_id})} - {command.record_id})
    record = uow.lock_records([command.record_id, *moved_to])[command.record_id]
    people.require(people.load_actor(uow, command.actor_id), "redact_mask")
    contents = list(masked_contents(uow, record, masking))
    uow.lock_changes(open_changes(uow, record.id, masking))
    rows = [*masked_payloads(uow, record.id, masking), *masked_sources(uow, record, masking)]
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
    drop_html(uow, masking, contents, kept)
    keep_html(uow, html)
    renew_present(uow, record, contents, command.actor_id, command.reason)
    for other in moved_to:  # of a change there nothing may be left
        mark_clashing(uow, other)
    forget_addresses(uow, seq, record.id, contents)
    forget_words(uow, contents, command.value)
    forget_likeness(uow, record)
    forget_links(uow)
    uow.search.purge(uow.connection)
    uow.event("redaction", record_id=record.id, actor_id=command.actor_id, detail={"seq": seq, "units": units})
    log(uow, command.actor_id, "redact_mask", command.reason, record_id=record.id)
    return MaskDone(seq, tuple(units), len(contents), len(rows))


def _units(masking: Masking, contents: list[Content], rows: list[Masked]) -> set[str]:
    """The units that lost something: in the record, or in what a source says of it, which it will say again."""
    pairs = [(content.before, content.after) for content in contents]
    pairs += [(parse(r.before["document"]), parse(r.after["document"])) for r in rows if r.place is SOURCES]
    return {edit.unit for before, after in pairs for edit in diff(masking.kind, before, after)}
