"""Suggesting new records: a set that belongs together is one change with one decision."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from webapp.domain.document import Document
from webapp.domain.errors import Problem, Refused
from webapp.domain.fields import Risk
from webapp.domain.kinds import KINDS, LIFECYCLE_STATUSES
from webapp.services import people
from webapp.services.suggest import alike
from webapp.services.suggest.commands import Draft, First, Nothing, Suggested, SuggestRecords
from webapp.services.suggest.documents import checked
from webapp.services.suggest.store import begin, store
from webapp.services.suggest.texts import keep_html, rendered_texts
from webapp.storage import Storage
from webapp.storage.unit_of_work import UnitOfWork


def suggest_records(storage: Storage, command: SuggestRecords, now: datetime, first: First = None) -> Suggested:
    """Suggest a set of new records. Sent twice, with the ids that were given once, the second is Alike.

    Raises Refused, Nothing (no records), CapReached and NotAllowed too.
    """
    entries: list[dict[str, Any]] = [
        {"id": new.id, "kind": new.kind, "document": _alive(checked(KINDS[new.kind], new.document))}
        for new in command.records
    ]
    if not entries:
        raise Nothing
    html: dict[str, str] = {}
    for entry in entries:
        html |= rendered_texts(KINDS[entry["kind"]], [entry["document"]])

    def work(uow: UnitOfWork) -> Suggested:
        begin(uow, first)
        actor = people.load_actor(uow, command.person_id)
        people.require(actor, "suggest_record")
        payload = {"records": entries, "author": command.person_id}
        draft = Draft("create", None, entries[0]["kind"], "new", 0, payload, Risk.HIGH, ())
        fresh, _ = alike.part(uow, [draft], is_import=command.door == "import")
        keep_html(uow, html)
        return store(uow, actor, fresh, command)

    return storage.transact(work, now)


def _alive(document: Document) -> Document:
    """The document of a record that begins; Refused for one that has ended, which `suggest_lifecycle` looks after."""
    if document.get("status") in LIFECYCLE_STATUSES:
        raise Refused([Problem("status", "choice")])
    return document
