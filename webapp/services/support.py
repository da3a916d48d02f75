"""A second person who wanted to suggest the same adds how they know of it, without a vote."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from webapp.domain.errors import Problem, Refused
from webapp.domain.permissions import Subject
from webapp.services import people
from webapp.services.judge import authors_in, roles_in
from webapp.services.settle import lock_open
from webapp.services.suggest import HowKnown, add_evidence
from webapp.storage import Storage
from webapp.storage.models import ChangeAuthor
from webapp.storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class SupportChange:
    """Who supports which change, and how they know."""

    change_id: str
    person_id: str
    evidence: HowKnown = field(default_factory=HowKnown)


def support_change(storage: Storage, command: SupportChange, now: datetime) -> str:
    """Add a supporter with evidence to an open change; gives the suggestion's id.

    Raises AlreadyClosed, NotAllowed, Refused (support says how one knows), and NotEligible for an unknown way to know.
    """

    def work(uow: UnitOfWork) -> str:
        _, change = lock_open(uow, command.change_id)
        roles = roles_in(uow, change.id)
        subject = Subject(author_ids=authors_in(roles), state=change.state)
        people.require(people.load_actor(uow, command.person_id), "support_change", subject)
        if not (command.evidence.how or command.evidence.detail.strip()):
            raise Refused([Problem("how", "required")])
        add_evidence(uow, change.suggestion_id, command.person_id, command.evidence)
        if command.person_id not in roles:
            uow.add(ChangeAuthor, change_id=change.id, person_id=command.person_id, role="supporter", since=uow.now)
        return str(change.suggestion_id)

    return storage.transact(work, now)
