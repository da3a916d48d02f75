"""Turning notices off and on, by hand or by a mail's link. Its law: the link does that for one person, nothing else."""

from __future__ import annotations

from datetime import datetime

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import insert, update

from webapp.config import Settings
from webapp.storage import Storage
from webapp.storage.models import Subscription
from webapp.storage.queries import notices
from webapp.storage.unit_of_work import UnitOfWork, new_id


def _signer(settings: Settings) -> URLSafeSerializer:
    return URLSafeSerializer(settings.secret_key, salt="notices")


def stop_token(settings: Settings, person_id: str) -> str:
    """A signed token that lets whoever holds a person's mail turn that person's notices off, and nothing else."""
    return str(_signer(settings).dumps(person_id))


def person_of_token(settings: Settings, token: str) -> str | None:
    """Whose notices a token turns off; None for one that was not signed here."""
    try:
        return str(_signer(settings).loads(token))
    except BadSignature:
        return None


def choose_notices(storage: Storage, person_id: str, wanted: bool, now: datetime) -> None:
    """Turn a person's notices on or off; letters about their account and its standing come all the same."""
    rhythm = "at_once" if wanted else notices.OFF

    def work(uow: UnitOfWork) -> None:
        moved = uow.run(
            update(Subscription)
            .where(Subscription.person_id == person_id, Subscription.topic == notices.TOPIC, Subscription.target == "")
            .values(rhythm=rhythm, since=uow.now, ended_at=None)
        )
        if not moved.rowcount:
            values = {"person_id": person_id, "topic": notices.TOPIC, "target": "", "rhythm": rhythm}
            uow.run(insert(Subscription), {"id": new_id(), **values, "since": uow.now, "ended_at": None})

    storage.transact(work, now)
