"""Lists as a whole: begun, worded, kept by a person, deleted."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, func, select, update

from webapp.domain.errors import NotEligible
from webapp.domain.lists import CODE_LENGTH, LASTS, LETTERS, MOST_LISTS, NAME_LENGTH, NOTE_LENGTH
from webapp.services import people
from webapp.services.lists.access import Maker, change, hash_of, locked, subject_of, worded
from webapp.services.lists.entries import add
from webapp.services.moderation_log import log
from webapp.storage import Storage
from webapp.storage.models import ServiceList, ServiceListEntry
from webapp.storage.prepared import prepared
from webapp.storage.unit_of_work import Row, UnitOfWork, new_id

OF_PERSON = prepared(
    select(func.count()).select_from(ServiceList).where(ServiceList.person_id == bindparam("person"))
)
WORD = prepared(
    update(ServiceList)
    .where(ServiceList.id == bindparam("list"))
    .values(name=bindparam("to_name"), note=bindparam("to_note"))
)
KEEP = prepared(
    update(ServiceList)
    .where(ServiceList.id == bindparam("list"))
    .values(person_id=bindparam("person"), key_hash=None, expires_at=None, changed_at=bindparam("at"))
)
EMPTY = prepared(delete(ServiceListEntry).where(ServiceListEntry.list_id == bindparam("list")))
DELETE = prepared(delete(ServiceList).where(ServiceList.id == bindparam("list")))
ALL_OF = select(ServiceList.id).where(ServiceList.person_id == bindparam("person"))


@dataclass(frozen=True, slots=True)
class Made:
    """A new list: its code, and for a visitor the key that changes it, which is told this once."""

    code: str
    key: str | None


def make_list(storage: Storage, maker: Maker, name: str, record_id: str | None, now: datetime) -> Made:
    """Begin a list, with a first service if one is named: it is the person's, or without one of whoever
    has the key that this gives.

    Raises NotAllowed, Refused (the name), NotFound (the record), NotEligible (`lists_full` and as `add_entry`).
    """
    code = "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))
    key = None if maker.person_id else secrets.token_urlsafe(32)

    def work(uow: UnitOfWork) -> Made:
        person = uow.lock_person(maker.person_id) if maker.person_id else None
        people.require(people.actor_of(person, uow.now), "make_list")
        if person is not None:
            _require_room(uow, person.id)
        row = {
            "id": new_id(),
            "code": code,
            "name": worded("name", name, NAME_LENGTH, least=1),
            "note": "",
            "person_id": maker.person_id,
            "key_hash": hash_of(key) if key else None,
            "created_at": uow.now,
            "changed_at": uow.now,
            "expires_at": uow.now + LASTS if key else None,
        }
        uow.add(ServiceList, **row)
        if record_id is not None:
            add(uow, str(row["id"]), record_id)
        return Made(code, key)

    return storage.transact(work, now)


def keep_list(storage: Storage, code: str, maker: Maker, now: datetime) -> bool:
    """A person keeps a list that was made in their browser; gives whether it was not theirs yet.

    From then on it belongs to them, never runs out, and its key is worth nothing. Raises NotAllowed, NotFound,
    NotEligible (`lists_full`).
    """

    def work(uow: UnitOfWork) -> bool:
        person = uow.lock_person(maker.person_id or "")
        found = locked(uow, code)
        people.require(people.actor_of(person, uow.now), "keep_list", subject_of(found, maker))
        if found.person_id is not None:
            return False
        _require_room(uow, person.id)
        uow.run(KEEP, {"list": found.id, "person": person.id, "at": uow.now})
        return True

    return storage.transact(work, now)


def delete_list(storage: Storage, code: str, maker: Maker, now: datetime) -> None:
    """Delete a list with all that stands on it. Raises NotAllowed, NotFound."""

    change(storage, code, maker, _delete, now)


def remove_list(storage: Storage, code: str, actor_id: str, note: str, now: datetime) -> None:
    """A moderator takes somebody's list away, since it does harm; the log says why, and not whose it was.

    Raises NotAllowed, NotFound, Refused (the note).
    """
    why = worded("note", note, NOTE_LENGTH, least=1)

    def work(uow: UnitOfWork) -> None:
        people.require(people.load_actor(uow, actor_id), "remove_list")
        _delete(uow, locked(uow, code))
        log(uow, actor_id, "remove_list", why)

    storage.transact(work, now)


def _delete(uow: UnitOfWork, found: Row) -> None:
    uow.run(EMPTY, {"list": found.id})
    uow.run(DELETE, {"list": found.id})


def forget_lists(uow: UnitOfWork, person_id: str) -> int:
    """Delete every list of a person, whose account is being erased; gives how many."""
    wanted = {"person": person_id}
    uow.run(delete(ServiceListEntry).where(ServiceListEntry.list_id.in_(ALL_OF)), wanted)
    return uow.run(delete(ServiceList).where(ServiceList.person_id == bindparam("person")), wanted).rowcount


def word_list(storage: Storage, code: str, maker: Maker, name: str, note: str, now: datetime) -> None:
    """Another name, and other words above the list. Raises NotAllowed, NotFound, Refused with each problem."""
    words = {"to_name": worded("name", name, NAME_LENGTH, least=1), "to_note": worded("note", note, NOTE_LENGTH)}
    change(storage, code, maker, lambda uow, found: uow.run(WORD, {"list": found.id, **words}), now)


def _require_room(uow: UnitOfWork, person_id: str) -> None:
    if uow.value(OF_PERSON, {"person": person_id}) >= MOST_LISTS:
        raise NotEligible("lists_full", limit=MOST_LISTS)
