"""What loading the demo community does that no person's command does; everything else it asks of other services.

Its law: a demo is `loading` until its last act, so that a half-loaded one is never taken for whole.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, select, update

from webapp.domain.canonical import dump
from webapp.domain.errors import WellkeptError
from webapp.domain.kinds import KINDS
from webapp.domain.roles import Role
from webapp.services.account import HANDLE_TAKEN, add_person
from webapp.services.passwords import CHEAP_HASHER
from webapp.services.revise import Writing, create_record, start_operation
from webapp.services.suggest import NewRecord, keep_html, rendered_texts
from webapp.storage import Storage
from webapp.storage.models import Affiliation, Mode, Outbox, Person, SiteProperty, Stewardship
from webapp.storage.queries import demo as queries
from webapp.storage.unit_of_work import UnitOfWork, new_id

KEEP_NOTICES = timedelta(days=2)
ACTIVE = 12  # reviewers that the demo's first row of the mode tells of
SET_PROPERTY = update(SiteProperty).where(SiteProperty.name == bindparam("of")).values(value=bindparam("to"))
SET_SEEN = update(Person).where(Person.id == bindparam("person")).values(seen_at=bindparam("at"))
MODES = select(func.count()).select_from(Mode)


class NotEmpty(WellkeptError):
    """The demo can't be loaded here. Codes: not_empty (values `records`, `people`), demo_half_loaded, demo_there."""

    code = "not_empty"


@dataclass(frozen=True, slots=True)
class Member:
    """One person of the demo community."""

    handle: str
    name: str
    email: str
    role: str
    about: str
    joined_at: datetime


@dataclass(frozen=True, slots=True)
class Tie:
    """A person who belongs to an organisation, or who looks after a record."""

    person_id: str
    record_id: str
    is_steward: bool
    since: datetime


def begin_demo(storage: Storage, now: datetime, full_since: datetime, *, force: bool = False) -> None:
    """Mark the database as loading a demo, under the full rules from `full_since` on.

    Raises NotEmpty where there are records or people; `force` adds to them, yet never a demo to a demo.
    """

    def work(uow: UnitOfWork) -> None:
        state = queries.state(uow.connection)
        if state in ("half", "whole"):
            raise NotEmpty("demo_half_loaded" if state == "half" else "demo_there")
        if state == "occupied" and not force:
            records, people = queries.holdings(uow.connection)
            raise NotEmpty(records=records, people=people)
        uow.add(SiteProperty, name="demo", value=queries.LOADING)
        since = now if uow.value(MODES) else full_since  # the newest row is in force
        uow.add(Mode, id=new_id(), mode="full", active_reviewers=ACTIVE, since=since)

    storage.transact(work, now)


def add_member(storage: Storage, member: Member) -> str:
    """Make a confirmed account whose password nobody knows; gives the person's id."""
    password_hash = CHEAP_HASHER.hash(secrets.token_urlsafe(32))  # before the transaction

    def work(uow: UnitOfWork) -> str:
        taken = uow.value(HANDLE_TAKEN, {"handle": member.handle}) is not None
        handle = "" if taken else member.handle
        id_ = add_person(uow, member.email, member.name, password_hash, Role(member.role), handle, confirmed=True)
        uow.run(update(Person).where(Person.id == id_).values(about=member.about))
        return id_

    return storage.transact(work, member.joined_at)


def add_records(storage: Storage, records: Sequence[NewRecord], now: datetime) -> None:
    """Write the community's first records in one operation, linked-to ones first."""
    by_kind = defaultdict(list)
    for record in records:
        by_kind[record.kind].append(record.document)
    html: dict[str, str] = {}
    for kind, documents in by_kind.items():
        html |= rendered_texts(KINDS[kind], documents)

    def work(uow: UnitOfWork) -> None:
        keep_html(uow, html)
        operation = start_operation(uow, "demo", None, "The demo community", total=len(records))
        for record in records:
            why = Writing(operation, "demo", None, "Added")
            create_record(uow, record.id, KINDS[record.kind], dict(record.document), why)

    storage.transact(work, now)


def add_ties(storage: Storage, ties: Iterable[Tie], now: datetime) -> None:
    """Declare who belongs where and who looks after what."""

    def work(uow: UnitOfWork) -> None:
        for tie in ties:
            shared = {"id": new_id(), "person_id": tie.person_id, "since": tie.since, "ended_at": None}
            if tie.is_steward:
                uow.add(Stewardship, record_id=tie.record_id, is_official=1, **shared)
            else:
                uow.add(Affiliation, organization_id=tie.record_id, **shared)

    storage.transact(work, now)


def end_demo(storage: Storage, seen: dict[str, datetime], sign_ins: Sequence[str], now: datetime) -> None:
    """Call the demo whole. Old notices are done with: the first worker does not send a year's mail.

    `seen`: when each person id was last there; `sign_ins`: ids of the people offered for one-click sign-in.
    """

    def work(uow: UnitOfWork) -> None:
        uow.run(
            update(Outbox)
            .where(Outbox.created_at < now - KEEP_NOTICES, Outbox.done_at.is_(None))
            .values(done_at=Outbox.created_at)
        )
        for person_id, at in sorted(seen.items()):
            uow.run(SET_SEEN, {"person": person_id, "at": at})
        uow.add(SiteProperty, name="demo_sign_ins", value=dump(list(sign_ins)))
        uow.add(SiteProperty, name="demo_done", value=now.isoformat())
        uow.run(SET_PROPERTY, {"of": "demo", "to": queries.DEMO})

    storage.transact(work, now)
