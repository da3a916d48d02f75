"""Links that come by mail: single use, short-lived. Their law: only a token's hash is kept."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, update

from webapp.domain.errors import WellkeptError
from webapp.storage import Storage
from webapp.storage.models import MailToken, Person
from webapp.storage.unit_of_work import Row, UnitOfWork

TOKEN_LASTS = {
    "confirm": timedelta(days=2),
    "email": timedelta(days=2),
    "reset": timedelta(minutes=30),
    "restore": timedelta(days=7),
}
OUTLASTS = "restore"
"""This purpose's links die by use and by age only: who took an account over must not be able to kill its owner's."""
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


class DeadToken(WellkeptError):
    """A mail link that was used, is too old, or never was."""

    code = "dead_link"


def token_hash(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def send_token(uow: UnitOfWork, person_id: str, purpose: str, token: str, **payload: str) -> None:
    """Keep a token's hash and promise the mail that carries it; earlier ones of the purpose die, but OUTLASTS."""
    if purpose != OUTLASTS:
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


def is_live(storage: Storage, token: str, purpose: str, now: datetime) -> bool:
    """Whether the link of a mail still works; reading it changes nothing."""
    with storage.read() as connection:
        found = connection.execute(BY_MAIL_TOKEN, {"hash": token_hash(token), "purpose": purpose, "now": now})
        return found.first() is not None


def address_behind(storage: Storage, token: str, purpose: str, now: datetime) -> str | None:
    """The address of whose link this is; None when it does not work any more."""
    with storage.read() as connection:
        found = connection.execute(BY_MAIL_TOKEN, {"hash": token_hash(token), "purpose": purpose, "now": now}).first()
    return found.email if found is not None else None


def kill_tokens(uow: UnitOfWork, person_id: str) -> None:
    """No link that was sent before works any more, but OUTLASTS."""
    uow.run(
        update(MailToken)
        .where(MailToken.person_id == person_id, MailToken.used_at.is_(None), MailToken.purpose != OUTLASTS)
        .values(used_at=uow.now)
    )


def kill_later_restores(uow: UnitOfWork, used: Row) -> None:
    """Of two addresses that were given up, the older may take back what the younger did, and not the other way."""
    uow.run(
        update(MailToken)
        .where(
            MailToken.person_id == used.person_id,
            MailToken.purpose == OUTLASTS,
            MailToken.used_at.is_(None),
            MailToken.created_at >= used.created_at,
        )
        .values(used_at=uow.now)
    )
