"""The newest document of each record, with its kind and schema version, without which it can't be read."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from webapp.storage.models import Record, Revision, RevisionContent
from webapp.storage.prepared import prepared

NEWEST = (
    select(Record.id, Record.kind, Revision.schema_version, RevisionContent.document)
    .join(Revision, Revision.id == Record.newest_revision_id)
    .join(RevisionContent, RevisionContent.revision_id == Revision.id)
)
NEWEST_OF = prepared(NEWEST.where(Record.id.in_(bindparam("ids", expanding=True))))
