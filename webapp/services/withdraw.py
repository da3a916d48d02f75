"""The author takes an open change back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from webapp.domain.lifecycle import Act
from webapp.domain.permissions import Subject
from webapp.services import people
from webapp.services.ending import close_change
from webapp.services.judge import author_in, roles_in
from webapp.services.settle import lock_open
from webapp.storage import Storage
from webapp.storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class WithdrawChange:
    """Who takes which change back."""

    change_id: str
    person_id: str


def withdraw_change(storage: Storage, command: WithdrawChange, now: datetime) -> str:
    """Withdraw; gives the suggestion's id. AlreadyClosed when it has come to another end meanwhile."""

    def work(uow: UnitOfWork) -> str:
        _, change = lock_open(uow, command.change_id)
        subject = Subject(author_id=author_in(roles_in(uow, change.id)), state=change.state)
        people.require(people.load_actor(uow, command.person_id), "withdraw_change", subject)
        close_change(uow, change, Act.WITHDRAW)
        return str(change.suggestion_id)

    return storage.transact(work, now)
