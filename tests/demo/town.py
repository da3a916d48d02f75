"""Plays the demo's story with the review rules alone: no database, no services, only documents and votes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from webapp.demo.content import Content, Record
from webapp.demo.story import Step, edited, new_records, timeline
from webapp.domain.decide import ChangeFacts, Decision, KindOfChange, Outcome, decide
from webapp.domain.diff import Edit, by_group, diff, risk_of
from webapp.domain.document import Document, to_units
from webapp.domain.fields import Risk
from webapp.domain.kinds import KINDS
from webapp.domain.merge import Conflict, fit, merge
from webapp.domain.policy import DEFAULT
from webapp.domain.roles import Role, at_least
from webapp.domain.standing import open_cap
from webapp.domain.tally import VoteFact, tally
from webapp.domain.validate import Report, validate

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
TODAY = NOW.date()


@dataclass
class Change:
    """One change of the story on its way through the rules."""

    row: Mapping[str, Any]
    slug: str
    group: str
    edits: tuple[Edit, ...]
    risk: Risk
    kind: KindOfChange
    opened_at: datetime
    first_opened_at: datetime
    state: str = "open"
    flags: dict[str, datetime] = field(default_factory=dict)
    votes: dict[str, VoteFact] = field(default_factory=dict)
    decision: Decision | None = None
    spam_flags: int = 0


class Town:
    """Documents and changes, moved by the story's steps under the full rules."""

    def __init__(self, content: Content) -> None:
        self.records: dict[str, Record] = {record.slug: record for record in content.records}
        self.documents: dict[str, Document] = {record.slug: record.document for record in content.records}
        self.revisions: dict[str, list[str]] = {slug: ["demo"] for slug in self.records}
        self.past: dict[tuple[str, str], tuple[Document, Document]] = {}
        self.closed: set[str] = set()
        self.people = {person["handle"]: person for person in content.people}
        self.changes: list[Change] = []
        for step in timeline(content.story):
            self.take(step)
        self.sweep(NOW)

    def take(self, step: Step) -> None:
        at = NOW - timedelta(days=step.days_ago)
        self.sweep(at)
        act = getattr(self, f"_{step.act}", None)
        if act:
            act(step, at)

    def of(self, row: Mapping[str, Any]) -> list[Change]:
        return [change for change in self.changes if change.row["id"] == row["id"]]

    # -- acts -----------------------------------------------------------------------------------------------

    def _suggest(self, step: Step, at: datetime) -> None:
        row, kind = step.of, step.of.get("type", "edit")
        self._within_the_cap(row["author"])
        if kind == "create":
            records = new_records(row, TODAY)
            for record in records:
                report = validate(KINDS[record.kind], record.document)
                assert report == Report(), (row["id"], report)
            self.changes.append(Change(row, records[-1].slug, "", (), Risk.HIGH, kind, at, at))
        elif kind == "edit":
            groups = by_group(KINDS[self.records[row["record"]].kind], self._edits(row, row["edits"]))
            assert groups, f"{row['id']} says what is there already"
            for group, edits in groups.items():
                risk = risk_of(KINDS[self.records[row["record"]].kind], edits)
                self.changes.append(Change(row, row["record"], group, edits, risk, kind, at, at))
        else:
            self.changes.append(Change(row, row["record"], "", (), Risk.DESTRUCTIVE, kind, at, at))

    def _within_the_cap(self, author: str) -> None:
        own = [change for change in self.changes if change.row["author"] == author]
        still = {change.row["id"] for change in own if change.state == "open"}
        has_applied = any(change.state == "applied" for change in own)
        assert len(still) < open_cap(self.people[author]["role"], has_applied, DEFAULT), author

    def _edits(self, row: Mapping[str, Any], wished: Any) -> tuple[Edit, ...]:
        record = self.records[row["record"]]
        before = self.documents[row["record"]]
        after = edited(KINDS[record.kind], record.id, before, wished, TODAY)
        report = validate(KINDS[record.kind], after)
        assert report == Report(), (row["id"], report)
        return diff(KINDS[record.kind], before, after)

    def _vote(self, step: Step, at: datetime) -> None:
        who, person = step.data["who"], self.people[step.data["who"]]
        changes = [c for c in self.of(step.of) if c.group in step.data.get("groups", [c.group])]
        for change in changes:
            assert change.state == "open", f"{who} votes on {change.row['id']}, which is {change.state}"
            steward = change.slug in person.get("steward_of", ())
            assert steward or at_least(person["role"], Role.REVIEWER), who
            assert who != change.row["author"], change.row["id"]
            affiliated = person.get("affiliation") == (self._organization(change.slug) or "")
            change.votes[who] = VoteFact(who, who, step.data["choice"], at, person["role"], affiliated, steward)
            self.judge(change, at)

    def _organization(self, slug: str) -> str | None:
        if slug not in self.documents:
            return None
        identity = self.documents[slug].get("organization_id", self.records[slug].id)
        return next((record.slug for record in self.records.values() if record.id == identity), None)

    def _flag(self, step: Step, at: datetime) -> None:
        for change in self.of(step.of):
            change.spam_flags += 1
            if change.spam_flags >= DEFAULT.spam.flags_to_hide:
                change.flags["hidden"] = at

    def _amend(self, step: Step, at: datetime) -> None:
        (change,) = self.of(step.of)
        assert change.state == "open"
        change.edits = self._edits(step.of, step.data["edits"])
        change.opened_at, change.votes = at, {}
        change.flags.pop("conflicted", None)
        self.judge(change, at)

    _rebase = _amend

    def _withdraw(self, step: Step, at: datetime) -> None:
        for change in self.of(step.of):
            assert change.state == "open"
            change.state = "withdrawn"

    def _decide(self, step: Step, at: datetime) -> None:
        assert at_least(self.people[step.data["who"]]["role"], Role.MODERATOR)
        for change in self.of(step.of):
            assert change.state == "open"
            self._end(change, {"apply": "applied", "reject": "rejected"}[step.data["outcome"]])

    def _revert(self, step: Step, at: datetime) -> None:
        slug = next(row.slug for row in self.changes if row.row["id"] == step.of["suggestion"])
        before, after = self.past[slug, step.of["suggestion"]]
        kind = KINDS[self.records[slug].kind]
        merged = merge(kind, self.documents[slug], diff(kind, after, before))
        assert not isinstance(merged, Conflict)
        self._write(slug, merged.document, "revert")

    def _roll_back(self, step: Step, at: datetime) -> None:
        self._write(step.of["record"], self.past[step.of["record"], step.of["to_after"]][1], "roll back")

    def _confirmation(self, step: Step, at: datetime) -> None:
        assert step.of["record"] in self.documents

    _report = _protection = _confirmation

    def _list(self, step: Step, at: datetime) -> None:
        assert {one["slug"] for one in step.of["records"]} <= set(self.documents)

    # -- the rules -------------------------------------------------------------------------------------------

    def sweep(self, until: datetime) -> None:
        """Judge what falls due, in the order of its time."""
        while due := [c for c in self.changes if c.state == "open" and self._due(c) <= until]:
            change = min(due, key=self._due)
            self.judge(change, self._due(change))

    def _due(self, change: Change) -> datetime:
        if change.decision is None:
            return change.opened_at
        return change.decision.settle_at or NOW + timedelta(days=1)

    def judge(self, change: Change, at: datetime) -> None:
        facts = ChangeFacts(
            change.risk,
            change.kind,
            change.state,
            change.opened_at,
            change.first_opened_at,
            frozenset([change.row["author"]]),
            bool(change.row["reason"]),
            "hidden" in change.flags,
            "conflicted" in change.flags,
            change.flags.get("escalated"),
            on_closed_record=change.slug in self.closed,
        )
        decision = decide(facts, tally(change.votes.values(), [change.row["author"]]), DEFAULT, "full", at)
        change.decision = decision
        if decision.outcome is Outcome.ESCALATE:
            change.flags["escalated"] = at
            self.judge(change, at)
        elif decision.outcome is not Outcome.HOLD:
            self._end(change, {"apply": "applied", "reject": "rejected", "expire": "expired"}[decision.outcome.value])

    def _end(self, change: Change, state: str) -> None:
        change.state = state
        if state == "applied":
            {"edit": self._apply_edit, "create": self._apply_new}.get(change.kind, self._apply_fate)(change)

    def _apply_new(self, change: Change) -> None:
        for record in new_records(change.row, TODAY):
            assert record.slug not in self.records
            self.records[record.slug], self.revisions[record.slug] = record, []
            self._write(record.slug, record.document, change.row["id"])

    def _apply_fate(self, change: Change) -> None:
        {"reopen": self.closed.discard}.get(change.kind, self.closed.add)(change.slug)
        self.revisions[change.slug].append(change.row["id"])

    def _apply_edit(self, change: Change) -> None:
        kind, before = KINDS[self.records[change.slug].kind], self.documents[change.slug]
        merged = merge(kind, before, change.edits)
        assert not isinstance(merged, Conflict), change.row["id"]
        self.past[change.slug, change.row["id"]] = (before, merged.document)
        self._write(change.slug, merged.document, change.row["id"])

    def _write(self, slug: str, document: Document, why: str) -> None:
        self.documents[slug] = document
        self.revisions[slug].append(why)
        units = to_units(KINDS[self.records[slug].kind], document)
        for other in self.changes:
            if other.slug == slug and other.state == "open" and other.kind == "edit":
                found = fit(units, other.edits)
                if found.is_already_true:
                    other.state = "superseded"
                elif found.clashes:
                    other.flags["conflicted"] = NOW

    def stands(self, row: Mapping[str, Any]) -> str:
        """What came of a suggestion, in the words of the story."""
        states = {change.state for change in self.of(row)}
        if states == {"open"}:
            (change,) = self.of(row)
            contested = change.decision is not None and change.decision.contested
            graver = [flag for flag in ("hidden", "conflicted", "escalated") if flag in change.flags]
            return graver[0] if graver else "contested" if contested else "open"
        if len(states) == 1:
            return states.pop()
        return "partly applied" if "applied" in states else "mixed"
