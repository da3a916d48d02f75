"""What moderators do about people: pause, ban, lift, grant; and what follows for their votes and changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import bindparam, case, func, literal, select, update

from webapp.domain.errors import NotEligible, NotFound, Problem, Refused
from webapp.domain.permissions import Subject
from webapp.domain.roles import Role, at_least
from webapp.services import people, recount
from webapp.services.judge import known_in, newest_policy
from webapp.services.moderation_log import log
from webapp.services.settle import settle
from webapp.services.standing import pause, set_role
from webapp.storage import Storage
from webapp.storage.models import (
    Change,
    ChangeAuthor,
    Person,
    PersonSession,
    Sanction,
    SpamFlag,
    Vote,
)
from webapp.storage.unit_of_work import Moved, Row, UnitOfWork, new_id

LONGEST_PAUSE = 366  # days
WHILE_WAITING = 50  # changes that are judged again before the answer
LIFTED = ("ban", "pause")
GRANTED = frozenset(Role) - {Role.NOBODY, Role.GUEST}
VOTED_OPEN = (
    select(Change.id)
    .join(Vote, Vote.change_id == Change.id)
    .where(Vote.person_id == bindparam("person"), Vote.is_live == 1, Change.state == "open")
    .distinct()
)
FLAGGED = (
    select(SpamFlag.change_id)
    .where(SpamFlag.judged.is_(None))
    .group_by(SpamFlag.change_id)
    .having(func.count() >= bindparam("flags"))
)
OWN_OPEN = (
    select(Change.id)
    .join(ChangeAuthor, ChangeAuthor.change_id == Change.id)
    .where(ChangeAuthor.person_id == bindparam("person"), ChangeAuthor.role == "author", Change.state == "open")
)


@dataclass(frozen=True, slots=True)
class PausePerson:
    """Stop a person's new acts for some days."""

    person_id: str
    actor_id: str
    days: int
    note: str


def pause_person(storage: Storage, command: PausePerson, now: datetime) -> None:
    """Pause; what the person has under way goes on. Refused unless it is for 1 to 366 days: a pause ends.

    NotEligible for somebody who is banned, or paused for as long already.
    """
    if not 1 <= command.days <= LONGEST_PAUSE:
        raise Refused([Problem("days", "out_of_bounds", {"low": 1, "high": LONGEST_PAUSE})])

    def work(uow: UnitOfWork) -> None:
        person = _sanctioned(uow, command.person_id, command.actor_id, "pause_person")
        until = uow.now + timedelta(days=command.days)
        if person.state == "banned":
            raise NotEligible("banned_already")
        if person.paused_until and person.paused_until >= until:
            raise NotEligible("paused_already")
        pause(uow, person.id, until, command.actor_id, command.note)
        log(uow, command.actor_id, "pause_person", command.note, person_id=person.id)

    storage.transact(work, now)


def _sanctioned(uow: UnitOfWork, person_id: str, actor_id: str, action: str) -> Row:
    person = uow.lock_person(person_id)
    subject = Subject(person_id=person.id, person_role=Role(person.role))
    people.require(people.load_actor(uow, actor_id), action, subject)
    return person


@dataclass(frozen=True, slots=True)
class BanPerson:
    """Ban, or lift a ban."""

    person_id: str
    actor_id: str
    note: str


@dataclass(frozen=True, slots=True)
class Banned:
    """What a ban touched."""

    rejudged: tuple[str, ...]  # open changes judged again
    doubtful: tuple[str, ...]  # applied changes that would now miss the threshold


def ban_person(storage: Storage, command: BanPerson, now: datetime) -> Banned:
    """Ban: votes are voided, open changes hidden, and what the person voted on is judged again, one by one.

    What would newly apply is escalated instead. Applied changes that would now miss the threshold are listed.
    NotEligible for somebody who is banned already. Source: `RULES.md`, "People".
    """

    def mark(uow: UnitOfWork) -> Banned:
        touched = _mark_changes(uow, command.person_id, is_ban=True)
        person = _sanctioned(uow, command.person_id, command.actor_id, "ban_person")
        if person.state == "banned":
            raise NotEligible("banned_already")
        _void_votes(uow, person.id, touched, 1)
        _sanction(uow, person.id, command)
        uow.run(update(Person).where(Person.id == person.id).values(state="banned"))
        uow.run(
            update(PersonSession)
            .where(PersonSession.person_id == person.id, PersonSession.revoked_at.is_(None))
            .values(revoked_at=uow.now)
        )
        log(uow, command.actor_id, "ban_person", command.note, person_id=person.id)
        return touched

    touched = storage.transact(mark, now)
    _settle_all(storage, touched.rejudged, now)
    return Banned(touched.rejudged, doubtful_changes(storage, command.person_id, now))


def doubtful_changes(storage: Storage, person_id: str, now: datetime) -> tuple[str, ...]:
    """The moderators' list, whole: applied changes that a person voted on and that would miss the threshold by now."""
    with storage.read() as connection:
        return tuple(sorted(recount.all_doubtful(connection, person_id, now)))


def _sanction(uow: UnitOfWork, person_id: str, command: BanPerson) -> None:
    uow.add(
        Sanction,
        id=new_id(),
        person_id=person_id,
        type="ban",
        reason=command.note,
        actor_id=command.actor_id,
        since=uow.now,
        until=None,
        lifted_at=None,
        lifted_by=None,
    )


