"""The rows of changes: suggested, voted on, decided, applied, reverted, looked at; or still open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bench.desk.rows import Book, Standing, Why
from webapp.domain.canonical import dump
from webapp.domain.diff import Edit, group_key, risk_of
from webapp.domain.fields import Risk
from webapp.domain.kinds import KINDS
from webapp.domain.policy import DEFAULT
from webapp.domain.roles import Role
from webapp.storage.models import (
    Change,
    ChangeAuthor,
    ChangeRecord,
    ChangeVersion,
    Decision,
    ModerationEntry,
    Patrol,
    Suggestion,
    Vote,
    time_text,
)

SERVICE = KINDS["service"]
EXPIRES = timedelta(days=14)
TIMES = ("contested_at", "conflicted_at", "escalated_at", "hidden_at", "closed_at")


@dataclass(frozen=True, slots=True)
class Suggested:
    """A change on its way: what it is, whose, and since when."""

    id: str
    record: Standing
    author: str
    unit: str
    value: str
    risk: Risk
    at: datetime


def ended(state: str, at: datetime) -> dict[str, Any]:
    """What says of a change that it has ended."""
    return {"state": state, "closed_at": time_text(at), "settle_at": None}


def suggest(
    book: Book, record: Standing, author: str, said: tuple[str, str], at: datetime, **also: Any
) -> Suggested:
    """A suggestion with its one change; `also`: columns of the change that are not as those of a fresh one."""
    unit, value = said
    edit = Edit(unit, record.document.get(unit), value)
    suggestion, change = book.id_at(at), book.id_at(at)
    moment, payload = time_text(at), dump({"author": author, "edits": [[edit.unit, edit.before, edit.after]]})
    risk = risk_of(SERVICE, (edit,))
    add = book.pouring.add
    add(
        Suggestion,
        {
            "id": suggestion,
            "author_id": author,
            "reason": "they told me",
            "door": "web",
            "created_at": moment,
            "resubmits_id": None,
        },
    )
    add(Change, _change_row(change, suggestion, record, edit, payload, risk, at) | also)
    add(ChangeAuthor, {"change_id": change, "person_id": author, "role": "author", "since": moment})
    add(ChangeRecord, {"change_id": change, "record_id": record.id})
    add(
        ChangeVersion,
        {
            "change_id": change,
            "content_version": 1,
            "base_number": record.number,
            "payload": payload,
            "act": "suggest",
            "actor_id": author,
            "created_at": moment,
        },
    )
    book.event("suggestion", at, record.id, {"suggestion": suggestion}, actor_id=author)
    return Suggested(change, record, author, unit, value, risk, at)


def _change_row(
    id_: str, suggestion: str, record: Standing, edit: Edit, payload: str, risk: Risk, at: datetime
) -> dict[str, Any]:
    return {
        "id": id_,
        "suggestion_id": suggestion,
        "position": 0,
        "type": "edit",
        "record_id": record.id,
        "kind": SERVICE.name,
        "group": group_key(SERVICE, edit.unit),
        "base_number": record.number,
        "payload": payload,
        "risk": risk.value,
        "content_version": 1,
        "amendments": 0,
        "state": "open",
        "policy_version": DEFAULT.version,
        "first_opened_at": time_text(at),
        "opened_at": time_text(at),
        "settle_at": time_text(at + EXPIRES),
        **dict.fromkeys(TIMES),
        "paused_until": None,
        "rejudged_at": None,
        "approvals": 0,
        "rejects": 0,
        "settle_attempts": 0,
        "is_by_newcomer": 0,
    }


def vote(book: Book, change_id: str, person: str, role: Role, choice: str, at: datetime) -> str:
    """A live vote; gives its id."""
    id_ = book.id_at(at)
    book.pouring.add(
        Vote,
        {
            "id": id_,
            "change_id": change_id,
            "content_version": 1,
            "person_id": person,
            "choice": choice,
            "reason": "" if choice == "approve" else "wrong",
            "note": "",
            "role": role.value,
            "is_affiliated": 0,
            "is_steward": 0,
            "is_live": 1,
            "is_voided": 0,
            "cast_at": time_text(at),
            "ended_at": None,
        },
    )
    return id_


def decide(book: Book, change: Suggested, outcome: str, votes: list[str], at: datetime) -> None:
    """The decision that these votes led to."""
    book.pouring.add(
        Decision,
        {
            "id": book.id_at(at),
            "change_id": change.id,
            "content_version": 1,
            "outcome": outcome,
            "reasons": dump([["threshold_reached", {"approvals": len(votes), "of": len(votes)}]]),
            "policy_version": DEFAULT.version,
            "mode": "full",
            "protection": None,
            "counted": dump(votes),
            "actor_id": None,
            "note": "",
            "created_at": time_text(at),
        },
    )


def apply(book: Book, change: Suggested, at: datetime) -> str:
    """Write what was decided; gives the operation."""
    operation = book.operation("apply", at, change.author, change_id=change.id)
    why = Why(operation, "suggestion", change.author, change.unit.title(), change.id)
    book.revise(change.record, at, {change.unit: change.value}, why)
    book.event("change_apply", at, change.record.id, {"change": change.id})
    return operation


def revert(book: Book, change: Suggested, operation: str, before: Any, moderator: str, at: datetime) -> None:
    """A moderator takes it back."""
    undoing = book.operation("revert", at, moderator, "it was right before", undoes_id=operation)
    book.revise(change.record, at, {change.unit: before}, Why(undoing, "revert", moderator, "Reverted"))
    log(book, moderator, "revert_revision", change.record.id, at)


def look_at(book: Book, change: Suggested, moderator: str, at: datetime) -> None:
    """A moderator marks that they have looked at it."""
    book.pouring.add(Patrol, {"change_id": change.id, "person_id": moderator, "created_at": time_text(at)})
    log(book, moderator, "patrol_change", change.record.id, at)


def log(book: Book, moderator: str, act: str, record_id: str, at: datetime) -> None:
    """A line of the moderation log."""
    book.pouring.add(
        ModerationEntry,
        {
            "id": book.id_at(at),
            "actor_id": moderator,
            "act": act,
            "record_id": record_id,
            "change_id": None,
            "person_id": None,
            "operation_id": None,
            "note": "",
            "is_self_decided": 0,
            "created_at": time_text(at),
        },
    )
