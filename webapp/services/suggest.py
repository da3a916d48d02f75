"""Suggesting: a changed record, new records, closing, reopening; each becomes changes that are decided one by one."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import bindparam, func, insert, select

from webapp.domain.diff import Edits, by_group, diff, edits_to_json, risk_of
from webapp.domain.document import Document, canonical, parse, to_units
from webapp.domain.errors import CapReached, NotFound, Refused, WellkeptError
from webapp.domain.fields import FieldType, Kind, Risk
from webapp.domain.kinds import KINDS, LIFECYCLE_STATUSES
from webapp.domain.lifecycle import ChangeState
from webapp.domain.merge import fit
from webapp.domain.permissions import Actor, Subject
from webapp.domain.rollback import STATUS_UNIT
from webapp.domain.standing import open_cap
from webapp.domain.validate import normalise, validate
from webapp.richtext import RENDERER_VERSION, render_anyway
from webapp.services import people
from webapp.services.apply import payload_edits, same_payload
from webapp.services.judge import newest_policy, protection_of
from webapp.services.review import settle
from webapp.services.revise import CONTENT
from webapp.storage import Storage
from webapp.storage.models import (
    Change,
    ChangeAuthor,
    ChangeRecord,
    ChangeVersion,
    Evidence,
    Record,
    Rendered,
    Revision,
    Suggestion,
)
from webapp.storage.unit_of_work import Row, UnitOfWork, dump, new_id

BASE = select(Revision.id).where(Revision.record_id == bindparam("record"), Revision.number == bindparam("number"))
OPEN_OF_AUTHOR = (
    select(func.count(func.distinct(Suggestion.id)))
    .join(Change, Change.suggestion_id == Suggestion.id)
    .where(Suggestion.author_id == bindparam("person"), Change.state == "open")
)
HAS_APPLIED = (
    select(func.count())
    .select_from(Change)
    .join(Suggestion, Suggestion.id == Change.suggestion_id)
    .where(Suggestion.author_id == bindparam("person"), Change.state == "applied")
)
OPEN_ALIKE = select(Change).where(
    Change.record_id == bindparam("record"),
    Change.state == "open",
    Change.group == bindparam("group"),
    Change.type == bindparam("type"),
)
KNOWN_HTML = select(Rendered.text_hash).where(Rendered.text_hash.in_(bindparam("hashes", expanding=True)))


First: TypeAlias = Callable[[UnitOfWork], None] | None
"""What is done at the beginning of the same transaction: both happen, or neither."""


class Alike(WellkeptError):
    """The same change is suggested already; values: `suggestion`, `change`. Approve or support that one."""

    code = "alike"


class Nothing(WellkeptError):
    """The record says all of it already."""

    code = "nothing_changes"


@dataclass(frozen=True, slots=True)
class HowKnown:
    """Evidence: how somebody knows, and the details."""

    how: str = ""  # phoned | visited | website | run_it | other
    detail: str = ""


@dataclass(frozen=True, slots=True)
class SuggestChange:
    """A whole document as it should be, written against the revision `base_number`."""

    person_id: str
    record_id: str
    base_number: int
    document: Mapping[str, Any]
    reason: str
    evidence: HowKnown = field(default_factory=HowKnown)
    door: str = "web"


@dataclass(frozen=True, slots=True)
class NewRecord:
    """One record of a creation set; `id` is given when it is suggested."""

    id: str
    kind: str
    document: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SuggestRecords:
    """New records that belong together and are decided together."""

    person_id: str
    records: tuple[NewRecord, ...]
    reason: str
    evidence: HowKnown = field(default_factory=HowKnown)
    door: str = "web"


@dataclass(frozen=True, slots=True)
class SuggestLifecycle:
    """Close or reopen a record (`type`), or merge it into another (`into`)."""

    person_id: str
    record_id: str
    type: str  # close | reopen | merge
    reason: str
    into: str | None = None
    evidence: HowKnown = field(default_factory=HowKnown)
    door: str = "web"


@dataclass(frozen=True, slots=True)
class Suggested:
    """What was stored."""

    suggestion_id: str
    change_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Draft:
    type: str
    record_id: str | None
    kind: str
    group: str
    base_number: int
    payload: dict[str, Any]
    risk: Risk
    records: tuple[str, ...]


def suggest_change(storage: Storage, command: SuggestChange, now: datetime, first: First = None) -> Suggested:
    """Split what differs from the base revision into changes, one a field group, and open them.

    Raises Refused (with problems), Nothing (the record says so already), Alike (somebody suggested the same),
    CapReached, NotAllowed and NotFound.
    """
    kind, base = _read_base(storage, command.record_id, command.base_number)
    proposed = with_lifecycle_of(base, checked(kind, command.document))
    edits = diff(kind, base, proposed)
    if not edits:
        raise Nothing
    html = rendered_texts(kind, [proposed])

    def work(uow: UnitOfWork) -> Suggested:
        _begin(uow, first)
        record = uow.lock_records([command.record_id])[command.record_id]
        actor = people.load_actor(uow, command.person_id)
        people.require(actor, "suggest_change", Subject(protection=protection_of([record], uow.now)))
        document = parse(uow.value(CONTENT, {"id": record.newest_revision_id}))
        still = _not_yet_true(kind, document, edits)
        drafts = [
            _edit_draft(kind, record, command.base_number, key, part, command.person_id)
            for key, part in by_group(kind, still).items()
        ]
        _check_alike(uow, drafts)
        keep_html(uow, html)
        return _store(uow, actor, drafts, command.reason, command.evidence, command.door)

    return storage.transact(work, now)


def _read_base(storage: Storage, record_id: str, number: int) -> tuple[Kind, Document]:
    from webapp.domain.upcast import read

    with storage.read() as connection:
        kind_name = connection.scalar(select(Record.kind).where(Record.id == record_id))
        revision = connection.scalar(BASE, {"record": record_id, "number": number})
        if kind_name is None or revision is None:
            raise NotFound(what="record")
        text = str(connection.scalar(CONTENT, {"id": revision}))
    return KINDS[kind_name], read(kind_name, text)


def with_lifecycle_of(base: Mapping[str, Any], proposed: Document) -> Document:
    """The proposal with whether the record is closed, merged or void as it was.

    That is for `suggest_lifecycle` alone: an ordinary edit could else close or merge a record without the checks
    and the class of those changes.
    """
    gone = LIFECYCLE_STATUSES
    kept = {name: value for name, value in proposed.items() if name != "merged_into"}
    if base.get("status") in gone or proposed.get("status") in gone:
        kept.pop("status", None)
        return {**kept, **{name: base[name] for name in ("status", "merged_into") if name in base}}
    return kept


def checked(kind: Kind, document: Mapping[str, Any]) -> Document:
    """The document in stored form; Refused with every problem when it may not be stored."""
    proposed = parse(canonical(normalise(kind, document)))
    report = validate(kind, proposed)
    if report.refusals:
        raise Refused(report.refusals)  # type: ignore[arg-type]  # a document's problems, not a policy's
    return proposed


def _not_yet_true(kind: Kind, document: Document, edits: Edits) -> Edits:
    """The edits that say something new. What clashes with a record that has moved stays: it opens conflicted."""
    already = {edit.unit for edit in fit(to_units(kind, document), edits).already}
    still = tuple(edit for edit in edits if edit.unit not in already)
    if not still:
        raise Nothing
    return still


def _edit_draft(kind: Kind, record: Row, base: int, key: str, edits: Edits, author: str) -> _Draft:
    payload = {"edits": edits_to_json(edits), "author": author}
    return _Draft("edit", record.id, kind.name, key, base, payload, risk_of(kind, edits), (record.id,))


def _check_alike(uow: UnitOfWork, drafts: Iterable[_Draft]) -> None:
    for draft in drafts:
        wanted = {"record": draft.record_id, "group": draft.group, "type": draft.type}
        for other in uow.all(OPEN_ALIKE, wanted):
            if draft.type != "edit" or same_payload(other.payload, dump(draft.payload)):
                raise Alike(suggestion=other.suggestion_id, change=other.id)


def suggest_records(storage: Storage, command: SuggestRecords, now: datetime, first: First = None) -> Suggested:
    """Suggest a set of new records as one change with one decision."""
    entries: list[dict[str, Any]] = [
        {"id": new.id, "kind": new.kind, "document": checked(KINDS[new.kind], new.document)} for new in command.records
    ]
    if not entries:
        raise Nothing
    html: dict[str, str] = {}
    for entry in entries:
        html |= rendered_texts(KINDS[entry["kind"]], [entry["document"]])

    def work(uow: UnitOfWork) -> Suggested:
        _begin(uow, first)
        actor = people.load_actor(uow, command.person_id)
        people.require(actor, "suggest_record")
        payload = {"records": entries, "author": command.person_id}
        draft = _Draft("create", None, entries[0]["kind"], "new", 0, payload, Risk.HIGH, ())
        keep_html(uow, html)
        return _store(uow, actor, [draft], command.reason, command.evidence, command.door)

    return storage.transact(work, now)


def suggest_lifecycle(storage: Storage, command: SuggestLifecycle, now: datetime, first: First = None) -> Suggested:
    """Suggest to close, reopen or merge a record: destructive, so a reason is asked for."""

    def work(uow: UnitOfWork) -> Suggested:
        _begin(uow, first)
        ids = {command.record_id} | ({command.into} if command.into else set())
        records = uow.lock_records(ids)
        record = records[command.record_id]
        actor = people.load_actor(uow, command.person_id)
        people.require(actor, f"suggest_{command.type}", Subject(protection=protection_of(records.values(), uow.now)))
        payload = _lifecycle_payload(command, record, records)
        draft = _Draft(
            command.type,
            record.id,
            record.kind,
            "status",
            record.newest_number,
            payload,
            Risk.DESTRUCTIVE,
            tuple(sorted(ids)),
        )
        _check_alike(uow, [draft])
        return _store(uow, actor, [draft], command.reason, command.evidence, command.door)

    return storage.transact(work, now)


def _begin(uow: UnitOfWork, first: First) -> None:
    if first is not None:
        first(uow)


def _lifecycle_payload(command: SuggestLifecycle, record: Row, records: Mapping[str, Row]) -> dict[str, Any]:
    if command.type == "merge":
        from webapp.services.merging import check_merge

        if command.into is None:
            raise NotFound(what="record")
        check_merge(record, records[command.into])
        return {"into": command.into, "author": command.person_id}
    closes = command.type == "close"
    if closes == (record.status == "closed") or record.status in ("merged", "void"):
        raise Nothing(status=record.status)
    before = None if record.status == "active" else {"status": record.status}
    after = {"status": "closed"} if closes else None
    return {"edits": [[STATUS_UNIT, before, after]], "author": command.person_id}


# -- storing ----------------------------------------------------------------------------------------------


def _store(
    uow: UnitOfWork, actor: Actor, drafts: list[_Draft], reason: str, evidence: HowKnown, door: str
) -> Suggested:
    if door != "import":
        uow.lock_people([str(actor.id)])  # or two suggestions sent at once would both find room for one
        check_open_cap(uow, actor)
    policy = newest_policy(uow)
    if len(drafts) > policy.caps.changes_a_suggestion:
        raise CapReached("changes_a_suggestion", limit=policy.caps.changes_a_suggestion)
    author_id = str(actor.id)
    suggestion_id = new_id()
    uow.add(Suggestion, id=suggestion_id, author_id=author_id, reason=reason, door=door, created_at=uow.now)
    add_evidence(uow, suggestion_id, author_id, evidence)
    ids = [_open(uow, suggestion_id, place, draft, author_id, policy.version) for place, draft in enumerate(drafts)]
    uow.event("suggestion", record_id=drafts[0].record_id, actor_id=actor.id, detail={"suggestion": suggestion_id})
    for change_id, draft in zip(ids, drafts, strict=True):
        settle(uow, uow.lock_changes([change_id])[change_id], uow.lock_records(draft.records))
    return Suggested(suggestion_id, tuple(ids))


def check_open_cap(uow: UnitOfWork, actor: Actor) -> None:
    """Raise CapReached when the person has as many open suggestions as they may."""
    open_now, cap = open_suggestions(uow, actor)
    if open_now >= cap:
        raise CapReached("open_suggestions", limit=cap)


def open_suggestions(uow: UnitOfWork, actor: Actor) -> tuple[int, int]:
    """How many suggestions the person has open, and how many they may."""
    has_applied = bool(uow.value(HAS_APPLIED, {"person": actor.id}))
    return uow.value(OPEN_OF_AUTHOR, {"person": actor.id}), open_cap(actor.role, has_applied, newest_policy(uow))


def add_evidence(uow: UnitOfWork, suggestion_id: str, person_id: str, evidence: HowKnown) -> None:
    """Keep how a person knows; nothing when they did not say."""
    if evidence.how:
        uow.add(
            Evidence,
            id=new_id(),
            suggestion_id=suggestion_id,
            person_id=person_id,
            how=evidence.how,
            detail=evidence.detail,
            created_at=uow.now,
        )


def _open(uow: UnitOfWork, suggestion_id: str, position: int, draft: _Draft, author: str, policy: int) -> str:
    id_ = new_id()
    payload = dump(draft.payload)
    uow.add(
        Change,
        id=id_,
        suggestion_id=suggestion_id,
        position=position,
        type=draft.type,
        record_id=draft.record_id,
        kind=draft.kind,
        group=draft.group,
        base_number=draft.base_number,
        payload=payload,
        risk=draft.risk.value,
        content_version=1,
        amendments=0,
        state=ChangeState.OPEN.value,
        policy_version=policy,
        first_opened_at=uow.now,
        opened_at=uow.now,
        settle_at=None,
        contested_at=None,
        conflicted_at=_conflict_now(uow, draft),
        escalated_at=None,
        hidden_at=None,
        paused_until=None,
        rejudged_at=None,
        closed_at=None,
        approvals=0,
        rejects=0,
        settle_attempts=0,
    )
    uow.add(ChangeAuthor, change_id=id_, person_id=author, role="author", since=uow.now)
    uow.add(
        ChangeVersion,
        change_id=id_,
        content_version=1,
        base_number=draft.base_number,
        payload=payload,
        act="suggest",
        actor_id=author,
        created_at=uow.now,
    )
    if draft.records:
        uow.run(insert(ChangeRecord), [{"change_id": id_, "record_id": record} for record in draft.records])
    return id_


def _conflict_now(uow: UnitOfWork, draft: _Draft) -> datetime | None:
    if draft.type != "edit":
        return None
    record = uow.lock_records(draft.records)[draft.records[0]]
    document = parse(uow.value(CONTENT, {"id": record.newest_revision_id}))
    clashes = fit(to_units(KINDS[draft.kind], document), payload_edits(dump(draft.payload))).clashes
    return uow.now if clashes else None


# -- HTML, rendered before the write transaction ----------------------------------------------------------


def text_hash(text: str) -> str:
    """The key under which a text's HTML is kept."""
    return hashlib.sha256(text.encode()).hexdigest()


def rendered_texts(kind: Kind, documents: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The safe HTML of every Markdown field of the documents, by the hash of its text."""
    names = [f.name for f in kind.fields() if f.type is FieldType.TEXT]
    texts = {document[name] for document in documents for name in names if document.get(name)}
    return {text_hash(text): render_anyway(text) for text in texts}


def keep_html(uow: UnitOfWork, html: Mapping[str, str]) -> None:
    """Store rendered texts that are not stored yet."""
    known = {row.text_hash for row in uow.run(KNOWN_HTML, {"hashes": list(html)})} if html else set()
    fresh = [
        {"text_hash": key, "html": value, "renderer_version": RENDERER_VERSION}
        for key, value in html.items()
        if key not in known
    ]
    if fresh:
        uow.run(insert(Rendered), fresh)
