"""The ground that all stories stand on: a world, three records that a source brought, and what must always hold."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from hypothesis.stateful import RuleBasedStateMachine, invariant
from sqlalchemy import func, select

from tests.support.model import faults_of
from tests.support.stories.wish import PEOPLE, SOURCE, Masked, Wish, check_applied, without
from tests.support.world import World
from webapp.domain.document import Document, canonical, parse
from webapp.interchange.ids import record_id
from webapp.interchange.records import Item
from webapp.services import intake
from webapp.services.doctor import doctor
from webapp.storage.models import Change, Revision, RevisionContent, Suggestion, Vote

TOWN = intake.SourceInfo("Small town", "OGL")
FIRST = {"description": "Soup", "summary": "Soup"}


class Story(RuleBasedStateMachine):
    """What every part of life knows; `open_world` is set by the test."""

    open_world: Callable[[], Any]

    def __init__(self) -> None:
        super().__init__()
        self._opened = type(self).open_world()
        self.world: World = self._opened.__enter__()
        for handle, role in PEOPLE.items():
            self.world.person(handle, role)
        self.mo = self.world.person("mo", "moderator")
        self.max = self.world.person("max", "moderator")
        self.numbers: dict[str, str] = {}
        self.says: dict[str, Document] = {key: {"name": f"Club {key}", **FIRST} for key in "012"}
        self.take_in(*self.says)
        self.records = [self.at(key) for key in self.says]
        self.wishes: list[Wish] = []
        self.masks: list[Masked] = []
        self.banned: set[str] = set()
        self.operations: list[str] = []

    def teardown(self) -> None:
        try:
            if sys.exc_info()[0] is None:  # what went wrong before is what is to be told
                self.at_the_end()
        finally:
            self._opened.__exit__(None, None, None)

    def at_the_end(self) -> None:
        """What costs too much to be looked at after each step: every invariant and both chains."""
        found = doctor(self.world.storage)
        assert found == [], f"the doctor says {found}"

    # -- the source -------------------------------------------------------------------------------------------

    @staticmethod
    def at(key: str) -> str:
        """The id of the source's record."""
        return record_id(TOWN.name, key)

    def take_in(self, *keys: str, as_suggestions: bool = False) -> intake.Summary:
        """Run an import of these records as the source says them now."""
        items = [Item(key, self.at(key), "service", self.says[key], rows=(ord(key),)) for key in keys]
        return intake.run(self.world.storage, TOWN, items, self.world.now, as_suggestions=as_suggestions)

    # -- looking ----------------------------------------------------------------------------------------------

    def pick_record(self, place: int) -> str:
        """One of the services."""
        return self.records[place % len(self.records)]

    def pick(self, place: int) -> Wish:
        """A change, rather an open one: what has ended answers the same each time."""
        alive = [wish for wish in self.wishes if wish.state == "open"]
        among = alive if alive and place % 5 else self.wishes
        return among[place % len(among)]

    def past(self, record: str) -> list[Document]:
        """Every document of a record, the oldest first."""
        query = (
            select(RevisionContent.document)
            .join(Revision, Revision.id == RevisionContent.revision_id)
            .where(Revision.record_id == record)
            .order_by(Revision.number)
        )
        return [parse(row.document) for row in self.world.all(query)]

    def words(self, text: str, record: str) -> str:
        """A text for a record: with the record's own private number, as long as that is no secret."""
        number = self.number_of(record)
        if any(mask.number == number and mask.holds for mask in self.masks):
            return text.partition(",")[0]
        return text.format(number=number)

    def number_of(self, record: str) -> str:
        """Each record has a telephone number that nobody types into another."""
        return self.numbers.setdefault(record, f"0131 496 07{len(self.numbers):02d}")

    def is_protected(self, record: str) -> bool:
        """Whether a protection stands on the record now."""
        row = self.world.row(record)
        return bool(row.protection and (row.protected_until is None or row.protected_until > self.world.now))

    def see_new_wishes(self) -> None:
        """Take note of what the source has suggested."""
        known = {wish.id for wish in self.wishes}
        query = (
            select(Change, Suggestion.author_id)
            .join(Suggestion, Suggestion.id == Change.suggestion_id)
            .where(Suggestion.door == "import")
            .order_by(Change.id)
        )
        for row in self.world.all(query):
            if row.id not in known:
                self.world.people[SOURCE] = row.author_id
                now, created = self.world.now, {}
                if row.type == "create":
                    created = {one["id"]: one["document"] for one in json.loads(row.payload)["records"]}
                self.wishes.append(Wish(row.id, row.record_id, SOURCE, now, now, row.type, created))

    # -- what should be ---------------------------------------------------------------------------------------

    def judge(self, wish: Wish) -> None:
        """What must have become of a change by its votes and by time alone."""
        row = self.world.change(wish.id)
        if wish.state != "open":
            assert row.state == wish.state, f"{wish.state} became {row.state}"
            return
        if row.content_version > 1 and row.approvals == row.rejects == 0 and not row.contested_at:
            wish.votes = wish.votes if self._has_live(wish) else {}
        if row.state == "applied":
            check_applied(wish, row.risk, self.world.now)
        elif row.state == "rejected":
            choices = list(wish.counted().values())
            assert choices.count("approve") - choices.count("reject") <= -3
        elif row.state == "expired":
            assert self.world.now >= wish.first_opened_at + timedelta(days=60)
        elif row.state == "open":
            assert row.hidden_at or self.world.now < wish.first_opened_at + timedelta(days=60)
            self._check_held(row, wish)
        wish.state = row.state

    def _check_held(self, row: Any, wish: Wish) -> None:
        """An open change that nothing holds has not enough votes."""
        choices = list(wish.counted().values())
        if row.type != "edit" or row.risk != "low" or not wish.approved_since or "reject" in choices:
            return
        is_held = row.conflicted_at or row.hidden_at
        is_held = is_held or self.world.row(row.record_id).status in ("closed", "merged", "void")
        if not is_held and not self.is_protected(row.record_id):
            assert choices.count("approve") < 2, f"{choices}, and still open"

    def _has_live(self, wish: Wish) -> bool:
        query = select(func.count()).where(Vote.change_id == wish.id, Vote.is_live == 1)
        return bool(self.world.one(query)[0])

    @invariant()
    def ends_stay(self) -> None:
        states = {row.id: row.state for row in self.world.all(select(Change.id, Change.state))}
        for wish in self.wishes:
            if wish.state != "open":
                assert states[wish.id] == wish.state, f"{wish.state} became {states[wish.id]}"
            elif states[wish.id] == "superseded" or (wish.author == SOURCE and states[wish.id] == "withdrawn"):
                wish.state = states[wish.id]  # true by another's hand, or the source has a newer word

    @invariant()
    def time_goes_on(self) -> None:
        """Of what happens in one and the same moment nobody can tell what came first."""
        self.world.passes(seconds=1)

    @invariant()
    def nothing_is_broken(self) -> None:
        assert faults_of(self.world.storage) == []

    def same(self, record: str, one: Document, other: Document) -> bool:
        """Whether two documents of a record say the same but for what was ever masked."""
        numbers = {mask.number for mask in self.masks}
        gone = {unit for mask in self.masks if mask.record == record for unit in mask.named}
        one, other = ({name: said for name, said in each.items() if name not in gone} for each in (one, other))
        return without(numbers, one) == without(numbers, other)

    def check_document(self, record: str, wanted: Document, what: str) -> None:
        """The record says exactly this now."""
        found = self.world.document(record)
        assert canonical(found) == canonical(wanted), f"{what}: {found} instead of {wanted}"
