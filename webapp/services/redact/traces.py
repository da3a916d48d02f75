"""What would still tell of a masked value: HTML, the present revision, old addresses, the vocabulary."""

from __future__ import annotations

from sqlalchemy import bindparam, delete, select

from webapp.domain.spelling import words_said
from webapp.services import unfound, vocabulary
from webapp.services.clashing import mark_clashing
from webapp.services.duplicates import forget_keys
from webapp.services.following import slugify
from webapp.services.redact.chain import Content
from webapp.services.redact.html import text_hashes
from webapp.services.redact.places import may_hold, seal
from webapp.services.redact.values import Masking, found_in
from webapp.services.revise import Writing, start_operation, write_revision
from webapp.storage.models import Record, Rendered, SlugHistory
from webapp.storage.unit_of_work import Row, UnitOfWork

SLUGS = select(SlugHistory).where(SlugHistory.record_id == bindparam("record"))


def drop_html(uow: UnitOfWork, masking: Masking, contents: list[Content], kept: frozenset[str]) -> None:
    """Forget the HTML of texts that are no more, and any other that says a secret."""
    stay = kept | {key for c in contents for key in text_hashes(masking.kind, c.after)}
    gone = {key for c in contents for key in text_hashes(masking.kind, c.before)}
    if masking.secrets:
        query = select(Rendered.text_hash, Rendered.html).where(may_hold(Rendered.html, masking.secrets))
        gone |= {row.text_hash for row in uow.run(query) if found_in(row.html, masking.secrets)}
    uow.run(delete(Rendered).where(Rendered.text_hash.in_(sorted(gone - stay))))


def renew_present(uow: UnitOfWork, record: Row, contents: list[Content], actor_id: str, reason: str) -> None:
    """Where the present says it, a new revision no longer does; open changes are looked at again."""
    newest = next((c for c in contents if c.row.id == record.newest_revision_id), None)
    if newest is not None:
        operation = start_operation(uow, "redaction", actor_id, reason)
        write_revision(uow, record, newest.after, Writing(operation, "redaction", actor_id, "Redacted"))
    mark_clashing(uow, record.id)


def forget_addresses(uow: UnitOfWork, seq: int, record_id: str, contents: list[Content]) -> None:
    """Old addresses that were made of a masked name lead nowhere from now on."""
    names = {slugify(c.before["name"]) for c in contents if c.before.get("name") not in (None, c.after.get("name"))}
    present = uow.value(select(Record.slug).where(Record.id == record_id))
    for row in uow.all(SLUGS, {"record": record_id}):
        if row.slug != present and any(row.slug.startswith(name) for name in names):
            seal(uow, seq, SlugHistory.__tablename__, row.slug, {"kind": row.kind}, {})
            uow.run(delete(SlugHistory).where(SlugHistory.kind == row.kind, SlugHistory.slug == row.slug))


def forget_likeness(uow: UnitOfWork, record: Row) -> None:
    """No other record is found by what it said; the worker looks anew at what it says now."""
    forget_keys(uow, [record.id])


def forget_words(uow: UnitOfWork, contents: list[Content], value: str) -> None:
    """No typing error is corrected into a masked word from now on, and nobody reads that it was looked for."""
    gone = words_said([c.before for c in contents]) - words_said([c.after for c in contents])
    vocabulary.forget(uow, gone)
    unfound.forget(uow, gone | words_said([value]))
