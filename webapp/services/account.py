"""Accounts: signing up with a confirmed address, signing in and out, resetting a password.

Whether an address is known is never told: the answer is the same, and what differs goes by mail.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, update

from webapp.domain.errors import NotFound, WellkeptError
from webapp.domain.roles import Role
from webapp.services.passwords import CHEAP_HASHER as CHEAP_HASHER
from webapp.services.passwords import hash_password, is_password, needs_rehash
from webapp.services.standing import set_role
from webapp.storage import Storage
from webapp.storage.models import MailToken, Person, PersonSession, RoleGrant
from webapp.storage.unit_of_work import Row, UnitOfWork, new_id

SESSION_LASTS = timedelta(days=30)
TOKEN_LASTS = {"confirm": timedelta(days=2), "email": timedelta(days=2), "reset": timedelta(minutes=30)}
BY_EMAIL = select(Person).where(Person.email_key == bindparam("key"))
BY_TOKEN = (
    select(Person, PersonSession.seen_at.label("session_seen_at"))
    .join(PersonSession, PersonSession.person_id == Person.id)
    .where(
        PersonSession.token_hash == bindparam("hash"),
        PersonSession.revoked_at.is_(None),
        PersonSession.expires_at > bindparam("now"),
    )
)
BY_MAIL_TOKEN = (
    select(Person)
    .join(MailToken, MailToken.person_id == Person.id)
    .where(
        MailToken.token_hash == bindparam("hash"),
        MailToken.purpose == bindparam("purpose"),
        MailToken.used_at.is_(None),
        MailToken.expires_at > bindparam("now"),
    )
)
HANDLE_TAKEN = select(Person.id).where(Person.handle == bindparam("handle"))


class WrongSignIn(WellkeptError):
    """Address and password do not belong together."""

    code = "wrong_sign_in"


class Banned(WellkeptError):
    """The password is right, and the account may not take part any more: told to nobody else."""

    code = "banned"


class DeadToken(WellkeptError):
    """A mail link that was used, is too old, or never was."""

    code = "dead_link"


def token_hash(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def email_key(email: str) -> str:
    """The address as it is compared."""
    return email.strip().casefold()


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
    with it was sent.
    """
    password_hash = hash_password(command.password)  # before the transaction, and whether or not it is needed
    token = secrets.token_urlsafe(32)

    def work(uow: UnitOfWork) -> None:
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
            end_sessions(uow, person_id)
        send_token(uow, person_id, "confirm", token)

    storage.transact(work, now)
    return token_hash(token)


def tell_owner(uow: UnitOfWork, person: Row) -> None:
    """A mail to the owner of an address that somebody wants an account with; one an hour at most."""
    uow.outbox("account", f"known:{person.id}:{uow.now:%Y-%m-%dT%H}", {"what": "already_here"}, person.id)


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
    return id_


def free_handle(uow: UnitOfWork, name: str) -> str:
    """A handle made from a name that nobody has yet."""
    base = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")[:30] or "person"
    handle = base
    while uow.value(HANDLE_TAKEN, {"handle": handle}) is not None:
        handle = f"{base}-{secrets.randbelow(10_000):04d}"
    return handle


def send_token(uow: UnitOfWork, person_id: str, purpose: str, token: str, **payload: str) -> None:
    """Keep a token's hash and promise the mail that carries it; earlier ones of the purpose die."""
    uow.run(
        update(MailToken)
        .where(MailToken.person_id == person_id, MailToken.purpose == purpose, MailToken.used_at.is_(None))
        .values(used_at=uow.now)
    )
    uow.add(
        MailToken,
        token_hash=token_hash(token),
        person_id=person_id,
        purpose=purpose,
        created_at=uow.now,
        expires_at=uow.now + TOKEN_LASTS[purpose],
        used_at=None,
    )
    uow.outbox("account", f"{purpose}:{token_hash(token)}", {"what": purpose, "token": token, **payload}, person_id)


def use_token(uow: UnitOfWork, token: str, purpose: str) -> Row:
    """Use a token up and give its row; DeadToken when it was used, is too old, or never was."""
    row = uow.one(
        select(MailToken)
        .where(MailToken.token_hash == token_hash(token), MailToken.purpose == purpose)
        .with_for_update()
    )
    if row is None or row.used_at is not None or row.expires_at <= uow.now:
        raise DeadToken
    uow.run(update(MailToken).where(MailToken.token_hash == row.token_hash).values(used_at=uow.now))
    return row


