"""What must hold of a database whatever happened to it: each check gives the faults that it found, as sentences."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, select

from webapp.domain.chain import GENESIS, Link, content_hash, link_hash
from webapp.domain.diff import edits_from_json
from webapp.domain.document import Document, canonical, parse
from webapp.domain.kinds import KINDS
from webapp.domain.merge import Conflict, merge
from webapp.domain.validate import validate
from webapp.storage import Storage
from webapp.storage.models import (
    Change,
    ChangeVersion,
    Decision,
    Event,
    Operation,
    Record,
    RedactedContent,
    Revision,
    RevisionContent,
    Vote,
    time_text,
)
from webapp.storage.models import Counter as CounterRow

REVISIONS = (
    select(Revision, RevisionContent.document, RevisionContent.salt)
    .join(RevisionContent, RevisionContent.revision_id == Revision.id)
    .order_by(Revision.record_id, Revision.number)
)
REPLACED = select(RedactedContent).order_by(RedactedContent.redaction_seq)  # the newest stays


def faults_of(storage: Storage) -> list[str]:
    """Everything that is wrong with what is stored; an empty list when all is well."""
    with storage.read() as connection:
        return [
            *_faults_of_events(connection),
            *_faults_of_history(connection),
            *_faults_of_votes(connection),
            *_faults_of_ends(connection),
            *_faults_of_flags(connection),
        ]


def _rows(connection: Connection, query: Any) -> list[Any]:
    return list(connection.execute(query))


def _faults_of_events(connection: Connection) -> Iterator[str]:
    numbers = [row.seq for row in _rows(connection, select(Event.seq).order_by(Event.seq))]
    if numbers != list(range(1, len(numbers) + 1)):
        yield f"events are numbered with gaps: {numbers}"
    counted = connection.scalar(select(CounterRow.value).where(CounterRow.name == "event"))
    if counted != len(numbers):
        yield f"the counter says {counted}, the last event is {len(numbers)}"


def _faults_of_history(connection: Connection) -> Iterator[str]:
    revisions: dict[str, list[Any]] = {}
    for row in _rows(connection, REVISIONS):
        revisions.setdefault(row.record_id, []).append(row)
    replaced = {row.revision_id: row.content_hash for row in _rows(connection, REPLACED)}
    for record in _rows(connection, select(Record)):
        own = revisions.get(record.id, [])
        if [row.number for row in own] != list(range(1, record.newest_number + 1)):
            yield f"record {record.id} says {record.newest_number}, has {[row.number for row in own]}"
            continue
        yield from _faults_of_record(record, own[-1])
        yield from _faults_of_chain(own, replaced)


def _faults_of_record(record: Any, newest: Any) -> Iterator[str]:
    document = parse(newest.document)
    said = (record.newest_revision_id, record.name, record.status, record.merged_into)
    is_ = (newest.id, document.get("name", ""), document.get("status", "active"), document.get("merged_into"))
    if said != is_:
        yield f"record {record.id} says {said}, its newest revision {is_}"


def _faults_of_chain(revisions: list[Any], replaced: dict[str, str]) -> Iterator[str]:
    previous = GENESIS
    for row in revisions:
        link = Link(
            row.record_id,
            row.number,
            row.operation_id,
            row.actor_id,
            row.cause,
            row.summary,
            time_text(row.created_at),
            row.schema_version,
            row.hash_version,
            row.content_hash,
            previous,
        )
        promised = replaced.get(row.id, row.content_hash)
        if row.hash != link_hash(link) or promised != content_hash(row.salt, row.document):
            yield f"revision {row.number} of {row.record_id} is not what was hashed"
        previous = row.hash


def _faults_of_votes(connection: Connection) -> Iterator[str]:
    versions = {row.id: row for row in _rows(connection, select(Change))}
    live: Counter[tuple[str, str]] = Counter()
    for vote in _rows(connection, select(Vote).where(Vote.is_live == 1)):
        change = versions[vote.change_id]
        live[vote.change_id, vote.person_id] += 1
        if change.state == "open" and vote.content_version != change.content_version:
            yield f"a live vote on version {vote.content_version} of {change.id}, now {change.content_version}"
    yield from (f"{count} live votes by one person: {key}" for key, count in live.items() if count > 1)


def _faults_of_ends(connection: Connection) -> Iterator[str]:
    applies = Counter(
        row.change_id for row in _rows(connection, select(Decision.change_id).where(Decision.outcome == "apply"))
    )
    operations = Counter(
        row.change_id for row in _rows(connection, select(Operation.change_id).where(Operation.change_id.is_not(None)))
    )
    for change in _rows(connection, select(Change)):
        wanted = 1 if change.state == "applied" else 0
        if (applies[change.id], operations[change.id]) != (wanted, wanted):
            yield f"{change.state} {change.id}: {applies[change.id]} decisions, {operations[change.id]} operations"
        if (change.closed_at is None) != (change.state == "open"):
            yield f"{change.state} {change.id} was closed at {change.closed_at}"
        if change.state == "open" and change.settle_at is None and change.hidden_at is None:
            yield f"nobody will ever look at {change.id} again"


def _faults_of_flags(connection: Connection) -> Iterator[str]:
    documents = {
        row.record_id: parse(row.document)
        for row in _rows(connection, REVISIONS)  # ordered by number: the newest stays
    }
    kinds = {row.id: row.kind for row in _rows(connection, select(Record.id, Record.kind))}
    acts = {(row.change_id, row.content_version): row.act for row in _rows(connection, select(ChangeVersion))}
    for change in _rows(connection, select(Change).where(Change.state == "open", Change.type == "edit")):
        found = _stand(kinds[change.record_id], documents[change.record_id], change.payload)
        if acts[change.id, change.content_version] == "move":
            found = "clashes"
        is_marked = change.conflicted_at is not None
        if found == "already" or is_marked != (found == "clashes"):
            yield f"{change.id} {found}, but is {'' if is_marked else 'not '}marked"


def _stand(kind_name: str, document: Document, payload: str) -> str:
    kind = KINDS[kind_name]
    merged = merge(kind, document, edits_from_json(json.loads(payload)["edits"]))
    if isinstance(merged, Conflict):
        return "clashes"
    if canonical(merged.document) == canonical(document):
        return "already"
    return "clashes" if validate(kind, merged.document).refusals else "fits"
