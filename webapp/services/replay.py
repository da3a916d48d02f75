"""The replay of what was decided: reads past changes in batches and asks `domain.replay`. Writes nothing.

Its law: what it can't date it does not guess. A change that the rules of its own day do not lead to its own end is
left out of the comparison, and counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from webapp.domain.diff import risk_of
from webapp.domain.fields import Risk
from webapp.domain.kinds import GONE_STATUSES, KINDS, LIFECYCLE_STATUSES
from webapp.domain.policy import DEFAULT, Policy
from webapp.domain.replay import OUTCOMES, Compared, Content, Modes, Past, PastVote, Span, compare
from webapp.domain.tally import VoteFact
from webapp.services.ending import payload_edits
from webapp.services.judge import all_policies
from webapp.storage.queries import replay as queries

Move = Callable[[int], object]
"""Told how many changes were replayed so far."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which changes a replay looks at: those of so many days, and where it is to end soon, the newest of them."""

    days: int
    most: int | None = None


def replay_policy(
    connection: Connection, policy: Policy, asked: Asked, now: datetime, move: Move = lambda _: None
) -> Compared:
    """What a policy would have made of the changes of the last days, beside what those they carry made of them."""
    policies = all_policies(connection)

    def carried(past: Past) -> Policy:
        return policies.get(past.policy_version, DEFAULT)

    return compare(pasts(connection, asked, now), carried, policy, modes_of(connection), now, move)


def modes_of(connection: Connection) -> Modes:
    """When few people took part."""
    return Modes(tuple((row.since, row.mode) for row in queries.modes(connection)))


def pasts(connection: Connection, asked: Asked, now: datetime) -> Iterator[Past]:
    """What is dated of each change, the newest first."""
    bans = {person: _ban_spans(rows) for person, rows in queries.bans(connection).items()}
    for batch in queries.batches(connection, now - timedelta(days=asked.days), now, asked.most):
        for change in batch.changes:
            yield _past(change, batch, bans)


def _ban_spans(rows: list[Any]) -> tuple[Span, ...]:
    return tuple((row.since, row.lifted_at) for row in rows)


def _past(change: Any, batch: queries.Batch, bans: Mapping[str, tuple[Span, ...]]) -> Past:
    authors = batch.authors[change.id]
    decided = batch.decided[change.id]
    is_by_rule = change.state in OUTCOMES and all(row.actor_id is None for row in decided)
    records = batch.records[change.id]
    return Past(
        change_id=change.id,
        kind_of_change=change.type,
        policy_version=change.policy_version,
        first_opened_at=change.first_opened_at,
        contents=tuple(_contents(change, batch.contents[change.id], authors)),
        votes=tuple(_vote(row, bans) for row in batch.votes[change.id]),
        has_reason=bool(change.reason.strip()),
        hidden=tuple(_hidden(change, batch.flags[change.id], authors, bans)),
        conflicted=((change.conflicted_at, None),) if change.conflicted_at else (),
        closed=tuple(_closed(change, records, batch.held)),
        protected=tuple(span for record in records for span in _protected(record, batch.held[record.id])),
        rejudged_at=change.rejudged_at,
        state=change.state,
        ended_at=change.closed_at,
        is_by_rule=is_by_rule or change.state == "open",
        is_reverted=change.id in batch.reverted,
    )


def _contents(change: Any, versions: list[Any], authors: list[Any]) -> Iterator[Content]:
    """What the change said from when on; the newest as its own row has it."""
    older = sorted((row for row in versions if row.content_version < change.content_version), key=_number)
    newest = next((row for row in versions if row.content_version == change.content_version), None)
    for place, row in enumerate(older):
        opened_at = change.first_opened_at if place == 0 else row.created_at
        yield Content(opened_at, _risk(change, row), _authors_at(authors, row.created_at))
    opened_at = newest.created_at if newest is not None and older else change.opened_at
    yield Content(opened_at, Risk(change.risk), frozenset(author.person_id for author in authors))


def _number(row: Any) -> int:
    return int(row.content_version)


def _risk(change: Any, version: Any) -> Risk:
    """The class of what the change said then. A move to another record kept what it said."""
    if change.type != "edit" or version.act in ("move", "move_back"):
        return Risk(change.risk)
    return risk_of(KINDS[change.kind], payload_edits(version.payload))


def _authors_at(authors: list[Any], at: datetime) -> frozenset[str]:
    return frozenset(row.person_id for row in authors if row.role == "author" or row.since <= at)


def _vote(row: Any, bans: Mapping[str, tuple[Span, ...]]) -> PastVote:
    fact = VoteFact(
        id=row.id,
        person_id=row.person_id,
        choice=row.choice,
        cast_at=row.cast_at,
        role=row.role,
        affiliated=bool(row.is_affiliated),
        steward=bool(row.is_steward),
    )
    return PastVote(fact, row.content_version, row.ended_at, bans.get(row.person_id, ()))


# -- what held it -------------------------------------------------------------------------------------------


def _hidden(
    change: Any, flags: list[Any], authors: list[Any], bans: Mapping[str, tuple[Span, ...]]
) -> Iterator[Span]:
    """By flags until they were judged, by its author's ban until that was lifted, or since then."""
    if change.hidden_at:
        yield change.hidden_at, None
    judged = [flag for flag in flags if flag.judged_at is not None]
    if len(judged) > 1:
        yield judged[-1].created_at, max(flag.judged_at for flag in judged)
    for author in authors:
        if author.role == "author":
            yield from bans.get(author.person_id, ())


def _closed(change: Any, records: list[Any], held: Mapping[str, list[Any]]) -> Iterator[Span]:
    """When a record that the change needs alive was not; as `judge.waits_for_reopening` has it."""
    if change.type == "reopen":
        return
    for record in records:
        is_loser = change.type == "merge" and record.id == change.record_id
        spans = _in_status(held[record.id], GONE_STATUSES if is_loser else LIFECYCLE_STATUSES)
        yield from (span for span in spans if span[0] != change.closed_at)  # it may be what closed the record


def _in_status(events: list[Any], statuses: tuple[str, ...]) -> Iterator[Span]:
    """When a record was in one of these."""
    since: datetime | None = None
    for event in events:
        is_in = event.type == "status" and queries.detail_of(event)["to"] in statuses
        if is_in and since is None:
            since = event.created_at
        elif since is not None and event.type == "status" and not is_in:
            yield since, event.created_at
            since = None
    if since is not None:
        yield since, None


def _protected(record: Any, held: list[Any]) -> Iterator[tuple[datetime, datetime | None, str]]:
    """Each protection until it was moved, or ended by itself."""
    events = [event for event in held if event.type == "protection"]
    for place, event in enumerate(events):
        said = queries.detail_of(event)
        after = events[place + 1].created_at if place + 1 < len(events) else None
        until = datetime.fromisoformat(said["until"]) if said.get("until") else None
        if after is None and until is None:
            until = record.protected_until
        if said["level"]:
            yield event.created_at, min((end for end in (until, after) if end), default=None), said["level"]
