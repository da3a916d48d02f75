"""An open change gets new content: its author amends, a reviewer improves it; either fits it to its record anew."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update

from webapp.domain.canonical import dump
from webapp.domain.diff import Edits, by_group, diff_units, edits_to_json, risk_of, set_units
from webapp.domain.document import from_units, to_units
from webapp.domain.errors import CapReached, NotEligible
from webapp.domain.kinds import KINDS
from webapp.domain.lifecycle import Act
from webapp.domain.merge import choose, fit
from webapp.domain.permissions import Subject
from webapp.services import people
from webapp.services.apply import Clashed, check_whole
from webapp.services.ending import close_change, payload_edits, tell
from webapp.services.judge import author_in, authors_in, newest_policy, protection_of, roles_in
from webapp.services.revise import read_document
from webapp.services.settle import Outcomes, lock_seen, settle
from webapp.services.suggest import Nothing, checked, keep_html, refuse_alike, rendered_texts, with_lifecycle_of
from webapp.services.tagging import tag
from webapp.storage import Storage
from webapp.storage.models import Change, ChangeAuthor, ChangeVersion, Vote
from webapp.storage.unit_of_work import Row, UnitOfWork

DROP_VOTES = (
    update(Vote)
    .where(Vote.change_id == bindparam("change"), Vote.is_live == 1)
    .values(is_live=0, ended_at=bindparam("at"))
)
VOTERS = select(Vote.person_id).where(Vote.change_id == bindparam("change"), Vote.is_live == 1)
JOIN = (
    update(ChangeAuthor)
    .where(ChangeAuthor.change_id == bindparam("change"), ChangeAuthor.person_id == bindparam("person"))
    .values(role="coauthor")
)
# What no longer holds of a renewed change is cleared. Escalated stays: moderators who were asked still look. Hidden
# stays: rewriting spam must not bring it back into the queue.
RENEW = (
    update(Change)
    .where(Change.id == bindparam("change"))
    .values(
        payload=bindparam("to_payload"),
        base_number=bindparam("to_base"),
        risk=bindparam("to_risk"),
        content_version=Change.content_version + 1,
        amendments=Change.amendments + bindparam("amends"),
        opened_at=bindparam("at"),
        contested_at=None,
        conflicted_at=None,
        paused_until=None,
        approvals=0,
        rejects=0,
    )
)


@dataclass(frozen=True, slots=True)
class AmendChange:
    """New values for an open edit: a whole document, of which only the change's own group is taken.

    `act` is amend (by the author), improve (by a reviewer) or rebase (by a reviewer: onto the record as it is now).
    New words of the author are an amendment, whatever they are called.
    """

    change_id: str
    person_id: str
    seen: int
    document: Mapping[str, Any]
    act: str = "amend"


def amend_change(storage: Storage, command: AmendChange, now: datetime) -> Outcomes:
    """Give an open change new content: the content version moves, its votes drop, its clocks start again.

    Raises AlreadyClosed, Stale, NotAllowed, CapReached (an author may amend five times), Refused, Nothing,
    and Alike when another open change says the very same.
    """
    if command.act not in ("amend", "improve", "rebase"):
        raise NotEligible("unknown_code")
    with storage.read() as connection:
        kind_name = connection.scalar(select(Change.kind).where(Change.id == command.change_id))
    kind = KINDS[kind_name or "service"]
    proposed = checked(kind, command.document)
    html = rendered_texts(kind, [proposed])

    def work(uow: UnitOfWork) -> Outcomes:
        records, change = lock_seen(uow, command.change_id, command.seen)
        if change.type != "edit":
            raise NotEligible("only_edits_amend")
        subject = _subject(uow, change, records)
        act = "amend" if command.person_id == subject.author_id else command.act
        people.require(people.load_actor(uow, command.person_id), f"{act}_change", subject)
        _check_amends(uow, change, act)
        record = records[change.record_id]
        document = read_document(uow, record)
        wished = with_lifecycle_of(document, proposed)
        edits = _of_group(change, to_units(kind, document), to_units(kind, wished))
        if not edits:
            raise Nothing
        keep_html(uow, html)
        renew(uow, change, record, edits, command.person_id, act)
        return settle(uow, uow.lock_changes([change.id])[change.id], records)

    return storage.transact(work, now)


def _of_group(change: Row, now: Mapping[str, Any], wished: Mapping[str, Any]) -> Edits:
    """What the new document wishes within the change's own group, against the record as it is now."""
    edits = diff_units(dict(now), dict(wished))
    return by_group(KINDS[change.kind], edits).get(change.group, ())


