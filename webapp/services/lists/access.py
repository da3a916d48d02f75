"""Who may change a list, and how every change is done: the list is locked, asked for, and begins to last anew."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import bindparam, update

from webapp.domain.errors import NotFound, Problem, Refused
from webapp.domain.lists import LASTS
from webapp.domain.permissions import Subject
from webapp.services import people
from webapp.storage import Storage
from webapp.storage.models import ServiceList
from webapp.storage.prepared import prepared
from webapp.storage.queries.lists import BY_CODE
from webapp.storage.unit_of_work import Row, UnitOfWork

T = TypeVar("T")
LOCKED = prepared(BY_CODE.with_for_update())
TOUCH = prepared(
    update(ServiceList)
    .where(ServiceList.id == bindparam("list"))
    .values(changed_at=bindparam("at"), expires_at=bindparam("until"))
)


@dataclass(frozen=True, slots=True)
class Maker:
    """Who asks: a person, or the browser that has a list's key, or both."""

    person_id: str | None = None
    key: str | None = None


def change(storage: Storage, code: str, maker: Maker, act: Callable[[UnitOfWork, Row], T], now: datetime) -> T:
    """Do something to a list that its maker may do; it begins to last anew."""

    def work(uow: UnitOfWork) -> T:
        actor = people.load_actor(uow, maker.person_id)
        found = locked(uow, code)
        people.require(actor, "change_list", subject_of(found, maker))
        done = act(uow, found)
        until = None if found.person_id else uow.now + LASTS
        uow.run(TOUCH, {"list": found.id, "at": uow.now, "until": until})
        return done

    return storage.transact(work, now)


def locked(uow: UnitOfWork, code: str) -> Row:
    found = uow.one(LOCKED, {"code": code, "now": uow.now})
    if found is None:
        raise NotFound(what="list")
    return found


def subject_of(found: Row, maker: Maker) -> Subject:
    return Subject(person_id=found.person_id, has_key=opens(found, maker.key))


def opens(found: Any, key: str | None) -> bool:
    """Whether a key is that of a list which no person keeps."""
    return bool(key and found.key_hash) and hmac.compare_digest(hash_of(key or ""), found.key_hash)


def hash_of(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def worded(where: str, text: str, most: int, least: int = 0) -> str:
    """A text without blanks around it; Refused where it is too long or missing."""
    plain = text.strip() if where != "name" else " ".join(text.split())
    if not least <= len(plain) <= most:
        raise Refused([Problem(where, "too_long" if plain else "missing", {"limit": most})])
    return plain
