"""Suggesting a changed record: what differs from the base revision becomes changes, one a field group."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from webapp.domain.diff import Edits, by_group, diff, edits_to_json, risk_of
from webapp.domain.document import Document, to_units
from webapp.domain.errors import NotFound
from webapp.domain.fields import Kind
from webapp.domain.merge import fit
from webapp.domain.permissions import Subject
from webapp.services import people
from webapp.services.judge import protection_of
from webapp.services.revise import read_document
from webapp.services.suggest import alike
from webapp.services.suggest.commands import Draft, First, Nothing, SuggestChange, Suggested
from webapp.services.suggest.documents import checked, read_base, with_lifecycle_of
from webapp.services.suggest.store import begin, store
from webapp.services.suggest.texts import keep_html, rendered_texts
from webapp.storage import Storage
from webapp.storage.queries.suggest import REJECTED, rejected_by
from webapp.storage.unit_of_work import Row, UnitOfWork


def suggest_change(storage: Storage, command: SuggestChange, now: datetime, first: First = None) -> Suggested:
    """Open what differs from the base revision; what somebody suggests already is left out and named in the answer.

    Raises Refused (with problems), Nothing (the record says so already), Alike (all of it is suggested already),
    CapReached, NotAllowed and NotFound (also of a change to take up that is not the person's own rejected one).
    """
    kind, base = read_base(storage, command.record_id, command.base_number)
    proposed = with_lifecycle_of(base, checked(kind, command.document))
    edits = diff(kind, base, proposed)
    if not edits:
        raise Nothing
    html = rendered_texts(kind, [proposed])

    def work(uow: UnitOfWork) -> Suggested:
        begin(uow, first)
        record = uow.lock_records([command.record_id])[command.record_id]
        actor = people.load_actor(uow, command.person_id)
        people.require(actor, "suggest_change", Subject(protection=protection_of([record], uow.now)))
        _check_taken_up(uow, command)
        still = _not_yet_true(kind, read_document(uow, record), edits)
        fresh, found = alike.part(uow, _drafts(kind, record, command, still))
        keep_html(uow, html)
        return replace(store(uow, actor, fresh, command), alike=found)

    return storage.transact(work, now)


def _check_taken_up(uow: UnitOfWork, command: SuggestChange) -> None:
    wanted = rejected_by(command.resubmits, command.record_id, command.person_id)
    if command.resubmits and uow.one(REJECTED, wanted) is None:
        raise NotFound(what="change")


def _not_yet_true(kind: Kind, document: Document, edits: Edits) -> Edits:
    """The edits that say something new. What clashes with a record that has moved stays: it opens conflicted."""
    already = {edit.unit for edit in fit(to_units(kind, document), edits).already}
    still = tuple(edit for edit in edits if edit.unit not in already)
    if not still:
        raise Nothing
    return still


def _drafts(kind: Kind, record: Row, command: SuggestChange, edits: Edits) -> list[Draft]:
    return [
        Draft(
            type="edit",
            record_id=record.id,
            kind=kind.name,
            group=group,
            base_number=command.base_number,
            payload={"edits": edits_to_json(part), "author": command.person_id},
            risk=risk_of(kind, part),
            records=(record.id,),
        )
        for group, part in by_group(kind, edits).items()
    ]
