"""The public moderation log: every act of a moderator is one line, written in the act's own transaction."""

from __future__ import annotations

from webapp.storage.models import ModerationEntry
from webapp.storage.unit_of_work import UnitOfWork, new_id


def log(
    uow: UnitOfWork,
    actor: str,
    act: str,
    note: str,
    *,
    record_id: str | None = None,
    change_id: str | None = None,
    person_id: str | None = None,
    operation_id: str | None = None,
    is_self_decided: bool = False,
) -> None:
    """Add a line: who did what, to what, and why. `is_self_decided` marks a moderator's own change."""
    uow.shows_anew()
    uow.add(
        ModerationEntry,
        id=new_id(),
        actor_id=actor,
        act=act,
        record_id=record_id,
        change_id=change_id,
        person_id=person_id,
        operation_id=operation_id,
        note=note,
        is_self_decided=int(is_self_decided),
        created_at=uow.now,
    )
