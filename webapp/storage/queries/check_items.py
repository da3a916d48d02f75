"""What is read of check items: the next one for a reviewer, one's own answers, what moderators keep.

Its law: whose answers they are, only that person reads; moderators read sums, and none of fewer than five people.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, case, exists, func, select, true

from webapp.domain.canonical import dump
from webapp.domain.check_items import ANSWERS, change_id_of, most_waited, wait_of
from webapp.domain.diff import Edits, by_group, edits_from_json, risk_of
from webapp.domain.kinds import KINDS
from webapp.domain.policy import Policy
from webapp.storage.models import (
    CheckAnswer,
    CheckItem,
    Person,
    Preference,
    Record,
    Revision,
    RevisionContent,
    Vote,
)
from webapp.storage.models.base import UtcTime
from webapp.storage.prepared import execute, prepared
from webapp.storage.queries.review import MODE, RECORD_AS_IT_IS, SuggestionPage

TAKES_PART = "checks"
"""The preference of who takes part in checks; nobody does whose preference does not say ON."""
ON = "on"
LEAST = 5
"""People whose answers are told in sum, at the least: of fewer, one could tell whose they are."""
SHOWN = 50
NOTHING_LEFT = dump({"edits": []})
"""The payload of an item of which a mask has taken all."""
BEGINNING = datetime.fromisoformat("2000-01-01T00:00:00+00:00")

_TAKES_PART = exists().where(
    Preference.person_id == bindparam("person"), Preference.name == TAKES_PART, Preference.value == ON
)
_ANSWERED = exists().where(CheckAnswer.item_id == CheckItem.id, CheckAnswer.person_id == bindparam("person"))
_STANDS = and_(
    CheckItem.retired_at.is_(None),
    CheckItem.base_number == Record.newest_number,  # what was planted is as true as it was
    CheckItem.payload != NOTHING_LEFT,
    Record.merged_into.is_(None),
)
STANDING = prepared(
    select(func.count().label("answers"), func.max(CheckAnswer.answered_at).label("at"))
    .add_columns(_TAKES_PART.label("takes_part"))
    .select_from(CheckAnswer)
    .where(CheckAnswer.person_id == bindparam("person"))
)
_VOTED = (
    select(Vote.id)
    .where(Vote.person_id == bindparam("person"), Vote.cast_at > bindparam("since", type_=UtcTime()))
    .limit(bindparam("most"))
    .subquery()
)
VOTES_SINCE = prepared(select(func.count()).select_from(_VOTED))
NEXT = prepared(
    select(CheckItem.id)
    .join(Record, Record.id == CheckItem.record_id)
    .where(_STANDS, CheckItem.made_by != bindparam("person"), ~_ANSWERED)
    .order_by(CheckItem.id)
    .limit(1)
)
_WITH_RECORD = (
    select(
        CheckItem,
        *RECORD_AS_IT_IS,
        Person.role.label("author_role"),
        Person.handle.label("author_handle"),
        Person.display_name.label("author_name"),
        Person.confirmed_at.label("author_confirmed_at"),
        Person.state.label("author_state"),
    )
    .join(Record, Record.id == CheckItem.record_id)
    .join(Revision, Revision.id == Record.newest_revision_id)
    .join(RevisionContent, RevisionContent.revision_id == Revision.id)
    .join(Person, Person.id == CheckItem.made_by)
)
ONE = prepared(
    _WITH_RECORD.where(
        CheckItem.id == bindparam("item"), _STANDS, CheckItem.made_by != bindparam("person"), ~_ANSWERED, _TAKES_PART
    )
)
OWN = prepared(
    select(CheckAnswer.choice, CheckAnswer.answered_at, CheckItem.id, CheckItem.answer, CheckItem.why)
    .add_columns(CheckItem.payload, Record.kind, Record.slug, Record.name)
    .join(CheckItem, CheckItem.id == CheckAnswer.item_id)
    .join(Record, Record.id == CheckItem.record_id)
    .where(CheckAnswer.person_id == bindparam("person"))
    .order_by(CheckAnswer.answered_at.desc(), CheckItem.id.desc())
    .limit(SHOWN)
)
_IS_RIGHT = case((CheckAnswer.choice == CheckItem.answer, 1), else_=0)


def _sums(*whose: Any) -> Any:
    return (
        select(
            func.count(func.distinct(CheckAnswer.person_id)).label("people"),
            func.count().label("answers"),
            func.coalesce(func.sum(_IS_RIGHT), 0).label("right"),
        )
        .join(CheckItem, CheckItem.id == CheckAnswer.item_id)
        .where(CheckAnswer.choice.in_(ANSWERS), *whose)
    )


IS_ITEM = prepared(select(CheckItem.id).where(CheckItem.id == bindparam("item")))
OWN_SUMS = prepared(_sums(CheckAnswer.person_id == bindparam("person")))
ALL_SUMS = prepared(_sums(true()))
IN_USE = prepared(
    _WITH_RECORD.add_columns(case((_STANDS, 1), else_=0).label("stands"))
    .where(CheckItem.retired_at.is_(None))
    .order_by(CheckItem.id.desc())
)


@dataclass(frozen=True, slots=True)
class Sums:
    """How many people answered how often, and how often rightly; what is neither a yes nor a no is no answer."""

    people: int
    answers: int
    right: int


@dataclass(frozen=True, slots=True)
class AsChange:
    """A check item as the card and the form of an open change read one; `id` is that of no change."""

    id: str
    record_id: str
    kind: str
    group: str
    base_number: int
    payload: str
    risk: str
    policy_version: int
    opened_at: datetime
    first_opened_at: datetime
    record_name: str
    record_slug: str
    record_kind: str
    record_status: str
    protection: str | None
    protected_until: datetime | None
    newest_number: int
    schema_version: int
    document: str
    has_reason: bool
    suggestion_id: str
    author_id: str
    type: str = "edit"
    state: str = "open"
    content_version: int = 1
    is_by_newcomer: bool = False
    conflicted_at: None = None
    contested_at: None = None
    escalated_at: None = None
    hidden_at: None = None
    rejudged_at: None = None
    survivor_id: None = None


_SAME = (
    *("record_id", "base_number", "payload", "record_name", "record_slug", "record_kind", "record_status"),
    *("protection", "protected_until", "newest_number", "schema_version", "document"),
)


def edits_of(payload: str) -> Edits:
    """What an item would alter; nothing where a mask has taken all of it."""
    return edits_from_json(json.loads(payload)["edits"])


def due(connection: Connection, policy: Policy, person_id: str) -> str | None:
    """The check item that a reviewer is to see now, in place of the next change; None for the most part."""
    if not policy.check_every:
        return None
    standing = execute(connection, STANDING, {"person": person_id}).first()
    if not standing.takes_part:
        return None
    wait = wait_of(policy, person_id, standing.answers)
    wanted = {"person": person_id, "since": standing.at or BEGINNING, "most": most_waited(policy)}
    if execute(connection, VOTES_SINCE, wanted).scalar() < wait:
        return None
    found: str | None = execute(connection, NEXT, {"person": person_id}).scalar()
    return found


def is_item(connection: Connection, id_: str) -> bool:
    """Whether this is the id of a check item, in use or not."""
    return execute(connection, IS_ITEM, {"item": id_}).first() is not None


def takes_part(connection: Connection, person_id: str) -> bool:
    """Whether a person has switched checks on."""
    return bool(execute(connection, STANDING, {"person": person_id}).first().takes_part)


def as_suggestion(
    connection: Connection, policy: Policy, item_id: str, person_id: str, now: datetime
) -> SuggestionPage | None:
    """A check item as the page of a suggestion reads one, for who is to answer it; None for everybody else."""
    row = execute(connection, ONE, {"item": item_id, "person": person_id}).first() if policy.check_every else None
    if row is None:
        return None
    kind, edits = KINDS[row.record_kind], edits_of(row.payload)
    opened = now - (now - row.made_at) % policy.escalate_after  # always the same moment, and never an overdue one
    change = AsChange(
        **{name: getattr(row, name) for name in _SAME},
        id=change_id_of(row.id),
        kind=kind.name,
        group=next(iter(by_group(kind, edits))),
        risk=risk_of(kind, edits),
        policy_version=policy.version,
        opened_at=opened,
        first_opened_at=opened,
        has_reason=bool(row.reason.strip()),
        suggestion_id=row.id,
        author_id=row.made_by,
    )
    mode = execute(connection, MODE).scalar() or "reduced"
    return SuggestionPage(_Head.of(row), (change,), {}, {}, (), False, (), mode, is_check=True)


@dataclass(frozen=True, slots=True)
class _Head:
    """Who planted it, as a suggestion says who it is by: a moderator, who says so on the page of rules."""

    id: str
    author_id: str
    author_role: str
    author_handle: str
    author_name: str
    author_confirmed_at: datetime | None
    author_state: str
    created_at: datetime
    reason: str
    resubmits_id: None = None
    resubmitted_in: None = None

    @classmethod
    def of(cls, row: Any) -> _Head:
        same = ("id", "author_role", "author_handle", "author_name", "author_confirmed_at", "author_state", "reason")
        return cls(**{name: getattr(row, name) for name in same}, author_id=row.made_by, created_at=row.made_at)


def own_answers(connection: Connection, person_id: str) -> list[Any]:
    """A person's newest answers, with what was right and why, for themselves."""
    return list(execute(connection, OWN, {"person": person_id}))


def own_sums(connection: Connection, person_id: str) -> Sums:
    """How often a person answered, and how often rightly, for themselves."""
    return Sums(*execute(connection, OWN_SUMS, {"person": person_id}).first())


def all_sums(connection: Connection) -> Sums | None:
    """The same of everybody together; None where fewer than LEAST people have answered."""
    found = Sums(*execute(connection, ALL_SUMS, {}).first())
    return found if found.people >= LEAST else None


def in_use(connection: Connection) -> list[Any]:
    """Every item that is not retired, newest first, with its record; `stands` says that the record is as it was."""
    return list(execute(connection, IN_USE, {}))
