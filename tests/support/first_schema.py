"""What a database of the first schema holds."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Connection, insert

from webapp.storage.models import Operation, Record, Revision, RevisionContent


def old_record(connection: Connection, id_: str, kind: str, document: str) -> None:
    """A record with one revision, in the columns that the first schema had."""
    at = datetime(2026, 1, 1, tzinfo=UTC)
    operation = {"id": id_, "type": "import", "reason": "", "state": "done", "total": 1, "done": 1, "created_at": at}
    connection.execute(insert(Operation).values(operation))
    named = {"id": id_, "kind": kind, "slug": id_, "name": id_, "summary": "", "status": "active"}
    newest = {"newest_revision_id": id_, "newest_number": 1, "created_at": at, "updated_at": at}
    connection.execute(insert(Record).values({**named, **newest}))
    versions = {"number": 1, "schema_version": 1, "hash_version": 1, "created_at": at}
    hashes = {"content_hash": id_, "previous_hash": id_, "hash": id_}
    why = {"operation_id": id_, "cause": "import", "summary": ""}
    connection.execute(insert(Revision).values({"id": id_, "record_id": id_, **versions, **hashes, **why}))
    connection.execute(insert(RevisionContent).values(revision_id=id_, salt=id_, document=document))
