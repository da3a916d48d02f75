"""Invariants of votes and ends: one live vote a person, one revision a change and record, no end without a reason."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, and_, case, exists, func, select

from webapp.services.doctor.breach import Breach
from webapp.storage.models import Change, Decision, Revision, Vote

TWICE = (
    select(Vote.change_id, Vote.person_id, func.count().label("votes"))
    .where(Vote.is_live == 1)
    .group_by(Vote.change_id, Vote.person_id)
    .having(func.count() > 1)
)
REVISED_TWICE = (
    select(Revision.change_id, Revision.record_id, func.count().label("revisions"))
    .where(Revision.change_id.is_not(None))
    .group_by(Revision.change_id, Revision.record_id)
    .having(func.count() > 1)
)
WITHOUT_REVISION = select(Change.id).where(Change.state == "applied", ~exists().where(Revision.change_id == Change.id))
NOT_APPLIED = (
    select(Revision.change_id, Revision.record_id, Revision.number)
    .outerjoin(Change, Change.id == Revision.change_id)
    .where(Revision.change_id.is_not(None), func.coalesce(Change.state, "") != "applied")
)
_OUTCOME = case((Change.state == "applied", "apply"), (Change.state == "rejected", "reject"), else_="expire")
UNDECIDED = (
    select(Change.id, Change.state, func.count(Decision.id).label("decisions"))
    .outerjoin(
        Decision,
        and_(
            Decision.change_id == Change.id,
            Decision.outcome == _OUTCOME,
            Decision.content_version == Change.content_version,
        ),
    )
    .where(Change.state.in_(("applied", "rejected", "expired")))
    .group_by(Change.id, Change.state)
    .having(func.count(Decision.id) != 1)
)


def live_votes(connection: Connection) -> Iterator[Breach]:
    """One live vote a person and change."""
    for row in connection.execute(TWICE):
        words = f"person {row.person_id} has {row.votes} live votes"
        yield Breach("live_votes", words, f"change {row.change_id}")


def revisions_of_changes(connection: Connection) -> Iterator[Breach]:
    """One revision a change and record; an applied change has one, and only an applied one has any."""
    for row in connection.execute(REVISED_TWICE):
        words = f"it wrote {row.revisions} revisions of record {row.record_id}"
        yield Breach("revisions_of_change", words, f"change {row.change_id}")
    for change_id in connection.execute(WITHOUT_REVISION).scalars():
        yield Breach("revisions_of_change", "it is applied and wrote no revision", f"change {change_id}")
    for written in connection.execute(NOT_APPLIED):
        words = f"it wrote revision {written.number} of record {written.record_id} and is not applied"
        yield Breach("revisions_of_change", words, f"change {written.change_id}")


def ends_without_decision(connection: Connection) -> Iterator[Breach]:
    """What was applied, rejected or has expired has exactly one decision that says so, on its last content."""
    for row in connection.execute(UNDECIDED):
        yield Breach("decision", f"it is {row.state} and has {row.decisions} decisions saying so", f"change {row.id}")
