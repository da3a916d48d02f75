"""Where somebody is signed in: a session begins, is seen, and ends. Its law: the token is in the browser only."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, update

from webapp.domain.errors import NotFound
from webapp.services.account.liking import WITHOUT_KEYS
from webapp.services.account.tokens import token_hash
from webapp.storage import Storage
from webapp.storage.models import Person, PersonSession
from webapp.storage.unit_of_work import UnitOfWork

SESSION_LASTS = timedelta(days=30)
BY_TOKEN = (
    select(Person, PersonSession.seen_at.label("session_seen_at"), (~WITHOUT_KEYS).label("has_keys"))
    .join(PersonSession, PersonSession.person_id == Person.id)
    .where(
        PersonSession.token_hash == bindparam("hash"),
        PersonSession.revoked_at.is_(None),
        PersonSession.expires_at > bindparam("now"),
    )
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


def end_sessions(uow: UnitOfWork, person_id: str, but: str | None = None) -> int:
    """End a person's sessions, but the one with that token's hash; gives how many ended."""
    statement = update(PersonSession).where(PersonSession.person_id == person_id, PersonSession.revoked_at.is_(None))
    if but is not None:
        statement = statement.where(PersonSession.token_hash != but)
    return uow.run(statement.values(revoked_at=uow.now)).rowcount


def note_seen(storage: Storage, token: str, now: datetime) -> None:
    """Move a session's and its person's last-seen time."""

    def work(uow: UnitOfWork) -> None:
        row = uow.one(select(PersonSession.person_id).where(PersonSession.token_hash == token_hash(token)))
        if row is not None:
            uow.run(update(PersonSession).where(PersonSession.token_hash == token_hash(token)).values(seen_at=uow.now))
            uow.run(update(Person).where(Person.id == row.person_id).values(seen_at=uow.now))

    storage.transact(work, now)
