"""Where people belong and what they look after: each declares the first, and moderators grant the second.

Law: a term that ended stays as a dated row, since votes were cast under it. Nothing else writes these rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select, update

from webapp.domain.errors import AlreadyClosed, NotEligible, NotFound
from webapp.domain.kinds import GONE_STATUSES
from webapp.domain.permissions import Subject
from webapp.services import people
from webapp.services.moderation_log import log
from webapp.services.required import required_text
from webapp.storage import Storage
from webapp.storage.models import Affiliation, Stewardship, StewardshipClaim
from webapp.storage.prepared import prepared
from webapp.storage.unit_of_work import Row, UnitOfWork, new_id

MOST_WORDS = 500  # characters, of a claim and of its answer
MOST_CLAIMS = 5  # of one person, waiting at once: moderators read each of them
AFFILIATION = prepared(select(Affiliation).where(Affiliation.id == bindparam("id")))
PRESENT_TIE = prepared(
    select(Affiliation.id).where(
        Affiliation.person_id == bindparam("person"),
        Affiliation.organization_id == bindparam("organization"),
        Affiliation.ended_at.is_(None),
    )
)
STEWARDSHIP = prepared(select(Stewardship).where(Stewardship.id == bindparam("id")))
PRESENT_STEWARD = prepared(
    select(Stewardship.id).where(
        Stewardship.person_id == bindparam("person"),
        Stewardship.record_id == bindparam("record"),
        Stewardship.ended_at.is_(None),
    )
)
CLAIM = prepared(select(StewardshipClaim).where(StewardshipClaim.id == bindparam("id")))
WAITING = prepared(
    select(StewardshipClaim.record_id).where(
        StewardshipClaim.person_id == bindparam("person"), StewardshipClaim.state == "open"
    )
)


# -- ties to organisations --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DeclareAffiliation:
    """A person says that they belong to an organisation: they work, volunteer or decide there."""

    person_id: str
    organization_id: str


def declare_affiliation(storage: Storage, command: DeclareAffiliation, now: datetime) -> str:
    """Begin a term; gives its id. From now on the person's votes on what the organisation runs are not counted.

    Raises NotAllowed, NotFound (no such record), NotEligible (no organisation, gone, declared already).
    """

    def work(uow: UnitOfWork) -> str:
        record = uow.lock_records([command.organization_id])[command.organization_id]
        person = uow.lock_person(command.person_id)
        actor = people.actor_of(person, uow.now)
        people.require(actor, "declare_affiliation", Subject(person_id=person.id))
        if record.kind != "organization":
            raise NotEligible("not_an_organization")
        _require_kept(record)
        if uow.one(PRESENT_TIE, {"person": person.id, "organization": record.id}):
            raise NotEligible("declared_already")
        id_ = new_id()
        uow.add(
            Affiliation, id=id_, person_id=person.id, organization_id=record.id, since=uow.now, ended_at=None
        )
        return id_

    return storage.transact(work, now)


def _require_kept(record: Row) -> None:
    if record.status in GONE_STATUSES:
        raise NotEligible("record_gone")


@dataclass(frozen=True, slots=True)
class EndAffiliation:
    """A person says that they belong to an organisation no longer."""

    affiliation_id: str
    actor_id: str


def end_affiliation(storage: Storage, command: EndAffiliation, now: datetime) -> bool:
    """End a term; gives whether it had not ended. The row stays, and so do the votes cast under it, uncounted.

    Raises NotAllowed, NotFound.
    """

    def work(uow: UnitOfWork) -> bool:
        actor = people.actor_of(uow.lock_person(command.actor_id), uow.now)
        tie = uow.one(AFFILIATION, {"id": command.affiliation_id})
        if tie is None:
            raise NotFound(what="affiliation")
        people.require(actor, "end_affiliation", Subject(person_id=tie.person_id))
        ended = uow.run(
            update(Affiliation)
            .where(Affiliation.id == tie.id, Affiliation.ended_at.is_(None))
            .values(ended_at=uow.now)
        )
        return bool(ended.rowcount)

    return storage.transact(work, now)


# -- looking after records --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ClaimRecord:
    """A person says that they look after a record, and how; `is_official`: in the name of who runs it."""

    record_id: str
    person_id: str
    words: str
    is_official: bool = False


def claim_record(storage: Storage, command: ClaimRecord, now: datetime) -> str:
    """Ask moderators for a stewardship; gives the claim's id. Until one grants it, nothing follows from it.

    Raises Refused (no words, too many), NotAllowed, NotFound, NotEligible (gone, granted or claimed already, five
    claims waiting).
    """
    words = required_text("words", command.words, MOST_WORDS)

    def work(uow: UnitOfWork) -> str:
        record = uow.lock_records([command.record_id])[command.record_id]
        person = uow.lock_person(command.person_id)
        people.require(people.actor_of(person, uow.now), "claim_record")
        _require_kept(record)
        _require_new(uow, record.id, person.id)
        id_ = new_id()
        uow.add(
            StewardshipClaim,
            id=id_,
            person_id=person.id,
            record_id=record.id,
            is_official=int(command.is_official),
            words=words,
            state="open",
            created_at=uow.now,
            judged_at=None,
            judged_by=None,
            answer="",
        )
        return id_

    return storage.transact(work, now)


def _require_new(uow: UnitOfWork, record_id: str, person_id: str) -> None:
    if uow.one(PRESENT_STEWARD, {"person": person_id, "record": record_id}):
        raise NotEligible("steward_already")
    waiting = [row.record_id for row in uow.all(WAITING, {"person": person_id})]
    if record_id in waiting:
        raise NotEligible("claimed_already")
    if len(waiting) >= MOST_CLAIMS:
        raise NotEligible("claims_waiting", limit=MOST_CLAIMS)


@dataclass(frozen=True, slots=True)
class GrantStewardship:
    """A moderator's answer to a claim; `is_official` gives the steward a say in votes on the record."""

    claim_id: str
    actor_id: str
    is_granted: bool
    note: str
    is_official: bool = False


