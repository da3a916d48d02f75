"""What guests do with what they suggested: the link of their mail, once pressed, shows it and takes it back.

Law: the link opens that one suggestion and nothing else of the person, and dies when they get an account.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select

from webapp.domain.errors import AlreadyClosed
from webapp.services import withdraw
from webapp.services.account import DeadToken, token_hash
from webapp.services.judge import newest_policy
from webapp.storage import Storage
from webapp.storage.models import Change, MailToken
from webapp.storage.unit_of_work import UnitOfWork

OWN = "own:"  # and the suggestion's id: what such a token is good for
LINK = select(MailToken).where(
    MailToken.token_hash == bindparam("hash"),
    MailToken.purpose.startswith(OWN),
    MailToken.used_at.is_(None),
    MailToken.expires_at > bindparam("now"),
)
OPEN = select(Change.id).where(Change.suggestion_id == bindparam("suggestion"), Change.state == "open")
COUNT_OPEN = select(func.count()).select_from(OPEN.subquery())


@dataclass(frozen=True, slots=True)
class Own:
    """A guest's suggestion; `is_open` as long as something of it can be taken back."""

    suggestion_id: str
    person_id: str
    is_open: bool


def keep_link(uow: UnitOfWork, token: str, person_id: str, suggestion_id: str) -> None:
    """Let the token of a guest's mail lead to what it has released, as long as that can be open."""
    uow.add(
        MailToken,
        token_hash=token_hash(token),
        person_id=person_id,
        purpose=f"{OWN}{suggestion_id}",
        created_at=uow.now,
        expires_at=uow.now + newest_policy(uow).expire_after,
        used_at=None,
    )


def find_own(storage: Storage, token: str, now: datetime) -> Own | None:
    """What the link of a mail has released; reading it changes nothing."""
    with storage.read() as connection:
        row = connection.execute(LINK, {"hash": token_hash(token), "now": now}).first()
        if row is None:
            return None
        suggestion_id = str(row.purpose).removeprefix(OWN)
        is_open = bool(connection.scalar(COUNT_OPEN, {"suggestion": suggestion_id}))
    return Own(suggestion_id, row.person_id, is_open)


def take_back(storage: Storage, token: str, now: datetime) -> str:
    """Withdraw what is still open of the suggestion; gives its id.

    DeadToken for a link that leads nowhere, AlreadyClosed when all of it was decided, NotAllowed for the banned.
    """
    own = find_own(storage, token, now)
    if own is None:
        raise DeadToken
    with storage.read() as connection:
        ids = sorted(connection.execute(OPEN, {"suggestion": own.suggestion_id}).scalars())
    withdrawn = sum(_withdraw(storage, id_, own.person_id, now) for id_ in ids)
    if not withdrawn:
        raise AlreadyClosed(suggestion=own.suggestion_id)
    return own.suggestion_id


def _withdraw(storage: Storage, change_id: str, person_id: str, now: datetime) -> bool:
    """Whether it was still open when its turn came."""
    try:
        withdraw.withdraw_change(storage, withdraw.WithdrawChange(change_id, person_id), now)
    except AlreadyClosed:
        return False
    return True
