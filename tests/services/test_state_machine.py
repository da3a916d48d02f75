"""Anything in any order: people, moderators and time do what comes to mind, and a plain model says what should be.

The model knows nothing of SQL: a list of documents for each record, and for each change its votes and its state.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import func, select

import webapp.storage
from tests.support.model import faults_of
from tests.support.profile import scaled
from tests.support.world import World
from webapp.domain.errors import AlreadyClosed, CapReached, NotAllowed, NotEligible, NotFound, WellkeptError
from webapp.services import amend, confirm, history, moderate, review, sanction, suggest
from webapp.storage.models import Change, Vote

AUTHORS = ("ann", "ben")
VOTERS = ("rita", "rob", "tess")
TEXTS = ("Soup", "Soup and company", "Soup and bread", "Soup for all of us")
FIELDS = ("description", "summary")
PEOPLE = {"ann": "trusted", "ben": "trusted", "rita": "reviewer", "rob": "reviewer", "tess": "trusted"}
REFUSED = (NotAllowed, NotFound, NotEligible, CapReached, AlreadyClosed, suggest.Alike, suggest.Nothing)
places = st.integers(0, 50)


@dataclass
class Wish:
    """What the model knows of a change."""

    id: str
    record: str
    author: str
    first_opened_at: datetime
    opened_at: datetime
    votes: dict[str, str] = field(default_factory=dict)
    rejected_at: dict[str, datetime] = field(default_factory=dict)
    voided: set[str] = field(default_factory=set)
    approved_since: bool = True
    state: str = "open"
    coauthors: set[str] = field(default_factory=set)


class Stories(RuleBasedStateMachine):
    """Whatever people may do, over three records; `open_world` is set by the test."""

    open_world: Callable[[], Any]

    def __init__(self) -> None:
        super().__init__()
        self._opened = type(self).open_world()
        self.world: World = self._opened.__enter__()
        for handle, role in PEOPLE.items():
            self.world.person(handle, role)
        self.mo = self.world.person("mo", "moderator")
        self.world.person("max", "moderator")
        self.records = [self.world.record(name=f"Club {n}", description="Soup", summary="Soup") for n in range(3)]
        self.wishes: list[Wish] = []
        self.banned: set[str] = set()
        self.operations: list[str] = []

    def teardown(self) -> None:
        self._opened.__exit__(None, None, None)

    # -- people -----------------------------------------------------------------------------------------------

    @rule(author=st.sampled_from(AUTHORS), place=places, name=st.sampled_from(FIELDS), text=st.sampled_from(TEXTS))
    def suggest(self, author: str, place: int, name: str, text: str) -> None:
        record = self.records[place % len(self.records)]
        with told():
            for id_ in self.world.suggest(self.world.person(author), record, **{name: text}):
                self.wishes.append(Wish(id_, record, author, self.world.now, self.world.now))

    @precondition(lambda self: self.wishes)
    @rule(place=places, voter=st.sampled_from(VOTERS), choice=st.sampled_from(["approve", "approve", "reject"]))
    def vote(self, place: int, voter: str, choice: str) -> None:
        wish = self._pick(place)
        with told():
            self.world.vote(self.world.person(voter), wish.id, choice)
            assert wish.state == "open", f"voted on what is {wish.state}"
            wish.votes[voter] = choice
            wish.voided.discard(voter)
            if choice == "reject":
                wish.rejected_at.setdefault(voter, self.world.now)
            wish.approved_since |= choice == "approve"
            self._judge(wish)

    @rule(place=places, name=st.sampled_from(FIELDS), texts=st.permutations(TEXTS))
    def quarrel(self, place: int, name: str, texts: list[str]) -> None:
        """Both authors want something else of the same field."""
        for author, text in zip(AUTHORS, texts, strict=False):
            self.suggest(author, place, name, text)

    @precondition(lambda self: self.wishes)
    @rule(place=places)
    def approve_together(self, place: int) -> None:
        """Two reviewers agree: most changes would never end otherwise."""
        for voter in VOTERS[:2]:
            self.vote(place, voter, "approve")

    @precondition(lambda self: self.wishes)
    @rule(place=places, voter=st.sampled_from(VOTERS))
    def take_back(self, place: int, voter: str) -> None:
        wish = self._pick(place)
        with told():
            review.take_back_vote(
                self.world.storage, review.TakeBackVote(wish.id, self.world.person(voter)), self.world.now
            )
            wish.votes.pop(voter)
            self._judge(wish)

    @precondition(lambda self: self.wishes)
    @rule(place=places, text=st.sampled_from(TEXTS), who=st.sampled_from(["author", "rita"]))
    def amend(self, place: int, text: str, who: str) -> None:
        wish = self._pick(place)
        person = wish.author if who == "author" else who
        row = self.world.change(wish.id)
        if row.record_id is None or row.type != "edit":
            return
        field_name = json.loads(row.payload)["edits"][0][0].rpartition("/")[2].rpartition(".")[2]
        document = {**self.world.document(row.record_id), field_name.lstrip("@"): text}
        act = "amend" if who == "author" else "improve"
        command = amend.AmendChange(wish.id, self.world.person(person), row.content_version, document, act)
        with told():
            amend.amend_change(self.world.storage, command, self.world.now)
            wish.votes, wish.rejected_at, wish.voided = {}, {}, set()
            wish.opened_at = self.world.now
            wish.approved_since = wish.approved_since if row.rejudged_at is None else False
            if person != wish.author:
                wish.coauthors.add(person)
            self._judge(wish)

    @precondition(lambda self: self.wishes)
    @rule(place=places)
    def withdraw(self, place: int) -> None:
        wish = self._pick(place)
        with told():
            self.world.withdraw(self.world.person(wish.author), wish.id)
            assert wish.state == "open"
            wish.state = "withdrawn"

    @rule(place=places)
    def confirm(self, place: int) -> None:
        record = self.records[place % len(self.records)]
        command = confirm.ConfirmRecord(
            record, self.world.person("rita"), self.world.row(record).newest_number, "phoned"
        )
        with told():
            confirm.confirm_record(self.world.storage, command, self.world.now)

    # -- moderators -------------------------------------------------------------------------------------------

    @rule(who=st.sampled_from(["rob", "ben"]))
    def ban_or_lift(self, who: str) -> None:
        command = sanction.BanPerson(self.world.person(who), self.mo, "a quarrel")
        if who in self.banned:
            sanction.lift_ban(self.world.storage, command, self.world.now)
            self.banned.discard(who)
        else:
            sanction.ban_person(self.world.storage, command, self.world.now)
            self.banned.add(who)
        self._see_ban(who, is_ban=who in self.banned)

    @rule(place=places, level=st.sampled_from(["trusted", "moderators", None]))
    def protect(self, place: int, level: str | None) -> None:
        until = self.world.now + timedelta(days=2) if level else None
        command = moderate.ProtectRecord(self.records[place % 3], self.mo, level, until, "a quarrel")
        moderate.protect_record(self.world.storage, command, self.world.now)

    @rule(place=places, back=st.integers(0, 3))
    def revert(self, place: int, back: int) -> None:
        record = self.records[place % 3]
        seen = self.world.row(record).newest_number
        command = history.RevertRevision(record, max(1, seen - back), self.mo, seen, "no")
        with told():
            self.operations.append(history.revert_revision(self.world.storage, command, self.world.now).operation_id)

    @rule(place=places, back=st.integers(1, 3))
    def roll_back(self, place: int, back: int) -> None:
        record = self.records[place % 3]
        seen = self.world.row(record).newest_number
        command = history.RollBackRecord(record, max(1, seen - back), self.mo, seen, "no")
        with told():
            self.operations.append(history.roll_back_record(self.world.storage, command, self.world.now).operation_id)

    @rule(author=st.sampled_from(AUTHORS))
    def incident(self, author: str) -> None:
        self._undo(history.Incident(actor_id=self.world.person(author)))

    @precondition(lambda self: self.operations)
    @rule(place=places)
    def undo(self, place: int) -> None:
        self._undo(history.Incident(operation_id=self.operations[place % len(self.operations)]))

    def _undo(self, incident: history.Incident) -> None:
        command = history.RollBackIncident(incident, self.mo, "no")
        with told():
            done = history.roll_back_incident(self.world.storage, command, self.world.now)
            self.operations.append(done.operation_id)

    @rule(place=places, type_=st.sampled_from(["close", "reopen", "merge"]))
    def decide_lifecycle(self, place: int, type_: str) -> None:
        """A moderator applies a close, a reopening or a merge of somebody else at once."""
        record, into = self.records[place % 3], self.records[(place + 1) % 3] if type_ == "merge" else None
        command = suggest.SuggestLifecycle(self.world.person("ann"), record, type_, "it is so", into)
        with told():
            (id_,) = suggest.suggest_lifecycle(self.world.storage, command, self.world.now).change_ids
            wish = Wish(id_, record, "ann", self.world.now, self.world.now)
            self.wishes.append(wish)
            decide = review.DecideChange(id_, self.mo, "apply", "seen it")
            wish.state = review.decide_change(self.world.storage, decide, self.world.now).state

    @precondition(lambda self: self.wishes)
    @rule(place=places, outcome=st.sampled_from(["apply", "reject"]))
    def decide(self, place: int, outcome: str) -> None:
        wish = self._pick(place)
        command = review.DecideChange(wish.id, self.mo, outcome, "seen it")
        with told():
            done = review.decide_change(self.world.storage, command, self.world.now)
            assert wish.state == "open"
            wish.state = done.state

    # -- time -------------------------------------------------------------------------------------------------

    @rule(hours=st.sampled_from([1, 24, 48, 72, 24 * 7, 24 * 30]))
    def time_passes(self, hours: int) -> None:
        self.world.passes(hours=hours)
        self.world.sweep()
        for wish in self.wishes:
            self._judge(wish)

    # -- what should be ---------------------------------------------------------------------------------------

    def _pick(self, place: int) -> Wish:
        """A change, rather an open one: what has ended answers the same each time."""
        alive = [wish for wish in self.wishes if wish.state == "open"]
        among = alive if alive and place % 5 else self.wishes
        return among[place % len(among)]

    def _see_ban(self, who: str, *, is_ban: bool) -> None:
        for wish in self.wishes:
            if who in wish.votes:
                (wish.voided.add if is_ban else wish.voided.discard)(who)
                wish.approved_since = False if wish.state == "open" else wish.approved_since

    def _judge(self, wish: Wish) -> None:
        """What must have become of a change by its votes and by time alone."""
        row = self.world.change(wish.id)
        if wish.state != "open":
            assert row.state == wish.state
            return
        if row.content_version > 1 and row.approvals == row.rejects == 0 and not row.contested_at:
            wish.votes = wish.votes if self._has_live(wish) else {}
        counted = {p: c for p, c in wish.votes.items() if p not in wish.voided | wish.coauthors | {wish.author}}
        approvals, rejects = list(counted.values()).count("approve"), list(counted.values()).count("reject")
        if row.state == "applied":
            first = min((wish.rejected_at[p] for p, c in counted.items() if c == "reject"), default=None)
            assert approvals - rejects >= (3 if rejects else 2), f"applied by {counted}"
            assert first is None or self.world.now >= first + timedelta(hours=72)
            assert wish.approved_since, "a ban has published it"
        elif row.state == "rejected":
            assert approvals - rejects <= -3
        elif row.state == "expired":
            assert self.world.now >= wish.first_opened_at + timedelta(days=60)
        elif row.state == "open":
            assert row.hidden_at or self.world.now < wish.first_opened_at + timedelta(days=60)
            self._check_held(row, wish, approvals, rejects)
        wish.state = row.state

    def _check_held(self, row: Any, wish: Wish, approvals: int, rejects: int) -> None:
        """An open change that nothing holds has not enough votes."""
        record = self.world.row(row.record_id)
        is_held = row.conflicted_at or row.hidden_at or record.status in ("closed", "merged", "void")
        is_protected = record.protection and record.protected_until > self.world.now
        if row.type != "edit" or row.risk != "low" or is_held or is_protected or not wish.approved_since or rejects:
            return
        assert approvals < 2, f"{approvals} approvals, and still open"

    def _has_live(self, wish: Wish) -> bool:
        query = select(func.count()).where(Vote.change_id == wish.id, Vote.is_live == 1)
        return bool(self.world.one(query)[0])

    @invariant()
    def ends_stay(self) -> None:
        states = {row.id: row.state for row in self.world.all(select(Change.id, Change.state))}
        for wish in self.wishes:
            if wish.state != "open":
                assert states[wish.id] == wish.state
            elif states[wish.id] == "superseded":
                wish.state = "superseded"

    @invariant()
    def nothing_is_broken(self) -> None:
        assert faults_of(self.world.storage) == []


@contextmanager
def told() -> Iterator[None]:
    """What people are told is an answer; anything else is a fault."""
    try:
        yield
    except REFUSED:
        return
    except WellkeptError as error:
        raise AssertionError(f"told {error}") from error


@pytest.fixture
def fresh_world(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Callable[[], Any]:
    """A new world on a new database of the same kind, for each story."""
    names = iter(range(10_000))

    @contextmanager
    def open_world() -> Iterator[World]:
        if database_url.startswith("sqlite"):
            template, server = request.getfixturevalue("sqlite_template"), None
            url = template.copy(tmp_path / f"story{next(names)}.db")
        else:
            server = request.getfixturevalue("postgres_template")
            url = server.create()
        storage = webapp.storage.init(url)
        world = World(storage)
        world.full_rules()
        try:
            yield world
        finally:
            storage.dispose()
            if server is not None:
                server.drop(url)

    return open_world


def test_whatever_happens_the_model_agrees(fresh_world: Callable[[], Any]) -> None:
    class Told(Stories):
        open_world = staticmethod(fresh_world)

    run_state_machine_as_test(
        Told,
        settings=settings(
            settings.get_profile(settings.get_current_profile_name()),
            max_examples=scaled(15, 200),
            stateful_step_count=scaled(25, 60),
        ),
    )
