"""How a change ends or is marked: its columns, its decision row, and whom it tells."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from webapp.domain.canonical import dump
from webapp.domain.decide import Decision
from webapp.domain.diff import Edits, edits_from_json
from webapp.domain.lifecycle import Act, ChangeState, move
from webapp.services.judge import authors_of, protection_of
from webapp.services.tagging import untag
from webapp.storage.models import Change, ChangeRecord
from webapp.storage.models import Decision as DecisionRow
from webapp.storage.prepared import prepared
from webapp.storage.unit_of_work import Row, UnitOfWork, new_id

ADD_DECISION = prepared(insert(DecisionRow))

TOUCHED = prepared(select(ChangeRecord.record_id).where(ChangeRecord.change_id == bindparam("change")))

CHANGE_COLUMNS = (
    "state",
    "settle_at",
    "contested_at",
    "conflicted_at",
    "escalated_at",
    "paused_until",
    "closed_at",
    "approvals",
    "rejects",
)

TO_COLUMNS = [(name, f"to_{name}") for name in CHANGE_COLUMNS]

MOVE_CHANGE = prepared(
    update(Change)
    .where(Change.id == bindparam("change"))
    .values({name: bindparam(to) for name, to in TO_COLUMNS})
)


def touched_records(uow: UnitOfWork, change_id: str) -> list[str]:
    """The ids of the existing records that a change touches; never changes, so it may be read before the locks."""
    return [row.record_id for row in uow.run(TOUCHED, {"change": change_id})]


def payload_edits(payload: str) -> Edits:
    """The edits of an edit change's payload."""
    return edits_from_json(json.loads(payload)["edits"])


def move_change(uow: UnitOfWork, change: Row, **moved: Any) -> None:
    """Set columns of a locked change; what is not named stays."""
    values = {to: moved.get(name, getattr(change, name)) for name, to in TO_COLUMNS}
    uow.run(MOVE_CHANGE, {"change": change.id, **values})
    if values["to_state"] != ChangeState.OPEN:
        untag(uow, change.id)


def close_change(uow: UnitOfWork, change: Row, act: Act, **flags: Any) -> str:
    """Move an open change to one of its ends; gives its state then."""
    state = str(move(change.state, act))
    move_change(
        uow,
        change,
        **{
            **flags,
            "state": state,
            "closed_at": uow.now,
            "settle_at": None,
            "paused_until": None,
        },
    )
    uow.event(f"change_{act.value}", record_id=change.record_id, detail={"change": change.id})
    return state


def record_decision(
    uow: UnitOfWork, change: Row, decision: Decision, records: Iterable[Row], actor_id: str | None, note: str
) -> None:
    """Add the decision on a locked change, with the votes counted and the rules that it was made by."""
    uow.run(
        ADD_DECISION,
        {
            "id": new_id(),
            "change_id": change.id,
            "content_version": change.content_version,
            "outcome": decision.outcome.value,
            "reasons": dump([[r.code, plain(r.values)] for r in decision.reasons]),
            "policy_version": decision.policy_version,
            "mode": decision.mode,
            "protection": protection_of(records, uow.now),
            "counted": dump(list(decision.counted_ids)),
            "actor_id": actor_id,
            "note": note,
            "created_at": uow.now,
        },
    )


def plain(value: Any) -> Any:
    """Reason values as JSON: times as ISO text, durations as hours."""
    if isinstance(value, Mapping):
        return {key: plain(member) for key, member in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(member) for member in value]
    if isinstance(value, datetime):
        return value.isoformat()
    return value.total_seconds() / 3600 if isinstance(value, timedelta) else value


def tell(uow: UnitOfWork, change: Row, what: str) -> None:
    """Promise a notice of what became of a change, to everybody whom it concerns."""
    uow.outbox(
        "notice",
        f"{what}:{change.id}:{change.content_version}:{uow.now.isoformat()}",
        {"what": what, "change": change.id, "suggestion": change.suggestion_id},
    )


def tell_first_reject(uow: UnitOfWork, change: Row) -> None:
    """Promise the authors a notice that somebody has rejected: they have time to answer."""
    for author in sorted(authors_of(uow, change.id)):
        uow.outbox(
            "notice",
            f"first_reject:{change.id}:{change.content_version}:{author}",
            {"what": "first_reject", "change": change.id, "suggestion": change.suggestion_id},
            author,
        )
