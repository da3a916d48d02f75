"""Accounts as rows: made, named, and found by their address. Its law: nothing else inserts a person."""

from __future__ import annotations

import re
import secrets
from datetime import datetime

from sqlalchemy import bindparam, select

from webapp.domain.errors import NotEligible
from webapp.domain.names import folded, passes_for
from webapp.domain.roles import Role
from webapp.services.passwords import hash_password
from webapp.services.standing import set_role
from webapp.storage import Storage
from webapp.storage.models import Person, RoleGrant
from webapp.storage.unit_of_work import UnitOfWork, new_id

BY_EMAIL = select(Person).where(Person.email_key == bindparam("key"))
MODERATORS = select(Person.display_name, Person.handle).where(
    Person.role.in_((Role.MODERATOR, Role.ADMINISTRATOR)), Person.state == "active"
)
HANDLE_TAKEN = select(Person.id).where(Person.handle == bindparam("handle"))


def email_key(email: str) -> str:
    """The address as it is compared."""
    return email.strip().casefold()


def add_person(
    uow: UnitOfWork,
    email: str | None,
    display_name: str,
    password_hash: str | None,
    role: str,
    handle: str = "",
    confirmed: bool = False,
) -> str:
    """Insert a person; gives the id. The handle comes from the name where none is given."""
    id_ = new_id()
    uow.add(
        Person,
        id=id_,
        handle=handle or free_handle(uow, display_name),
        display_name=display_name,
        email=email,
        email_key=email_key(email) if email else None,
        password_hash=password_hash,
        role=str(role),
        state="active",
        about="",
        created_at=uow.now,
        confirmed_at=uow.now if confirmed else None,
        seen_at=None,
        paused_until=None,
    )
    uow.add(
        RoleGrant,
        id=new_id(),
        person_id=id_,
        role=str(role),
        granted_by=None,
        reason="account made",
        since=uow.now,
        ended_at=None,
        ended_by=None,
    )
    uow.shows_anew()
    return id_


def check_name(uow: UnitOfWork, name: str) -> None:
    """NotEligible for a name that could be taken for a moderator's, or for the site's own.

    Asked before anybody looks whether an address is known: the answer says nothing of addresses.
    """
    if passes_for(name, (one for row in uow.all(MODERATORS) for one in (row.display_name, row.handle))):
        raise NotEligible("name_of_moderator", name=name)


def check_new_name(uow: UnitOfWork, person_id: str, name: str) -> None:
    """The same of somebody who has a name: what reads like the present one is theirs, and so is a moderator's own."""
    person = uow.lock_person(person_id)
    if person.role not in (Role.MODERATOR, Role.ADMINISTRATOR) and folded(person.display_name) != folded(name):
        check_name(uow, name)


def free_handle(uow: UnitOfWork, name: str) -> str:
    """A handle made from a name that nobody has yet."""
    base = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")[:30] or "person"
    handle = base
    while uow.value(HANDLE_TAKEN, {"handle": handle}) is not None:
        handle = f"{base}-{secrets.randbelow(10_000):04d}"
    return handle


def create_person(storage: Storage, email: str, role: str, password: str, display_name: str, now: datetime) -> str:
    """From the command line: a confirmed account with a role; gives the id."""
    password_hash = hash_password(password)
    return storage.transact(lambda uow: add_person(uow, email, display_name, password_hash, role, confirmed=True), now)


def end_being_guest(uow: UnitOfWork, person_id: str) -> None:
    """Who was a guest has an account now; everybody else stays what they are."""
    if uow.lock_person(person_id).role == Role.GUEST:
        set_role(uow, person_id, Role.VOLUNTEER, None, "account made")