def renew(uow: UnitOfWork, change: Row, record: Row, edits: Edits, person_id: str, act: str) -> None:
    """Write new content to a locked open change and tell those whose votes drop."""
    kind = KINDS[change.kind]
    payload = dump({"edits": edits_to_json(edits), "author": _author(change)})
    _check_result(uow, kind.name, record, edits)
    refuse_alike(uow, change, payload)
    for row in uow.all(VOTERS, {"change": change.id}):
        uow.outbox(
            "notice",
            f"renewed:{change.id}:{change.content_version}:{row.person_id}",
            {"what": "renewed", "change": change.id, "suggestion": change.suggestion_id},
            row.person_id,
        )
    uow.run(DROP_VOTES, {"change": change.id, "at": uow.now})
    uow.run(
        RENEW,
        {
            "change": change.id,
            "to_payload": payload,
            "to_base": record.newest_number,
            "to_risk": risk_of(kind, edits).value,
            "amends": int(act == "amend"),
            "at": uow.now,
        },
    )
    uow.add(
        ChangeVersion,
        change_id=change.id,
        content_version=change.content_version + 1,
        base_number=record.newest_number,
        payload=payload,
        act=act,
        actor_id=person_id,
        created_at=uow.now,
    )
    _join_authors(uow, change.id, person_id)
    tag(uow, [change.id])  # it may be of another class now


def _join_authors(uow: UnitOfWork, change_id: str, person_id: str) -> None:
    """Whoever gives a change new content is its co-author from then on, a supporter too."""
    role = roles_in(uow, change_id).get(person_id)
    if role is None:
        uow.add(ChangeAuthor, change_id=change_id, person_id=person_id, role="coauthor", since=uow.now)
    elif role == "supporter":
        uow.run(JOIN, {"change": change_id, "person": person_id})


def _author(change: Row) -> str:
    return str(json.loads(change.payload)["author"])


def _check_result(uow: UnitOfWork, kind_name: str, record: Row, edits: Edits) -> None:
    units = to_units(KINDS[kind_name], read_document(uow, record))
    set_units(units, edits)
    try:
        check_whole(kind_name, from_units(KINDS[kind_name], units))
    except (KeyError, Clashed) as error:
        raise NotEligible("does_not_fit") from error


def _subject(uow: UnitOfWork, change: Row, records: Mapping[str, Row]) -> Subject:
    """What the permission table asks of a locked change."""
    roles = roles_in(uow, change.id)
    return Subject(
        author_ids=authors_in(roles),
        author_id=author_in(roles),
        state=change.state,
        protection=protection_of(records.values(), uow.now),
    )


def _check_amends(uow: UnitOfWork, change: Row, act: str) -> None:
    cap = newest_policy(uow).caps.amends
    if act == "amend" and change.amendments >= cap:
        raise CapReached("amends", limit=cap)


@dataclass(frozen=True, slots=True)
class RebaseChange:
    """Fit a change to its record as it is now; for each unit that clashes, `mine` says whose value to take."""

    change_id: str
    person_id: str
    seen: int
    mine: frozenset[str] = frozenset()  # units where the suggestion's value is wished, not the record's


def rebase_change(storage: Storage, command: RebaseChange, now: datetime) -> Outcomes:
    """Rebase: units that apply stay, units already true fall away, clashing ones go by the choice.

    When the record says all of it by now the change is superseded. When all that is left is given up it is withdrawn,
    so only its author may: NotAllowed for others. Raises as `amend_change`.
    """

    def work(uow: UnitOfWork) -> Outcomes:
        records, change = lock_seen(uow, command.change_id, command.seen)
        if change.type != "edit":
            raise NotEligible("only_edits_amend")
        actor, subject = people.load_actor(uow, command.person_id), _subject(uow, change, records)
        people.require(actor, "amend_change" if actor.id == subject.author_id else "rebase_change", subject)
        record = records[change.record_id]
        units = to_units(KINDS[change.kind], read_document(uow, record))
        found = fit(units, payload_edits(change.payload))
        edits, _ = choose(units, found, command.mine)
        if found.is_already_true:
            close_change(uow, change, Act.SUPERSEDE)
            tell(uow, change, "superseded")
        elif not edits:  # all of it is given up, which is for nobody else to do
            people.require(actor, "withdraw_change", subject)
            close_change(uow, change, Act.WITHDRAW)
        else:
            renew(uow, change, record, edits, command.person_id, "rebase")
        return settle(uow, uow.lock_changes([change.id])[change.id], records)

    return storage.transact(work, now)
