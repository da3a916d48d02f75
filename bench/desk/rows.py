"""The rows of the story as the services write them: revisions in their chains, changes with votes and decisions.

What is left out, since none of what is measured asks for it: words in the search index of later revisions, letters,
and HTML that was kept. Chains and the numbers of events are whole.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bench.desk.pouring import Pouring
from webapp.domain.canonical import dump
from webapp.domain.chain import HASH_VERSION, Link, content_hash, link_hash
from webapp.services.revise import SCHEMA_VERSION
from webapp.storage.models import Event, Operation, Revision, RevisionContent, time_text


@dataclass(slots=True)
class Standing:
    """A record as it stands in the story."""

    id: str
    number: int
    revision_id: str
    hash: str
    document: dict[str, Any]
    updated_at: str = ""
    touched_by: str | None = None


@dataclass(frozen=True, slots=True)
class Why:
    """Why a revision is written; see `webapp.services.revise.Writing`."""

    operation_id: str
    cause: str
    actor_id: str | None
    summary: str
    change_id: str | None = None


class Book:
    """Writes what happens at one moment after the other; ids and the numbers of events grow with it."""

    def __init__(self, pouring: Pouring, seq: int) -> None:
        self.pouring, self.seq, self._count = pouring, seq, 0

    def id_at(self, moment: datetime) -> str:
        """A new id, shaped as a uuid7 of that moment."""
        self._count += 1
        time = f"{int(moment.timestamp() * 1000):012x}"
        return f"{time[:8]}-{time[8:]}-7000-8000-{self._count:012x}"

    def event(self, type_: str, at: datetime, record_id: str | None, detail: dict[str, Any], **more: Any) -> None:
        """The next event; `more`: revision_id, actor_id, operation_id."""
        self.seq += 1
        self.pouring.add(
            Event,
            {
                "seq": self.seq,
                "type": type_,
                "record_id": record_id,
                "revision_id": more.get("revision_id"),
                "actor_id": more.get("actor_id"),
                "operation_id": more.get("operation_id"),
                "detail": dump(detail),
                "created_at": time_text(at),
            },
        )

    def operation(self, type_: str, at: datetime, actor: str | None, reason: str = "", **more: Any) -> str:
        """An operation that is done; `more`: change_id, undoes_id, total."""
        id_, moment, total = self.id_at(at), time_text(at), more.get("total", 1)
        self.pouring.add(
            Operation,
            {
                "id": id_,
                "type": type_,
                "actor_id": actor,
                "reason": reason,
                "undoes_id": more.get("undoes_id"),
                "change_id": more.get("change_id"),
                "state": "done",
                "plan": None,
                "total": total,
                "done": total,
                "created_at": moment,
                "finished_at": moment,
            },
        )
        return id_

    def revise(self, record: Standing, at: datetime, said: dict[str, Any], why: Why) -> None:
        """The record's next revision, in which it says this otherwise."""
        record.document = {**record.document, **said}
        text = dump(record.document)
        id_, moment, number = self.id_at(at), time_text(at), record.number + 1
        salt = hashlib.sha256(id_.encode()).hexdigest()[:32]
        hash_of_content = content_hash(salt, text)
        covered = (why.operation_id, why.actor_id, why.cause, why.summary, moment, SCHEMA_VERSION, HASH_VERSION)
        hash_ = link_hash(Link(record.id, number, *covered, hash_of_content, record.hash))
        self.pouring.add(
            Revision,
            {
                "id": id_,
                "record_id": record.id,
                "number": number,
                "operation_id": why.operation_id,
                "actor_id": why.actor_id,
                "cause": why.cause,
                "change_id": why.change_id,
                "summary": why.summary,
                "schema_version": SCHEMA_VERSION,
                "hash_version": HASH_VERSION,
                "content_hash": hash_of_content,
                "previous_hash": record.hash,
                "hash": hash_,
                "created_at": moment,
            },
        )
        content = {"revision_id": id_, "salt": salt, "document": text, "redaction_seq": None}
        self.pouring.add(RevisionContent, content)
        detail = {"number": number, "cause": why.cause}
        ids = {"revision_id": id_, "actor_id": why.actor_id, "operation_id": why.operation_id}
        self.event("revision", at, record.id, detail, **ids)
        record.number, record.revision_id, record.hash = number, id_, hash_
        record.updated_at, record.touched_by = moment, why.actor_id

    def close(self, records: list[Standing]) -> None:
        """Move the rows of the records, and the counter, to where the story has come."""
        moved = [
            (r.revision_id, r.number, r.document["summary"], r.updated_at, r.touched_by, r.id)
            for r in records
            if r.updated_at
        ]
        self.pouring.run(
            "UPDATE record SET newest_revision_id = %s, newest_number = %s, summary = %s, updated_at = %s,"
            " touched_by = %s WHERE id = %s",
            moved,
        )
        self.pouring.run("UPDATE counter SET value = %s WHERE name = 'event'", [(self.seq,)])


SERVICES = (
    "SELECT r.id, r.newest_number, r.newest_revision_id, v.hash, c.document FROM record r"
    " JOIN revision v ON v.id = r.newest_revision_id JOIN revision_content c ON c.revision_id = v.id"
    " WHERE r.kind = 'service' ORDER BY r.id"
)


def services_in(pouring: Pouring) -> list[Standing]:
    """The services of a directory, each as it stands."""
    rows = pouring.read(SERVICES)
    return [Standing(id_, number, revision, hash_, json.loads(text)) for id_, number, revision, hash_, text in rows]
