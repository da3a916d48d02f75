"""How many suggestions a person may have open at once (`RULES.md`, "People")."""

from __future__ import annotations

from sqlalchemy import bindparam, exists, func, select

from webapp.domain import standing
from webapp.domain.errors import CapReached
from webapp.domain.permissions import Actor
from webapp.domain.standing import open_cap
from webapp.services.judge import newest_policy
from webapp.storage.models import Change, Suggestion
from webapp.storage.prepared import prepared
from webapp.storage.unit_of_work import UnitOfWork

OPEN_OF_AUTHOR = prepared(
    select(func.count(func.distinct(Suggestion.id)))
    .join(Change, Change.suggestion_id == Suggestion.id)
    .where(Suggestion.author_id == bindparam("person"), Change.state == "open")
)
HAS_APPLIED = prepared(
    select(
        exists()
        .where(Suggestion.author_id == bindparam("person"), Change.suggestion_id == Suggestion.id)
        .where(Change.state == "applied")
    )
)


def is_newcomer(uow: UnitOfWork, actor: Actor) -> bool:
    """Whether a person is a newcomer now; each change keeps what was so when it was suggested."""
    return standing.is_newcomer(actor.role, bool(uow.value(HAS_APPLIED, {"person": actor.id})))


def check_open_cap(uow: UnitOfWork, actor: Actor) -> None:
    """Raise CapReached when the person has as many open suggestions as they may."""
    open_now, cap = open_suggestions(uow, actor)
    if open_now >= cap:
        raise CapReached("open_suggestions", limit=cap)


def open_suggestions(uow: UnitOfWork, actor: Actor) -> tuple[int, int]:
    """How many suggestions the person has open, and how many they may."""
    has_applied = bool(uow.value(HAS_APPLIED, {"person": actor.id}))
    return uow.value(OPEN_OF_AUTHOR, {"person": actor.id}), open_cap(actor.role, has_applied, newest_policy(uow))
