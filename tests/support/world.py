"""A small world for tests of services: people, records and time that passes, through the services themselves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from webapp.domain.document import Document, parse
from webapp.domain.kinds import KINDS
from webapp.domain.roles import Role
from webapp.services import amend, review, settle, suggest, withdraw
from webapp.services.account import add_person
from webapp.services.revise import Writing, create_record, start_operation
from webapp.storage import Storage
from webapp.storage.models import Affiliation, Change, Mode, Record, Revision, RevisionContent
from webapp.storage.unit_of_work import Row, new_id

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class World:
    """Services with a clock that the test moves."""

    def __init__(self, storage: Storage) -> None:
        self.storage = storage
        self.now = START
        self.people: dict[str, str] = {}
        self.town: dict[str, str] = {}  # what a test file's own fixture made, by a name of its choice

    def passes(self, **parts: float) -> None:
        """Let time pass: `passes(hours=24)`."""
        self.now += timedelta(**parts)

    # -- making -----------------------------------------------------------------------------------------

    def person(self, handle: str, role: str = "volunteer", *, confirmed: bool = True) -> str:
        """A person of a role, made on first mention; gives the id."""
        if handle not in self.people:
            self.people[handle] = self.storage.transact(
                lambda uow: add_person(
                    uow, f"{handle}@people.example", handle.title(), None, Role(role), handle, confirmed
                ),
                self.now,
            )
        return self.people[handle]

    def full_rules(self) -> None:
        """The full rules are in force, as with ten active reviewers."""
        self.storage.transact(
            lambda uow: uow.add(Mode, id=new_id(), mode="full", active_reviewers=12, since=uow.now), self.now
        )

    def record(self, kind: str = "service", **values: Any) -> str:
        """A record written without review, as an import would; gives the id."""
        document = {"name": "Harbour Soup Lunch", **values}
        id_ = new_id()

        def work(uow: Any) -> None:
            operation = start_operation(uow, "import", None, "test")
            create_record(uow, id_, KINDS[kind], document, Writing(operation, "import", None, "Added"))

        self.storage.transact(work, self.now)
        return id_

    def affiliate(self, person: str, organization: str) -> None:
        """Declare a tie between a person and an organisation."""
        self.storage.transact(
            lambda uow: uow.add(
                Affiliation, id=new_id(), person_id=person, organization_id=organization, since=uow.now, ended_at=None
            ),
            self.now,
        )

    # -- acting -----------------------------------------------------------------------------------------

    def suggest(self, author: str, record: str, reason: str = "they told me", **values: Any) -> list[str]:
        """Suggest new values for fields of a record; gives the ids of the changes."""
        row = self.row(record)
        document = {**self.document(record), **values}
        command = suggest.SuggestChange(author, record, row.newest_number, document, reason)
        return list(suggest.suggest_change(self.storage, command, self.now).change_ids)

    def vote(self, person: str, change: str, choice: str = "approve", seen: int | None = None) -> settle.Outcomes:
        """Cast a vote on the change as it reads now."""
        seen = seen if seen is not None else self.change(change).content_version
        return review.cast_vote(self.storage, review.CastVote(change, person, seen, choice), self.now)

    def approve(self, change: str, *people: str) -> str:
        """Approvals by several people, made reviewers on first mention; gives the change's state."""
        for handle in people:
            self.vote(self.person(handle, "reviewer"), change)
        return str(self.change(change).state)

    def amend(self, person: str, change: str, act: str = "amend", **values: Any) -> None:
        """New values for an open change as it reads now, by its author; or by a reviewer, who may `improve` it."""
        row = self.change(change)
        document = {**self.document(row.record_id), **values}
        command = amend.AmendChange(change, person, row.content_version, document, act)
        amend.amend_change(self.storage, command, self.now)

    def withdraw(self, person: str, change: str) -> None:
        """The author withdraws."""
        withdraw.withdraw_change(self.storage, withdraw.WithdrawChange(change, person), self.now)

    def sweep(self) -> None:
        """What the worker does when time has passed."""
        settle.settle_due(self.storage, self.now)

    # -- looking ----------------------------------------------------------------------------------------

    def row(self, record: str) -> Row:
        """A record's row."""
        return self.one(select(Record).where(Record.id == record))

    def change(self, change: str) -> Row:
        """A change's row."""
        return self.one(select(Change).where(Change.id == change))

    def one(self, query: Any) -> Row:
        """The first row of a query."""
        with self.storage.read() as connection:
            row = connection.execute(query).first()
        assert row is not None
        return row

    def all(self, query: Any) -> list[Row]:
        """Every row of a query."""
        with self.storage.read() as connection:
            return list(connection.execute(query))

    def document(self, record: str, number: int | None = None) -> Document:
        """A record's document at a revision, the newest by default."""
        query = (
            select(RevisionContent.document)
            .join(Revision, Revision.id == RevisionContent.revision_id)
            .where(Revision.record_id == record)
            .order_by(Revision.number.desc())
        )
        if number is not None:
            query = query.where(Revision.number == number)
        return parse(self.one(query).document)