def confirm_address(storage: Storage, token: str, now: datetime) -> str:
    """Confirm an address by the token of its mail; gives the person's id. DeadToken otherwise.

    Sessions and links from before end: whoever took the address first may not have been its owner.
    """

    def work(uow: UnitOfWork) -> str:
        row = use_token(uow, token, "confirm")
        uow.run(update(Person).where(Person.id == row.person_id).values(confirmed_at=uow.now))
        kill_tokens(uow, row.person_id)
        end_sessions(uow, row.person_id)
        end_being_guest(uow, row.person_id)
        return str(row.person_id)

    return storage.transact(work, now)


def end_being_guest(uow: UnitOfWork, person_id: str) -> None:
    """Who was a guest has an account now; everybody else stays what they are."""
    if uow.lock_person(person_id).role == Role.GUEST:
        set_role(uow, person_id, Role.VOLUNTEER, None, "account made")


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


def is_live(storage: Storage, token: str, purpose: str, now: datetime) -> bool:
    """Whether the link of a mail still works; reading it changes nothing."""
    with storage.read() as connection:
        found = connection.execute(BY_MAIL_TOKEN, {"hash": token_hash(token), "purpose": purpose, "now": now})
        return found.first() is not None


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
        end_being_guest(uow, row.person_id)
        kill_tokens(uow, row.person_id)
        end_sessions(uow, row.person_id)
        return str(row.person_id)

    return storage.transact(work, now)


def kill_tokens(uow: UnitOfWork, person_id: str) -> None:
    """No link that was sent before works any more."""
    uow.run(
        update(MailToken)
        .where(MailToken.person_id == person_id, MailToken.used_at.is_(None))
        .values(used_at=uow.now)
    )


def end_sessions(uow: UnitOfWork, person_id: str, but: str | None = None) -> int:
    """End a person's sessions, but the one with that token's hash; gives how many ended."""
    statement = update(PersonSession).where(PersonSession.person_id == person_id, PersonSession.revoked_at.is_(None))
    if but is not None:
        statement = statement.where(PersonSession.token_hash != but)
    return uow.run(statement.values(revoked_at=uow.now)).rowcount


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


def sign_in(storage: Storage, person_id: str, device: str, now: datetime) -> str:
    """Begin a session; gives its token, which is kept nowhere but in the browser."""
    token = secrets.token_urlsafe(32)

    def work(uow: UnitOfWork) -> None:
        uow.add(
            PersonSession,
            token_hash=token_hash(token),
            person_id=person_id,
            device=device[:80],
            created_at=uow.now,
            seen_at=uow.now,
            expires_at=uow.now + SESSION_LASTS,
            revoked_at=None,
        )

    storage.transact(work, now)
    return token


def sign_out(storage: Storage, token: str, now: datetime) -> None:
    """End the session of a token."""
    storage.transact(
        lambda uow: uow.run(
            update(PersonSession)
            .where(PersonSession.token_hash == token_hash(token), PersonSession.revoked_at.is_(None))
            .values(revoked_at=uow.now)
        ),
        now,
    )


def end_session(storage: Storage, person_id: str, hash_: str, now: datetime) -> None:
    """End one of a person's own sessions, by what is kept of its token; NotFound when it is not theirs."""

    def work(uow: UnitOfWork) -> None:
        ended = uow.run(
            update(PersonSession)
            .where(
                PersonSession.token_hash == hash_,
                PersonSession.person_id == person_id,
                PersonSession.revoked_at.is_(None),
            )
            .values(revoked_at=uow.now)
        )
        if not ended.rowcount:
            raise NotFound(what="session")

    storage.transact(work, now)


def create_person(storage: Storage, email: str, role: str, password: str, display_name: str, now: datetime) -> str:
    """From the command line: a confirmed account with a role; gives the id."""
    password_hash = hash_password(password)
    return storage.transact(lambda uow: add_person(uow, email, display_name, password_hash, role, confirmed=True), now)


def note_seen(storage: Storage, token: str, now: datetime) -> None:
    """Move a session's and its person's last-seen time."""

    def work(uow: UnitOfWork) -> None:
        row = uow.one(select(PersonSession.person_id).where(PersonSession.token_hash == token_hash(token)))
        if row is not None:
            uow.run(update(PersonSession).where(PersonSession.token_hash == token_hash(token)).values(seen_at=uow.now))
            uow.run(update(Person).where(Person.id == row.person_id).values(seen_at=uow.now))

    storage.transact(work, now)
