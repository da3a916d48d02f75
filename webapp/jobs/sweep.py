"""What is tidied by the clock, hourly: expired limits, links, guests' parked words, visitors' lists and sessions,
roll backs that nobody applied, what was known of links that nobody proposes any more, and what nobody found more than
a year ago.

The directory's words are counted hourly, too; standing is looked at once a day, and how reviewing goes is counted.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Delete, bindparam, delete, exists, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from webapp.domain.hours import LONDON
from webapp.domain.links import STALE
from webapp.services import insights, standing, unfound, vocabulary
from webapp.storage import Storage
from webapp.storage.models import (
    Incident,
    IncidentRecord,
    LinkCheck,
    MailToken,
    ParkedSuggestion,
    PersonSession,
    RateCount,
    ServiceList,
    ServiceListEntry,
    SiteProperty,
)
from webapp.storage.unit_of_work import UnitOfWork

JUDGED = "worker_judged_on"  # the site property that keeps the last day
SWEPT = "worker_swept_at"  # the site property that keeps the last hour
LEFT = ""  # what a turn's property says when nobody has it
AT_ONCE = 500  # rows that one transaction deletes at most
KEPT = timedelta(days=30)
"""How long ended sessions and mail links are kept, for who asks what happened to their account."""

VALUE = select(SiteProperty.value).where(SiteProperty.name == bindparam("property"))
MOVE = (
    update(SiteProperty)
    .where(SiteProperty.name == bindparam("property"), SiteProperty.value == bindparam("before"))
    .values(value=bindparam("after"))
)
OLD_COUNTS = select(RateCount.key).where(RateCount.expires_at <= bindparam("before")).limit(AT_ONCE)
OLD_TOKENS = select(MailToken.token_hash).where(MailToken.expires_at <= bindparam("before")).limit(AT_ONCE)
OLD_PARKED = (
    select(ParkedSuggestion.token_hash).where(ParkedSuggestion.expires_at <= bindparam("before")).limit(AT_ONCE)
)
OLD_SESSIONS = (
    select(PersonSession.token_hash)
    .where(or_(PersonSession.expires_at <= bindparam("before"), PersonSession.revoked_at <= bindparam("before")))
    .limit(AT_ONCE)
)
# What stands on an expired list goes first; a list goes when nothing stands on it any more.
OLD_ENTRIES = (
    select(ServiceListEntry.list_id)
    .join(ServiceList, ServiceList.id == ServiceListEntry.list_id)
    .where(ServiceList.expires_at <= bindparam("before"))
    .limit(AT_ONCE)
)
OLD_LISTS = (
    select(ServiceList.id)
    .where(
        ServiceList.expires_at <= bindparam("before"), ~exists().where(ServiceListEntry.list_id == ServiceList.id)
    )
    .limit(AT_ONCE)
)
# So do the records of a roll back that was previewed and never applied.
OLD_DRAFT_ROWS = (
    select(IncidentRecord.incident_id)
    .join(Incident, Incident.id == IncidentRecord.incident_id)
    .where(Incident.operation_id.is_(None), Incident.drawn_at <= bindparam("before"))
    .limit(1)
)
OLD_DRAFTS = (
    select(Incident.id)
    .where(
        Incident.operation_id.is_(None),
        Incident.drawn_at <= bindparam("before"),
        ~exists().where(IncidentRecord.incident_id == Incident.id),
    )
    .limit(AT_ONCE)
)
# What is still proposed was looked at within a week.
OLD_CHECKS = select(LinkCheck.key).where(LinkCheck.checked_at <= bindparam("before")).limit(AT_ONCE)
CHECKS_KEPT = 2 * STALE
DRAFTS_KEPT = timedelta(days=7)
EXPIRED = (
    (delete(IncidentRecord).where(IncidentRecord.incident_id.in_(OLD_DRAFT_ROWS)), DRAFTS_KEPT),
    (delete(Incident).where(Incident.id.in_(OLD_DRAFTS)), DRAFTS_KEPT),
    (delete(RateCount).where(RateCount.key.in_(OLD_COUNTS)), timedelta(0)),
    (delete(ParkedSuggestion).where(ParkedSuggestion.token_hash.in_(OLD_PARKED)), timedelta(0)),
    (delete(ServiceListEntry).where(ServiceListEntry.list_id.in_(OLD_ENTRIES)), timedelta(0)),
    (delete(ServiceList).where(ServiceList.id.in_(OLD_LISTS)), timedelta(0)),
    (delete(LinkCheck).where(LinkCheck.key.in_(OLD_CHECKS)), CHECKS_KEPT),
    (delete(MailToken).where(MailToken.token_hash.in_(OLD_TOKENS)), KEPT),
    (delete(PersonSession).where(PersonSession.token_hash.in_(OLD_SESSIONS)), KEPT),
)


def sweep(storage: Storage, now: datetime) -> int:
    """What is due today and this hour; gives how many of the two it did. Several workers share the turns."""
    day, hour = f"{now.astimezone(LONDON):%Y-%m-%d}", f"{now:%Y-%m-%dT%H}"
    return _in_turn(storage, JUDGED, day, judge, now) + _in_turn(
        storage, SWEPT, hour, tidy, now
    )


def judge(storage: Storage, now: datetime) -> None:
    """What is due each day. Raises Busy."""
    standing.judge_everybody(storage, now)
    insights.count(storage, now)


def _in_turn(
    storage: Storage, name: str, present: str, work: Callable[[Storage, datetime], object], now: datetime
) -> int:
    """Do `work` unless it was done in the present period; a worker that fails gives its turn back."""
    last = present_turn(storage, name)
    if last == present or not got_turn(storage, name, last, present, now):
        return 0
    try:
        work(storage, now)
    except Exception:
        storage.transact(lambda uow: _take_turn(uow, name, present, last or LEFT), now)
        raise
    return 1


def present_turn(storage: Storage, name: str) -> str | None:
    """What a turn's property says now; None where there was never one."""
    with storage.read() as connection:
        said: str | None = connection.execute(VALUE, {"property": name}).scalar()
    return said


def got_turn(storage: Storage, name: str, before: str | None, after: str, now: datetime) -> bool:
    """Move a turn's property on from what was read; gives whether no other worker was quicker."""
    try:
        return storage.transact(lambda uow: _take_turn(uow, name, before, after), now)
    except IntegrityError:  # both were the first ever, and the other was quicker
        return False


def _take_turn(uow: UnitOfWork, name: str, before: str | None, after: str) -> bool:
    """Whether the property could be moved; another worker may have been first."""
    if before is None and uow.value(VALUE, {"property": name}) is None:
        uow.run(insert(SiteProperty), {"name": name, "value": after})
        return True
    return bool(uow.run(MOVE, {"property": name, "before": before, "after": after}).rowcount)


def tidy(storage: Storage, now: datetime) -> None:
    """What is due each hour. Raises Busy."""
    delete_expired(storage, now)
    unfound.drop_old(storage, now)
    vocabulary.refresh(storage, now)


def delete_expired(storage: Storage, now: datetime) -> int:
    """Delete what has run out, a few hundred rows a transaction; gives how many rows went."""
    return sum(_delete_all(storage, statement, now - kept, now) for statement, kept in EXPIRED)


def _delete_all(storage: Storage, statement: Delete, before: datetime, now: datetime) -> int:
    total = 0
    while gone := int(storage.transact(lambda uow: uow.run(statement, {"before": before}).rowcount, now)):
        total += gone
        if gone < AT_ONCE:
            break
    return total
