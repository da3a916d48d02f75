"""Judging a locked change and doing what comes out: for a vote, for the sweep, for every other door."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, update

from webapp.domain.decide import Decision
from webapp.domain.errors import AlreadyClosed, Busy, Stale
from webapp.services.apply import Deciding, Done, carry_out
from webapp.services.judge import Known, judge, known_in, known_of
from webapp.storage import Storage
from webapp.storage.models import Change
from webapp.storage.prepared import prepared
from webapp.storage.unit_of_work import Row, UnitOfWork

LOG = logging.getLogger(__name__)

DUE = prepared(
    select(Change.id)
    .where(Change.state == "open", Change.settle_at <= bindparam("now"))
    .order_by(Change.settle_at, Change.id)
    .limit(500)
)


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What became of a change by a command."""

    change_id: str
    suggestion_id: str
    state: str
    decision: Decision


def lock_open(uow: UnitOfWork, change_id: str) -> tuple[dict[str, Row], Row]:
    """The records of a change and the change, locked; AlreadyClosed, with the end it came to, where it is not open."""
    records, change = uow.lock_change_and_records(change_id)
    if change.state != "open":
        raise AlreadyClosed(state=change.state, suggestion=change.suggestion_id)
    return records, change


def lock_seen(uow: UnitOfWork, change_id: str, seen: int) -> tuple[dict[str, Row], Row]:
    """As `lock_open`; Stale where the change has got new content since it was seen."""
    records, change = lock_open(uow, change_id)
    if seen != change.content_version:
        raise Stale(seen=seen, present=change.content_version)
    return records, change


def settle(uow: UnitOfWork, change: Row, records: dict[str, Row], known: Known | None = None) -> Outcomes:
    """Judge a locked change and do what comes out. Called by every door: vote, sweep, moderator, amend.

    What has come to an end already is left as it is.
    """
    known = known or known_of(uow, change)
    decision, tally = judge(uow, change, records.values(), known=known)
    done = Done(decision, change.state)
    if change.state == "open":
        done = carry_out(uow, change, records, Deciding(decision, tally, known.authors))
    return Outcomes(change.id, change.suggestion_id, done.state, done.decision)


def settle_due(storage: Storage, now: datetime) -> int:
    """Judge every change whose time has come, item by item; gives how many were judged.

    One that fails stays for the next sweep, an hour later for each attempt, and never stalls the rest.
    """
    with storage.read() as connection:
        due = [row.id for row in connection.execute(DUE, {"now": now})]
    for place, change_id in enumerate(due):
        try:
            _settle_one(storage, change_id, now)
        except Busy:
            LOG.warning("busy: %d changes wait for the next sweep", len(due) - place)
            return place
    return len(due)


def _settle_one(storage: Storage, change_id: str, now: datetime) -> None:
    try:
        storage.transact(lambda uow: _look(uow, change_id), now)
    except Busy:
        raise
    except Exception:  # whatever is wrong with one change, the others have their turn
        LOG.exception("change %s could not be judged", change_id)
        storage.transact(lambda uow: _put_off(uow, change_id), now)


def _look(uow: UnitOfWork, change_id: str) -> None:
    records, change = uow.lock_change_and_records(change_id)
    settle(uow, change, records, known_in(change))


def _put_off(uow: UnitOfWork, change_id: str) -> None:
    change = uow.lock_changes([change_id])[change_id]
    if change.state != "open":
        return
    later = uow.now + timedelta(hours=1 + change.settle_attempts)
    uow.run(
        update(Change).where(Change.id == change_id).values(settle_at=later, settle_attempts=change.settle_attempts + 1)
    )
