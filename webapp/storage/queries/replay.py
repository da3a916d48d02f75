"""What a replay reads of past changes, newest first in batches: votes, contents, authors, and whatever held them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select

from webapp.storage.models import (
    Change,
    ChangeAuthor,
    ChangeRecord,
    ChangeVersion,
    Decision,
    Event,
    Mode,
    Operation,
    Record,
    Sanction,
    SpamFlag,
    Suggestion,
    Vote,
)
from webapp.storage.prepared import execute, in_parts, prepared
from webapp.storage.queries.standing import UNDONE

BATCH = 100
CHANGES = prepared(
    select(
        *(Change.id, Change.type, Change.record_id, Change.kind, Change.risk, Change.content_version, Change.state),
        *(Change.policy_version, Change.first_opened_at, Change.opened_at, Change.conflicted_at, Change.hidden_at),
        *(Change.rejudged_at, Change.closed_at, Suggestion.reason),
    )
    .join(Suggestion, Suggestion.id == Change.suggestion_id)
    .where(
        Change.id < bindparam("before"),
        Change.first_opened_at >= bindparam("since"),
        Change.first_opened_at <= bindparam("now"),
    )
    .order_by(Change.id.desc())
    .limit(bindparam("limit"))
)
_CHANGES: Any = bindparam("changes", expanding=True)
VOTES = prepared(select(Vote).where(Vote.change_id.in_(_CHANGES)).order_by(Vote.cast_at, Vote.id))
AUTHORS = prepared(
    select(ChangeAuthor.change_id, ChangeAuthor.person_id, ChangeAuthor.role, ChangeAuthor.since)
    .where(ChangeAuthor.change_id.in_(_CHANGES), ChangeAuthor.role != "supporter")
)  # fmt: skip
CONTENTS = prepared(select(ChangeVersion).where(ChangeVersion.change_id.in_(_CHANGES)))
DECIDED = prepared(
    select(Decision.change_id, Decision.outcome, Decision.actor_id, Decision.created_at).where(
        Decision.change_id.in_(_CHANGES), Decision.outcome != "escalate"
    )
)
FLAGS = prepared(
    select(SpamFlag.change_id, SpamFlag.created_at, SpamFlag.judged_at)
    .where(SpamFlag.change_id.in_(_CHANGES))
    .order_by(SpamFlag.created_at)
)
REVERTED = prepared(select(Operation.change_id).where(Operation.change_id.in_(_CHANGES), UNDONE).distinct())
RECORDS = prepared(
    select(ChangeRecord.change_id, Record.id, Record.protection, Record.protected_until)
    .join(Record, Record.id == ChangeRecord.record_id)
    .where(ChangeRecord.change_id.in_(_CHANGES))
)
HELD = prepared(  # what may have kept the changes of a record from applying
    select(Event.record_id, Event.type, Event.detail, Event.created_at)
    .where(Event.record_id.in_(bindparam("records", expanding=True)), Event.type.in_(("protection", "status")))
    .order_by(Event.seq)
)
BANS = prepared(select(Sanction.person_id, Sanction.since, Sanction.lifted_at).where(Sanction.type == "ban"))
MODES = prepared(select(Mode.since, Mode.mode).order_by(Mode.since, Mode.id))
LAST = "~"  # above every id


@dataclass(slots=True)
class Batch:
    """Some changes with all that lies beside them, by change or by record."""

    changes: list[Any]
    votes: dict[str, list[Any]]
    authors: dict[str, list[Any]]
    contents: dict[str, list[Any]]
    decided: dict[str, list[Any]]
    flags: dict[str, list[Any]]
    records: dict[str, list[Any]]
    held: dict[str, list[Any]]
    reverted: frozenset[str]


def batches(connection: Connection, since: datetime, now: datetime, most: int | None) -> Iterator[Batch]:
    """The changes first opened in a time, the newest first; no more than `most`."""
    before, left = LAST, most
    while left is None or left > 0:
        limit = BATCH if left is None else min(BATCH, left)
        rows = execute(connection, CHANGES, {"before": before, "since": since, "now": now, "limit": limit})
        if rows:
            yield _batch(connection, rows)
        if len(rows) < limit:
            return
        before, left = rows[-1].id, None if left is None else left - len(rows)


def _batch(connection: Connection, rows: list[Any]) -> Batch:
    asked = {"changes": [row.id for row in rows]}
    records = _by("change_id", execute(connection, RECORDS, asked))
    touched = sorted({record.id for some in records.values() for record in some})
    held = [row for part in in_parts(touched, BATCH) for row in execute(connection, HELD, {"records": part})]
    return Batch(
        changes=rows,
        votes=_by("change_id", execute(connection, VOTES, asked)),
        authors=_by("change_id", execute(connection, AUTHORS, asked)),
        contents=_by("change_id", execute(connection, CONTENTS, asked)),
        decided=_by("change_id", execute(connection, DECIDED, asked)),
        flags=_by("change_id", execute(connection, FLAGS, asked)),
        records=records,
        held=_by("record_id", held),
        reverted=frozenset(execute(connection, REVERTED, asked).scalars()),
    )


def _by(name: str, rows: Iterable[Any]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        found[getattr(row, name)].append(row)
    return found


def modes(connection: Connection) -> list[Any]:
    """The modes, each from when on."""
    return list(execute(connection, MODES))


def bans(connection: Connection) -> dict[str, list[Any]]:
    """Every ban by person; there are few."""
    return _by("person_id", execute(connection, BANS))


def detail_of(event: Any) -> dict[str, Any]:
    """What an event says."""
    found: dict[str, Any] = json.loads(event.detail)
    return found
