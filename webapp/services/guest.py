"""Guests: what somebody suggests without an account is parked until the link in their mail is pressed.

Law: before that nobody is shown any of it, and whether an address has an account is never told. Who has pressed
stays a guest, a person without a password, until they sign up.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.exc import IntegrityError

from webapp.domain.canonical import dump
from webapp.domain.errors import Busy, CapReached, NotFound
from webapp.domain.kinds import GONE_STATUSES
from webapp.domain.permissions import Actor, Subject
from webapp.domain.roles import Role
from webapp.services import account, people, suggest
from webapp.services.account import DeadToken, token_hash
from webapp.services.guest_own import keep_link
from webapp.services.judge import newest_policy, protection_of
from webapp.storage import Storage
from webapp.storage.models import ParkedSuggestion, Person, Record, RoleGrant
from webapp.storage.unit_of_work import Row, UnitOfWork

PARKED_LASTS = timedelta(days=2)
PARKED = select(ParkedSuggestion).where(ParkedSuggestion.token_hash == bindparam("hash"))
PARKED_OF = (
    select(func.count())
    .select_from(ParkedSuggestion)
    .where(ParkedSuggestion.person_id == bindparam("person"), ParkedSuggestion.expires_at > bindparam("now"))
)
RECORDS = select(Record).where(Record.id.in_(bindparam("ids", expanding=True)))

Command: TypeAlias = suggest.SuggestChange | suggest.SuggestRecords | suggest.SuggestLifecycle


@dataclass(frozen=True, slots=True)
class Park:
    """Somebody without an account suggests something; the command's `person_id` is not read."""

    email: str
    name: str
    command: Command


# -- parking ----------------------------------------------------------------------------------------------


def park(storage: Storage, command: Park, now: datetime) -> str:
    """Keep what was suggested and send a mail whose link, good for two days, releases it; gives the mail's token.

    It is the same for an address that has an account. Raises CapReached when as many suggestions as may be open
    wait for the address, NotAllowed for what a guest may not suggest, NotFound for a record that is not there, and
    NotEligible for a name that could be taken for a moderator's.
    """
    token = secrets.token_urlsafe(32)

    def work(uow: UnitOfWork) -> None:
        _check_allowed(uow, command.command)
        account.check_name(uow, command.name)
        person = uow.one(account.BY_EMAIL, {"key": account.email_key(command.email)})
        id_ = person.id if person else _new_guest(uow, command)
        _check_cap(uow, uow.lock_person(id_))
        uow.add(
            ParkedSuggestion,
            token_hash=token_hash(token),
            person_id=id_,
            type=_type_of(command.command),
            command=dump({"name": command.name, "command": asdict(command.command)}),
            created_at=uow.now,
            expires_at=uow.now + PARKED_LASTS,
        )
        uow.outbox("account", f"guest:{token_hash(token)}", {"what": "guest", "token": token}, id_)

    try:
        storage.transact(work, now)
    except IntegrityError as error:  # the same address came twice at once, and the other was quicker
        raise Busy from error
    return token


def _new_guest(uow: UnitOfWork, command: Park) -> str:
    id_ = account.add_person(uow, command.email.strip(), command.name, None, Role.GUEST)
    account.speak_as_now(uow, id_)
    return id_


def _check_allowed(uow: UnitOfWork, command: Command) -> None:
    """What no guest may is refused at once, before somebody waits for a mail."""
    ids = _records_of(command)
    records = uow.all(RECORDS, {"ids": ids})
    if len(records) < len(ids):
        raise NotFound(what="record")
    guest = Actor(id="", role=Role.GUEST, confirmed=True)
    people.require(guest, _action_of(command), Subject(protection=protection_of(records, uow.now)))


def _check_cap(uow: UnitOfWork, person: Row) -> None:
    """What waits for the address counts with what is open.

    Of an account only the former, against a newcomer's cap, as if the address were new: the answer would else tell
    that there is one. What the account has open is counted when the link is pressed.
    """
    parked = uow.value(PARKED_OF, {"person": person.id, "now": uow.now})
    open_now, cap = 0, newest_policy(uow).caps.open_newcomer
    if person.role == Role.GUEST:
        open_now, cap = suggest.open_suggestions(uow, people.actor_of(person, uow.now))
    if parked + open_now >= cap:
        raise CapReached("open_by_address", limit=cap)


# -- releasing --------------------------------------------------------------------------------------------


