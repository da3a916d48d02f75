"""Signing up with an address that is confirmed. Its law: whether an address is known is never told."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update

from webapp.domain.roles import Role
from webapp.services.account.entry import WrongSignIn
from webapp.services.account.liking import speak_as_now
from webapp.services.account.persons import BY_EMAIL, add_person, check_name, email_key, end_being_guest
from webapp.services.account.sessions import end_sessions
from webapp.services.account.tokens import BY_MAIL_TOKEN, DeadToken, kill_tokens, send_token, token_hash, use_token
from webapp.services.passwords import hash_password, is_password
from webapp.storage import Storage
from webapp.storage.models import Person
from webapp.storage.unit_of_work import Row, UnitOfWork


@dataclass(frozen=True, slots=True)
class SignUp:
    """Somebody wants an account."""

    email: str
    password: str
    display_name: str


def sign_up(storage: Storage, command: SignUp, now: datetime) -> str:
    """Make an unconfirmed account and send the confirming mail; a known address gets a mail that says so.

    A guest whose address is confirmed already gets a link to choose the password behind: else somebody could sign up
    with a guest's address and have a password to what is the guest's.

    Gives the hash of the mail's token, by which the browser that signed up is known again; also where no mail
    with it was sent. NotEligible for a name that could be taken for a moderator's.
    """
    password_hash = hash_password(command.password)  # before the transaction, and whether or not it is needed
    token = secrets.token_urlsafe(32)

    def work(uow: UnitOfWork) -> None:
        check_name(uow, command.display_name)
        known = uow.one(BY_EMAIL, {"key": email_key(command.email)})
        if known is not None and known.confirmed_at is not None:
            if known.role == Role.GUEST:  # the password waits: whoever typed it has not shown whose address it is
                send_token(uow, known.id, "reset", token, what="finish")
            else:
                tell_owner(uow, known)
            return
        person_id = (
            known.id if known else add_person(uow, command.email, command.display_name, password_hash, Role.VOLUNTEER)
        )
        if known:
            uow.run(
                update(Person)
                .where(Person.id == person_id)
                .values(password_hash=password_hash, display_name=command.display_name)
            )
            uow.shows_anew()
            end_sessions(uow, person_id)
        speak_as_now(uow, person_id)
        send_token(uow, person_id, "confirm", token)

    storage.transact(work, now)
    return token_hash(token)


def tell_owner(uow: UnitOfWork, person: Row) -> None:
    """A mail to the owner of an address that somebody wants an account with; one an hour at most."""
    uow.outbox("account", f"known:{person.id}:{uow.now:%Y-%m-%dT%H}", {"what": "already_here"}, person.id)


def confirm_address(storage: Storage, token: str, now: datetime) -> str:
    """Confirm an address by the token of its mail; gives the person's id. DeadToken otherwise.

    Sessions and links from before end: whoever took the address first may not have been its owner.
    """

    def work(uow: UnitOfWork) -> str:
        row = use_token(uow, token, "confirm")
        uow.run(update(Person).where(Person.id == row.person_id).values(confirmed_at=uow.now))
        uow.shows_anew()
        kill_tokens(uow, row.person_id)
        end_sessions(uow, row.person_id)
        end_being_guest(uow, row.person_id)
        return str(row.person_id)

    return storage.transact(work, now)


def confirm_with_password(storage: Storage, token: str, password: str, now: datetime) -> str:
    """Confirm an address from another browser than the one that signed up: the password must be known too.

    Otherwise somebody could sign up with another's address, wait for them to press, and share their account.
    Gives the person's id; DeadToken, WrongSignIn.
    """
    with storage.read() as connection:
        asked = {"hash": token_hash(token), "purpose": "confirm", "now": now}
        person = connection.execute(BY_MAIL_TOKEN, asked).first()
    if person is None:
        raise DeadToken
    if not is_password(person.password_hash, password):
        raise WrongSignIn
    return confirm_address(storage, token, now)