def _mark_changes(uow: UnitOfWork, person_id: str, *, is_ban: bool) -> Banned:
    """Mark the open changes that the person voted on as to be judged again, and hide or show their own.

    All in one statement each, before the person is locked; the sweep finds them even if nobody comes back to them.
    Only a reject that is voided, or an approval that is given back, helps a change to apply: that alone is noted, so
    that it is escalated instead.
    """
    voted = uow.all(VOTED_OPEN, {"person": person_id})
    helped = Change.id.in_(VOTED_OPEN.where(Vote.choice == ("reject" if is_ban else "approve")))
    noted = case((helped, literal(uow.now, Change.rejudged_at.type)), else_=Change.rejudged_at)
    uow.run(
        update(Change)
        .where(Change.id.in_(VOTED_OPEN), Change.state == "open")
        .values(rejudged_at=noted, settle_at=uow.now),
        {"person": person_id},
    )
    own = update(Change).where(Change.id.in_(OWN_OPEN), Change.state == "open")
    own = own.where(Change.hidden_at.is_(None) if is_ban else ~Change.id.in_(FLAGGED))
    who = {"person": person_id} if is_ban else {"person": person_id, "flags": newest_policy(uow).spam.flags_to_hide}
    uow.run(own.values(hidden_at=uow.now if is_ban else None, settle_at=uow.now), who)
    mine = uow.all(OWN_OPEN, {"person": person_id})
    return Banned(tuple(sorted({row.id for row in (*voted, *mine)})), ())


def _void_votes(uow: UnitOfWork, person_id: str, touched: Banned, voided: int) -> None:
    """Void or give back every vote of a locked person; what they voted on meanwhile has the marking done again."""
    if {row.id for row in uow.all(VOTED_OPEN, {"person": person_id})} - set(touched.rejudged):
        raise Moved
    uow.run(update(Vote).where(Vote.person_id == person_id).values(is_voided=voided))


def _settle_all(storage: Storage, change_ids: Sequence[str], now: datetime) -> None:
    """Judge some of them while whoever asked waits; the others have their turn in the next sweep."""
    for change_id in change_ids[:WHILE_WAITING]:
        storage.transact(partial(_settle_again, change_id=change_id), now)


def _settle_again(uow: UnitOfWork, change_id: str) -> None:
    records, change = uow.lock_change_and_records(change_id)
    settle(uow, change, records, known_in(change))


def lift_ban(storage: Storage, command: BanPerson, now: datetime) -> Banned:
    """Lift a ban or a pause: votes are given back, hidden changes shown, everything judged again.

    A right to flag that was lost stays lost until its time. NotEligible where there is nothing to lift.
    """

    def mark(uow: UnitOfWork) -> Banned:
        row = uow.one(people.PERSON, {"id": command.person_id})
        was_banned = row is not None and row.state == "banned"
        touched = _mark_changes(uow, command.person_id, is_ban=False) if was_banned else Banned((), ())
        person = _sanctioned(uow, command.person_id, command.actor_id, "lift_sanction")
        if not was_banned and (person.paused_until is None or person.paused_until <= uow.now):
            raise NotEligible("nothing_to_lift")
        if was_banned:
            _void_votes(uow, person.id, touched, 0)
        uow.run(
            update(Sanction)
            .where(Sanction.person_id == person.id, Sanction.type.in_(LIFTED), Sanction.lifted_at.is_(None))
            .values(lifted_at=uow.now, lifted_by=command.actor_id)
        )
        uow.run(update(Person).where(Person.id == person.id).values(state="active", paused_until=None))
        log(uow, command.actor_id, "lift_sanction", command.note, person_id=person.id)
        return touched

    touched = storage.transact(mark, now)
    _settle_all(storage, touched.rejudged, now)
    return touched


@dataclass(frozen=True, slots=True)
class GrantRole:
    """Give a person a role, or take it back to volunteer."""

    person_id: str
    actor_id: str | None  # None: the command line
    role: str
    note: str
    only_up: bool = False  # whoever has it, or a higher one, keeps what they have


def grant_role(storage: Storage, command: GrantRole, now: datetime) -> bool:
    """Grant a role by name; the permission table says who may grant which. Gives whether anything moved.

    NotEligible for what is no role to grant, and for somebody who is banned; NotFound for who was erased.
    """
    if command.role not in GRANTED:
        raise NotEligible("unknown_code")

    def work(uow: UnitOfWork) -> bool:
        person = uow.lock_person(command.person_id)
        if person.state == "erased":
            raise NotFound(what="person")
        if person.state == "banned":
            raise NotEligible("banned_already")
        if command.only_up and at_least(person.role, Role(command.role)):
            return False
        if command.actor_id is not None:
            _check_grant(uow, person, command)
            log(uow, command.actor_id, "grant_role", command.note, person_id=person.id)
        set_role(uow, person.id, command.role, command.actor_id, command.note)
        return True

    return storage.transact(work, now)


def _check_grant(uow: UnitOfWork, person: Row, command: GrantRole) -> None:
    subject = Subject(person_id=person.id, person_role=Role(person.role))
    people.require(people.load_actor(uow, command.actor_id), grant_action(command.role, person.role), subject)


def grant_action(role: str, present: str) -> str:
    """What the permission table calls it to give this role to somebody who has that one: by the higher of the two."""
    highest = max((role, present), key=lambda one: list(Role).index(Role(one)))
    return f"grant_{highest}" if at_least(highest, Role.REVIEWER) else "grant_reviewer"
