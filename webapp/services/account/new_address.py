"""Another e-mail address. Its law: it is shown to be the person's first, and the old one can undo it for a week.

Whoever has learnt a password could otherwise take the account for good by moving its mail away.
"""

from __future__ import annotations

import base64
import binascii
import secrets
from datetime import datetime

from sqlalchemy import update

from webapp.services.account.entry import known_by_password
from webapp.services.account.joining import tell_owner
from webapp.services.account.persons import BY_EMAIL, email_key
from webapp.services.account.sessions import end_sessions
from webapp.services.account.tokens import DeadToken, kill_later_restores, kill_tokens, send_token, use_token
from webapp.storage import Storage
from webapp.storage.models import Person
from webapp.storage.unit_of_work import UnitOfWork


def ask_email(storage: Storage, person_id: str, current: str, email: str, now: datetime) -> None:
    """Write to a new address to see that it is the person's; nothing changes before its link is used. WrongSignIn.

    The owner of a known address is told.
    """
    person = known_by_password(storage, person_id, current)
    token = _token_for(email)

    def work(uow: UnitOfWork) -> None:
        known = uow.one(BY_EMAIL, {"key": email_key(email)})
        if known is not None and known.id != person.id:
            tell_owner(uow, known)
            return
        send_token(uow, person_id, "email", token, email=email)

    storage.transact(work, now)


def confirm_email(storage: Storage, token: str, now: datetime) -> str:
    """Make the address of the token the person's; every other mailed link dies, but those that give an address back.

    The old address is told, with a link that undoes it. Gives the person's id. DeadToken.
    """
    email = email_of(token)

    def work(uow: UnitOfWork) -> str:
        row = use_token(uow, token, "email")
        before = uow.lock_person(row.person_id).email
        _move(uow, row.person_id, email)
        kill_tokens(uow, row.person_id)
        if before is not None and email_key(before) != email_key(email):
            send_token(uow, row.person_id, "restore", _token_for(before), email=before)
        return str(row.person_id)

    return storage.transact(work, now)


def restore_email(storage: Storage, token: str, now: datetime) -> str:
    """Give a person the address of the token back, after somebody else has changed it. Gives their id. DeadToken.

    The password that was known to somebody else opens nothing more, everybody is signed out, every link dies but those
    that give back an even older address, and a link for a new password goes to this one.
    """
    email = email_of(token)

    def work(uow: UnitOfWork) -> str:
        row = use_token(uow, token, "restore")
        _move(uow, row.person_id, email)
        uow.run(update(Person).where(Person.id == row.person_id).values(password_hash=None))
        kill_tokens(uow, row.person_id)
        kill_later_restores(uow, row)
        end_sessions(uow, row.person_id)
        if uow.lock_person(row.person_id).state == "active":
            send_token(uow, row.person_id, "reset", secrets.token_urlsafe(32))
        return str(row.person_id)

    return storage.transact(work, now)


def _move(uow: UnitOfWork, person_id: str, email: str) -> None:
    known = uow.one(BY_EMAIL, {"key": email_key(email)})
    if known is not None and known.id != person_id:
        raise DeadToken  # somebody confirmed it in the meantime
    values = {"email": email, "email_key": email_key(email), "confirmed_at": uow.now}
    uow.run(update(Person).where(Person.id == person_id).values(values))
    uow.shows_anew()


def _token_for(email: str) -> str:
    """A token that carries an address, of which only its hash is kept."""
    return f"{secrets.token_urlsafe(32)}.{base64.urlsafe_b64encode(email.encode()).decode().rstrip('=')}"


def email_of(token: str) -> str:
    """The address that a token of `email` or `restore` carries; DeadToken when it carries none."""
    _, _, said = token.partition(".")
    try:
        return base64.urlsafe_b64decode(said + "=" * (-len(said) % 4)).decode()
    except (binascii.Error, ValueError):
        raise DeadToken from None
