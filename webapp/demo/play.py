"""Makes the demo community by calling the services with a moving clock: nothing is written that people could not do.

Every date counts back from the moment of loading. Between two acts time passes as it does under the worker: what
has waited its time applies, is rejected, escalates or expires.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from webapp.demo.content import Content, load, read_synonyms, record_id
from webapp.demo.story import Step, edited, new_records, timeline
from webapp.domain.document import Document
from webapp.domain.errors import WellkeptError
from webapp.domain.hours import LONDON
from webapp.domain.kinds import KINDS
from webapp.services import (
    amend,
    confirm,
    history,
    insights,
    lists,
    moderate,
    review,
    ruling,
    sanction,
    settle,
    spam,
    suggest,
    synonyms,
    talk,
    vocabulary,
    withdraw,
)
from webapp.services.demo import Member, Tie, add_member, add_records, add_ties, begin_demo, end_demo
from webapp.services.standing import judge_everybody
from webapp.storage import Storage
from webapp.storage.queries import demo as queries

Progress = Callable[[str, int, int], None]
"""What is being done, how many steps are done, and of how many."""

FOUNDED = 730  # days ago: the directory is set up, and the full rules are in force
OPENED = 320  # days ago: the first records are there, before the first act of the story


@dataclass(frozen=True, slots=True)
class Summary:
    """What is there now. `refused`: acts that the rules did not let happen, which only a foreign policy causes."""

    people: int
    records: int
    suggestions: int
    acts: int
    refused: tuple[str, ...]


def play(storage: Storage, now: datetime, progress: Progress | None = None, *, force: bool = False) -> Summary:
    """Load the demo community into an empty, migrated database; `force` adds it to what is there.

    Raises NotEmpty. When anything else stops it, the database stays marked as half loaded.
    """
    begin_demo(storage, now, now - timedelta(days=FOUNDED), force=force)
    player = _Player(storage, load(now.astimezone(LONDON).date()), now, progress or _silent)
    player.found()
    for step in player.steps:
        player.take(step)
    return player.end()


def _silent(what: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


class _Player:
    """The community at a moment of its story."""

    def __init__(self, storage: Storage, content: Content, now: datetime, progress: Progress) -> None:
        self.storage, self.content, self.now, self.progress = storage, content, now, progress
        self.today = now.astimezone(LONDON).date()
        self.steps = _steps(content)
        self.clock = self._at(OPENED)
        self.people: dict[str, str] = {}  # ids by handle
        self.records = {record.slug: record.id for record in content.records}
        self.suggestions: dict[str, str] = {}  # ids by the story's
        self.reports: dict[str, str] = {}
        self.seen: dict[str, datetime] = {}
        self.refused: list[str] = []
        self.taken = 0

    def found(self) -> None:
        """Everybody and everything that is there before the first act."""
        self.progress("people and records", 0, len(self.steps))
        for person in self.content.people:
            words = {name: person[name] for name in ("handle", "name", "email", "role", "about")}
            member = Member(**words, joined_at=self._at(person["joined"]))
            self.people[person["handle"]] = add_member(self.storage, member)
            self.seen[self.people[person["handle"]]] = member.joined_at
        records = [suggest.NewRecord(record.id, record.kind, record.document) for record in self.content.records]
        add_records(self.storage, records, self._at(OPENED))
        add_ties(self.storage, self._ties(), self._at(OPENED))
        synonyms.load_synonyms(self.storage, read_synonyms(), self._at(OPENED))

    def take(self, step: Step) -> None:
        """Let time pass up to a step, then act; what the rules refuse is kept for the summary."""
        at = self._at(step.days_ago)
        self._pass_to(at)
        try:
            getattr(self, f"_{step.act}")(step.of, step.data, at)
        except (WellkeptError, LookupError) as error:
            name = step.of.get("id") or step.of.get("record") or step.of.get("handle")
            self.refused.append(f"{step.act} {name}: {error}")
        self._note_seen(step, at)
        self.taken += 1
        self.progress("the story", self.taken, len(self.steps))

    def end(self) -> Summary:
        """Come to the present and call the demo whole."""
        self._pass_to(self.now)
        settle.settle_due(self.storage, self.now)
        judge_everybody(self.storage, self.now)
        insights.count(self.storage, self.now)
        vocabulary.refresh(self.storage, self.now)
        offered = [self.people[person["handle"]] for person in self.content.people if person.get("sign_in")]
        end_demo(self.storage, self.seen, offered, self.now)
        with self.storage.read() as connection:
            records, people = queries.holdings(connection)
        return Summary(people, records, len(self.suggestions), self.taken, tuple(self.refused))

    # -- acts: the row of the story, what is particular to the act, and when -----------------------------------

    def _suggest(self, row: Mapping[str, Any], data: Mapping[str, Any], at: datetime) -> None:
        how = suggest.HowKnown(row["evidence"]["how"], row["evidence"]["detail"])
        act = {"edit": self._suggest_edit, "create": self._suggest_new}.get(row.get("type", "edit"), self._suggest_fate)
        self.suggestions[row["id"]] = act(row, how, at).suggestion_id

    def _suggest_edit(self, row: Mapping[str, Any], how: suggest.HowKnown, at: datetime) -> suggest.Suggested:
        id_, number, document = self._edited(row["record"], row["edits"])
        author = self.people[row["author"]]
        command = suggest.SuggestChange(author, id_, number, document, row["reason"], how, "demo")
        return suggest.suggest_change(self.storage, command, at)

    def _suggest_new(self, row: Mapping[str, Any], how: suggest.HowKnown, at: datetime) -> suggest.Suggested:
        made = new_records(row, self.today)
        new = tuple(suggest.NewRecord(record.id, record.kind, record.document) for record in made)
        command = suggest.SuggestRecords(self.people[row["author"]], new, row["reason"], how, "demo")
        suggested = suggest.suggest_records(self.storage, command, at)
        self.records |= {record.slug: record.id for record in made}
        return suggested

    def _suggest_fate(self, row: Mapping[str, Any], how: suggest.HowKnown, at: datetime) -> suggest.Suggested:
        id_, into = self.records[row["record"]], self.records[row["into"]] if "into" in row else None
        author = self.people[row["author"]]
        command = suggest.SuggestLifecycle(author, id_, row["type"], row["reason"], into, how, "demo")
        return suggest.suggest_lifecycle(self.storage, command, at)

    def _comment(self, row: Mapping[str, Any], data: Mapping[str, Any], at: datetime) -> None:
        comment = talk.PostComment(self.suggestions[row["id"]], self.people[data["who"]], data["text"])
        talk.post_comment(self.storage, comment, at)

    def _vote(self, row: Mapping[str, Any], data: Mapping[str, Any], at: datetime) -> None:
        for change in self._open(row["id"]):
            if change.group in data.get("groups", [change.group]):
                words = (data["choice"], data.get("reason", ""), data.get("note", ""))
                vote = review.CastVote(change.id, self.people[data["who"]], change.content_version, *words)
                review.cast_vote(self.storage, vote, at)

    def _flag(self, row: Mapping[str, Any], data: Mapping[str, Any], at: datetime) -> None:
        for change in self._open(row["id"]):
            spam.flag_spam(self.storage, spam.FlagSpam(change.id, self.people[data["who"]]), at)

    def _amend(self, row: Mapping[str, Any], data: Mapping[str, Any], at: datetime) -> None:
        self._renew(row, data, "amend", at)

    def _rebase(self, row: Mapping[str, Any], data: Mapping[str, Any], at: datetime) -> None:
        self._renew(row, data, "rebase", at)

    def _renew(self, row: Mapping[str, Any], data: Mapping[str, Any], act: str, at: datetime) -> None:
        person = self.people[data.get("who", row["author"])]
        _, _, document = self._edited(row["record"], data["edits"])
        for change in self._open(row["id"]):
            command = amend.AmendChange(change.id, person, change.content_version, document, act)
            amend.amend_change(self.storage, command, at)

    def _withdraw(self, row: Mapping[str, Any], data: Mapping[str, Any], at: datetime) -> None:
        for change in self._open(row["id"]):
            withdraw.withdraw_change(self.storage, withdraw.WithdrawChange(change.id, self.people[row["author"]]), at)

    def _decide(self, row: Mapping[str, Any], data: Mapping[str, Any], at: datetime) -> None:
        for change in self._open(row["id"]):
            who, seen = self.people[data["who"]], change.content_version
            command = ruling.DecideChange(change.id, who, seen, data["outcome"], data["note"])
            ruling.decide_change(self.storage, command, at)

    def _revert(self, row: Mapping[str, Any], data: Mapping[str, Any], at: datetime) -> None:
        id_, number = self._written_by(row["suggestion"])
        who, seen = self.people[row["who"]], self._newest(id_).number
        history.revert_revision(self.storage, history.RevertRevision(id_, number, who, seen, row["reason"]), at)

    def _roll_back(self, row: Mapping[str, Any], data: Mapping[str, Any], at: datetime) -> None:
        id_, number = self._written_by(row["to_after"])
        who, seen = self.people[row["who"]], self._newest(id_).number
        history.roll_back_record(self.storage, history.RollBackRecord(id_, number, who, seen, row["reason"]), at)

    def _confirmation(self, row: Mapping[str, Any], data: Mapping[str, Any], at: datetime) -> None:
        id_ = self.records[row["record"]]
        command = confirm.ConfirmRecord(id_, self.people[row["who"]], self._newest(id_).number, row["how"])
        confirm.confirm_record(self.storage, command, at)

    def _protection(self, row: Mapping[str, Any], data: Mapping[str, Any], at: datetime) -> None:
        id_, until = self.records[row["record"]], at + timedelta(days=row["for_days"])
        command = moderate.ProtectRecord(id_, self.people[row["who"]], row["level"], until, row["reason"])
        moderate.protect_record(self.storage, command, at)

    def _report(self, row: Mapping[str, Any], data: Mapping[str, Any], at: datetime) -> None:
        who = self.people[row["who"]] if "who" in row else None
        command = confirm.ReportProblem(self.records[row["record"]], row["what"], row["text"], who, row.get("contact"))
        self.reports[row["id"]] = confirm.report_problem(self.storage, command, at)

    def _handle(self, row: Mapping[str, Any], data: Mapping[str, Any], at: datetime) -> None:
        moderate.close_report(self.storage, self.reports[row["id"]], self.people[data["who"]], data["answer"], at)

    def _list(self, row: Mapping[str, Any], data: Mapping[str, Any], at: datetime) -> None:
        maker = lists.Maker(self.people[row["who"]])
        code = lists.make_list(self.storage, maker, row["name"], None, at).code
        lists.word_list(self.storage, code, maker, row["name"], row["note"], at)
        for one in row["records"]:
            lists.add_entry(self.storage, code, maker, self.records[one["slug"]], at)
            lists.note_entry(self.storage, code, maker, self.records[one["slug"]], one["note"], at)

    def _pause(self, row: Mapping[str, Any], data: Mapping[str, Any], at: datetime) -> None:
        person, by = self.people[row["handle"]], self.people[row["paused_by"]]
        command = sanction.PausePerson(person, by, row["paused_days"], row["paused_reason"])
        sanction.pause_person(self.storage, command, at)

    # -- time and looking -----------------------------------------------------------------------------------

    def _at(self, days_ago: float) -> datetime:
        return self.now - timedelta(days=days_ago)

    def _pass_to(self, at: datetime) -> None:
        while (due := self._next_due()) and self.clock < due < at:
            self.clock = due
            settle.settle_due(self.storage, due)
        self.clock = at
        settle.settle_due(self.storage, at)

    def _next_due(self) -> datetime | None:
        with self.storage.read() as connection:
            return queries.next_due(connection)

    def _note_seen(self, step: Step, at: datetime) -> None:
        who = step.data.get("who") or (step.of["author"] if step.act in ("suggest", "amend", "withdraw") else None)
        if who:
            self.seen[self.people[who]] = at

    def _ties(self) -> Iterator[Tie]:
        for person in self.content.people:
            who, since = self.people[person["handle"]], self._at(min(person["joined"], OPENED))
            if "affiliation" in person:
                yield Tie(who, record_id("organization", person["affiliation"]), False, since)
            for slug in person.get("steward_of", ()):
                yield Tie(who, self.records[slug], True, since)

    def _edited(self, slug: str, edits: list[Mapping[str, Any]]) -> tuple[str, int, Document]:
        """A record's id and newest number, and its document with the edits made."""
        id_ = self.records[slug]
        now = self._newest(id_)
        return id_, now.number, edited(KINDS[now.kind], id_, now.document, edits, self.today)

    def _newest(self, id_: str) -> queries.Newest:
        with self.storage.read() as connection:
            return queries.newest(connection, id_)

    def _open(self, name: str) -> list[queries.ChangeRow]:
        with self.storage.read() as connection:
            found = queries.changes(connection, self.suggestions[name])
        return [change for change in found if change.state == "open"]

    def _written_by(self, name: str) -> tuple[str, int]:
        with self.storage.read() as connection:
            return queries.written_by(connection, self.suggestions[name])


def _steps(content: Content) -> tuple[Step, ...]:
    """The story's acts and the pauses of people, from the oldest to the newest."""
    paused = [person for person in content.people if "paused_ago" in person]
    pauses = [Step(person["paused_ago"], "pause", person, {"who": person["paused_by"]}) for person in paused]
    return tuple(sorted([*timeline(content.story), *pauses], key=lambda step: -step.days_ago))