def grant_stewardship(storage: Storage, command: GrantStewardship, now: datetime) -> str | None:
    """Grant or refuse a claim, with a note for the log, and tell the claimant; gives the stewardship's id, if any.

    Raises Refused (no note), NotAllowed (an own claim, too), NotFound, AlreadyClosed, NotEligible (the record is
    gone, the claimant may not take part any more, or looks after it already: such claims can only be refused).
    """
    note = required_text("note", command.note, MOST_WORDS)

    def work(uow: UnitOfWork) -> str | None:
        claim = uow.one(CLAIM, {"id": command.claim_id})
        if claim is None:
            raise NotFound(what="claim")
        record = uow.lock_records([claim.record_id])[claim.record_id]
        person = uow.lock_people({claim.person_id, command.actor_id})[claim.person_id]
        actor = people.load_actor(uow, command.actor_id)
        people.require(actor, "grant_stewardship", Subject(person_id=claim.person_id))
        _close_claim(uow, claim.id, command, note)
        if not command.is_granted:
            log(uow, command.actor_id, "refuse_stewardship", note, record_id=record.id, person_id=person.id)
            tell(uow, person.id, "claim_refused", record.id, claim.id)
            return None
        _require_kept(record)
        id_ = _begin(uow, record, person, is_official=command.is_official)
        log(uow, command.actor_id, "grant_stewardship", note, record_id=record.id, person_id=person.id)
        tell(uow, person.id, "claim_granted", record.id, claim.id)
        return id_

    return storage.transact(work, now)


def _close_claim(uow: UnitOfWork, claim_id: str, command: GrantStewardship, note: str) -> None:
    """Read again under the claimant's lock, which everybody who judges the claim has to hold."""
    claim = uow.one(CLAIM, {"id": claim_id})
    if claim is None or claim.state != "open":
        raise AlreadyClosed
    state = "granted" if command.is_granted else "refused"
    uow.run(
        update(StewardshipClaim)
        .where(StewardshipClaim.id == claim_id)
        .values(state=state, judged_at=uow.now, judged_by=command.actor_id, answer=note)
    )


def _begin(uow: UnitOfWork, record: Row, person: Row, *, is_official: bool) -> str:
    if person.state != "active":
        raise NotEligible("person_gone")
    if uow.one(PRESENT_STEWARD, {"person": person.id, "record": record.id}):
        raise NotEligible("steward_already")
    id_ = new_id()
    uow.add(
        Stewardship,
        id=id_,
        person_id=person.id,
        record_id=record.id,
        is_official=int(is_official),
        since=uow.now,
        ended_at=None,
    )
    return id_


def tell(uow: UnitOfWork, person_id: str, what: str, record_id: str, of: str) -> None:
    """Promise a letter about somebody's stewardship; `of` is the claim or the term that it tells of."""
    uow.outbox("notice", f"{what}:{of}", {"what": what, "record": record_id}, person_id)


@dataclass(frozen=True, slots=True)
class EndStewardship:
    """A steward gives a record up, or a moderator takes it from them, with a note."""

    stewardship_id: str
    actor_id: str
    note: str = ""


def end_stewardship(storage: Storage, command: EndStewardship, now: datetime) -> bool:
    """End a term; gives whether it had not ended. A moderator's act is logged, and the steward is told.

    Raises Refused (a moderator without a note), NotAllowed, NotFound.
    """

    def work(uow: UnitOfWork) -> bool:
        term = uow.one(STEWARDSHIP, {"id": command.stewardship_id})
        if term is None:
            raise NotFound(what="stewardship")
        uow.lock_person(term.person_id)
        is_own = term.person_id == command.actor_id
        action = "resign_stewardship" if is_own else "grant_stewardship"
        people.require(people.load_actor(uow, command.actor_id), action, Subject(person_id=term.person_id))
        note = "" if is_own else required_text("note", command.note, MOST_WORDS)
        ended = uow.run(
            update(Stewardship)
            .where(Stewardship.id == term.id, Stewardship.ended_at.is_(None))
            .values(ended_at=uow.now)
        )
        if ended.rowcount and not is_own:
            log(uow, command.actor_id, "end_stewardship", note, record_id=term.record_id, person_id=term.person_id)
            tell(uow, term.person_id, "stewardship_ended", term.record_id, term.id)
        return bool(ended.rowcount)

    return storage.transact(work, now)
