"""Coming in by a password, or by a new one. Its law: a wrong one and an unknown address cost the same work."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import update

from webapp.domain.errors import NotFound, WellkeptError
from webapp.services.account.persons import BY_EMAIL, email_key, end_being_guest
from webapp.services.account.sessions import end_sessions
from webapp.services.account.tokens import kill_tokens, send_token, use_token
from webapp.services.passwords import hash_password, is_password, needs_rehash
from webapp.services.people import PERSON
from webapp.storage import Storage
from webapp.storage.models import Person
from webapp.storage.unit_of_work import Row, UnitOfWork


class WrongSignIn(WellkeptError):
    """Address and password do not belong together."""

    code = "wrong_sign_in"


class Banned(WellkeptError):
    """The password is right, and the account may not take part any more: told to nobody else."""

    code = "banned"


def check_password(storage: Storage, email: str, password: str) -> Row:
    """The person whose address and password these are; WrongSignIn otherwise, after the same work.

    Banned where both are right and the account may not take part any more.
    """
    with storage.read() as connection:
        person = connection.execute(BY_EMAIL, {"key": email_key(email)}).first()
    is_right = is_password(person.password_hash if person else None, password)
    if person is None or not is_right or person.state == "erased":
        raise WrongSignIn
    if person.state != "active":
        raise Banned
    return person


def renew_hash(storage: Storage, person: Row, password: str, now: datetime) -> None:
    """After a right password: keep it anew where it was kept with weaker parameters than are used now."""
    if needs_rehash(person.password_hash):
        kept = hash_password(password)
        storage.transact(
            lambda uow: uow.run(
                update(Person)
                .where(Person.id == person.id, Person.password_hash == person.password_hash)
                .values(password_hash=kept)
            ),
            now,
        )


def ask_reset(storage: Storage, email: str, now: datetime) -> None:
    """Send a mail with a link for a new password, where the address is known; say nothing either way."""
    token = secrets.token_urlsafe(32)

    def work(uow: UnitOfWork) -> None:
        person = uow.one(BY_EMAIL, {"key": email_key(email)})
        if person is not None and person.state == "active":
            send_token(uow, person.id, "reset", token)

    storage.transact(work, now)


def reset_password(storage: Storage, token: str, password: str, now: datetime) -> str:
    """Set a new password by the token of a mail; every session of the person ends. Gives the person's id."""
    password_hash = hash_password(password)

    def work(uow: UnitOfWork) -> str:
        row = use_token(uow, token, "reset")
        uow.run(update(Person).where(Person.id == row.person_id).values(password_hash=password_hash))
        uow.run(
            update(Person).where(Person.id == row.person_id, Person.confirmed_at.is_(None)).values(confirmed_at=uow.now)
        )
        uow.shows_anew()
        end_being_guest(uow, row.person_id)
        kill_tokens(uow, row.person_id)
        end_sessions(uow, row.person_id)
        return str(row.person_id)

    return storage.transact(work, now)


def known_by_password(storage: Storage, person_id: str, password: str) -> Row:
    """The person's row, once their password was right; outside any transaction. WrongSignIn, NotFound."""
    with storage.read() as connection:
        person = connection.execute(PERSON, {"id": person_id}).first()
    if person is None:
        raise NotFound(what="person")
    if not is_password(person.password_hash, password):
        raise WrongSignIn
    return person