def is_parked(storage: Storage, token: str, now: datetime) -> bool:
    """Whether the link of a mail still releases something; reading it changes nothing."""
    with storage.read() as connection:
        row = connection.execute(PARKED, {"hash": token_hash(token)}).first()
    return row is not None and row.expires_at > now


def release(storage: Storage, token: str, now: datetime) -> suggest.Suggested:
    """Believe the address, and suggest what was parked in its person's name: once, however often it is pressed.

    From then on the same link takes it back, see `guest_own`.

    DeadToken when it was released, is too old, or never was. Nothing, Alike and NotFound end it too; whatever else
    suggesting raises (a cap, a pause, a busy database) leaves it parked, to be pressed again.
    """
    parked = storage.transact(lambda uow: _prove(uow, token), now)

    def take(uow: UnitOfWork) -> None:
        if not uow.run(delete(ParkedSuggestion).where(ParkedSuggestion.token_hash == parked.token_hash)).rowcount:
            raise DeadToken
        if any(row.status in GONE_STATUSES for row in uow.all(RECORDS, {"ids": _records_of(command)})):
            raise NotFound(what="record")

    command = _command_of(parked)
    try:
        done = _run(storage, command, now, take)
    except (suggest.Nothing, suggest.Alike, NotFound):
        gone = delete(ParkedSuggestion).where(ParkedSuggestion.token_hash == parked.token_hash)
        storage.transact(lambda uow: uow.run(gone), now)
        raise
    storage.transact(lambda uow: keep_link(uow, token, parked.person_id, done.suggestion_id), now)
    return done


def _prove(uow: UnitOfWork, token: str) -> Row:
    """The parked row; its address is its person's from now on."""
    parked = uow.one(PARKED.with_for_update(), {"hash": token_hash(token)})
    if parked is None or parked.expires_at <= uow.now:
        raise DeadToken
    person = uow.lock_person(parked.person_id)
    if person.confirmed_at is None:
        _make_guest(uow, person, str(json.loads(parked.command)["name"]))
    return parked


def _make_guest(uow: UnitOfWork, person: Row, name: str) -> None:
    """Name and password that somebody gave who never showed that the address is theirs do not outlive this."""
    handle = person.handle if name == person.display_name else account.free_handle(uow, name)
    account.kill_tokens(uow, person.id)
    account.end_sessions(uow, person.id)
    if person.role != Role.GUEST:
        uow.run(
            update(RoleGrant)
            .where(RoleGrant.person_id == person.id, RoleGrant.ended_at.is_(None))
            .values(ended_at=uow.now)
        )
    known = {"display_name": name, "handle": handle, "role": str(Role.GUEST)}
    uow.run(update(Person).where(Person.id == person.id).values(confirmed_at=uow.now, password_hash=None, **known))
    uow.shows_anew()


def _run(storage: Storage, command: Command, now: datetime, take: Callable[[UnitOfWork], None]) -> suggest.Suggested:
    if isinstance(command, suggest.SuggestChange):
        return suggest.suggest_change(storage, command, now, take)
    if isinstance(command, suggest.SuggestRecords):
        return suggest.suggest_records(storage, command, now, take)
    return suggest.suggest_lifecycle(storage, command, now, take)


# -- commands as JSON -------------------------------------------------------------------------------------


def _type_of(command: Command) -> str:
    if isinstance(command, suggest.SuggestChange):
        return "change"
    return "records" if isinstance(command, suggest.SuggestRecords) else "lifecycle"


def _action_of(command: Command) -> str:
    if isinstance(command, suggest.SuggestLifecycle):
        return f"suggest_{command.type}"
    return "suggest_change" if isinstance(command, suggest.SuggestChange) else "suggest_record"


def _records_of(command: Command) -> list[str]:
    return [] if isinstance(command, suggest.SuggestRecords) else [command.record_id]


def _command_of(parked: Row) -> Command:
    values: dict[str, Any] = json.loads(parked.command)["command"]
    values |= {"person_id": parked.person_id, "evidence": suggest.HowKnown(**values["evidence"])}
    if parked.type == "change":
        return suggest.SuggestChange(**values)
    if parked.type == "lifecycle":
        return suggest.SuggestLifecycle(**values)
    records = tuple(suggest.NewRecord(**record) for record in values.pop("records"))
    return suggest.SuggestRecords(records=records, **values)
