"""Judging one open change: gathers its facts and votes and asks `policy.decide`. Writes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache

from sqlalchemy import Connection, bindparam, select

from webapp.domain.decide import ChangeFacts, Decision, Outcome, decide
from webapp.domain.errors import NotFound
from webapp.domain.fields import Risk
from webapp.domain.kinds import GONE_STATUSES, LIFECYCLE_STATUSES
from webapp.domain.policy import DEFAULT, Policy, from_json
from webapp.domain.policy import Mode as ModeName
from webapp.domain.roles import Role, at_least
from webapp.domain.tally import Tally, VoteFact, tally
from webapp.storage.models import ChangeAuthor, PolicyVersion, Vote
from webapp.storage.prepared import execute, prepared
from webapp.storage.queries.judging import JUDGED_CHANGE
from webapp.storage.queries.review import MODE
from webapp.storage.unit_of_work import Row, UnitOfWork

VOTES = prepared(select(Vote).where(Vote.change_id == bindparam("change")).order_by(Vote.cast_at, Vote.id))
AUTHORS = prepared(
    select(ChangeAuthor.person_id, ChangeAuthor.role).where(ChangeAuthor.change_id == bindparam("change"))
)
NEWEST_POLICY = prepared(
    select(PolicyVersion.version, PolicyVersion.body).order_by(PolicyVersion.version.desc()).limit(1)
)
POLICY = prepared(select(PolicyVersion.body).where(PolicyVersion.version == bindparam("version")))
NOT_OFFERED = datetime(9000, 1, 1, tzinfo=UTC)
"""The opening time of an import's change that waits for its turn."""


@lru_cache(maxsize=32)
def _parse(body: str) -> Policy:
    return from_json(body)


def newest_policy(uow: UnitOfWork) -> Policy:
    """The policy that new changes will carry."""
    row = uow.one(NEWEST_POLICY)
    return _parse(row.body) if row else DEFAULT


def policy_of(uow: UnitOfWork, version: int) -> Policy:
    """The policy of a version; the defaults stand in for a version that was never written."""
    body = uow.value(POLICY, {"version": version})
    return _parse(body) if body else DEFAULT


def current_mode(uow: UnitOfWork) -> ModeName:
    """`full` or `reduced`, as last judged; a new installation begins reduced."""
    return uow.value(MODE) or "reduced"


def roles_in(uow: UnitOfWork, change_id: str) -> dict[str, str]:
    """Those a change is by, each with their part in it: author, coauthor or supporter."""
    return {row.person_id: row.role for row in uow.run(AUTHORS, {"change": change_id})}


def authors_in(roles: Mapping[str, str]) -> frozenset[str]:
    """The author and the co-authors; supporters do not count as authors."""
    return frozenset(person for person, role in roles.items() if role != "supporter")


def author_in(roles: Mapping[str, str]) -> str | None:
    """Who suggested it; a co-author joined later."""
    return next((person for person, role in roles.items() if role == "author"), None)


def authors_of(uow: UnitOfWork, change_id: str) -> frozenset[str]:
    """As `authors_in`, of a change."""
    return authors_in(roles_in(uow, change_id))


def protection_of(records: Iterable[Row], now: datetime) -> str | None:
    """The strictest protection that stands on any of the records now."""
    standing = {
        r.protection for r in records if r.protection and (r.protected_until is None or r.protected_until > now)
    }
    return next((level for level in ("moderators", "trusted") if level in standing), None)


def vote_facts(rows: Iterable[Row], content_version: int) -> list[VoteFact]:
    """The live votes of the present content version, each with that person's first reject on it."""
    rows = [row for row in rows if row.content_version == content_version]
    first: dict[str, datetime] = {}
    for row in rows:
        if row.choice == "reject":
            first.setdefault(row.person_id, row.cast_at)
    return [
        VoteFact(
            id=row.id,
            person_id=row.person_id,
            choice=row.choice,
            cast_at=row.cast_at,
            role=row.role,
            affiliated=bool(row.is_affiliated),
            steward=bool(row.is_steward),
            first_reject_at=first.get(row.person_id) if row.choice == "reject" else None,
            voided=bool(row.is_voided),
        )
        for row in rows
        if row.is_live
    ]


def facts_of(
    change: Row,
    authors: frozenset[str],
    records: Iterable[Row],
    now: datetime,
    *,
    has_reason: bool = True,
    unexpiring: bool = False,
) -> ChangeFacts:
    """What the policy needs to know of a change beside its votes."""
    records = list(records)
    return ChangeFacts(
        risk=Risk(change.risk),
        kind_of_change=change.type,
        state=change.state,
        opened_at=change.opened_at,
        first_opened_at=change.first_opened_at,
        author_ids=authors,
        has_reason=has_reason,
        hidden=change.hidden_at is not None,
        conflicted=change.conflicted_at is not None,
        escalated_at=change.escalated_at,
        protection=protection_of(records, now),
        on_closed_record=waits_for_reopening(change, records),
        unexpiring=unexpiring,
    )


def waits_for_reopening(change: Row, records: Iterable[Row]) -> bool:
    """Whether a record that the change needs alive is closed, merged or void.

    A duplicate that is closed may still be merged away; what it is merged into must be alive.
    """
    if change.type == "reopen":
        return False
    if change.type == "merge":
        return any(r.status in (LIFECYCLE_STATUSES if r.id != change.record_id else GONE_STATUSES) for r in records)
    return any(r.status in LIFECYCLE_STATUSES for r in records)


def waits_its_turn(change: Row, now: datetime) -> bool:
    """Whether the change is not offered yet: an import opens only so many suggestions at a time.

    The others are stored with both opening times at `NOT_OFFERED`, so that they neither apply, escalate nor expire;
    whoever offers one sets both to that moment.
    """
    return bool(change.opened_at > now)


def nobody_approved_since(votes: Iterable[Row], change: Row, authors: frozenset[str]) -> bool:
    """Whether votes were voided or given back and no eligible approval has been cast after that."""
    if change.rejudged_at is None:
        return False
    return not any(
        vote.is_live
        and not vote.is_voided
        and vote.choice == "approve"
        and vote.content_version == change.content_version
        and vote.person_id not in authors
        and at_least(vote.role, Role.REVIEWER)
        and vote.cast_at > change.rejudged_at
        for vote in votes
    )


@dataclass(frozen=True, slots=True)
class Known:
    """What holds for a locked change whoever votes: its authors, its reason, the policies and the mode."""

    authors: frozenset[str]
    has_reason: bool
    carried: Policy
    newest: Policy
    mode: ModeName


def known_in(change: Row) -> Known:
    """What is known of a change before its votes are read, where it was read with that (`queries/judging.py`)."""
    return Known(
        frozenset((change.authors or "").split()),
        bool(change.reason.strip()),
        _parse(change.carried) if change.carried else DEFAULT,
        _parse(change.newest) if change.newest else DEFAULT,
        change.mode or "reduced",
    )


def known_of(uow: UnitOfWork, change: Row) -> Known:
    """As `known_in`, of any change; NotFound without its suggestion."""
    row = uow.one(JUDGED_CHANGE, {"change": change.id})
    if row is None:
        raise NotFound(what="suggestion")
    return known_in(row)


def judge(
    uow: UnitOfWork, change: Row, records: Iterable[Row], *, rejudged: bool = False, known: Known | None = None
) -> tuple[Decision, Tally]:
    """What the rules say of a locked change now. A protection that ends is a time to look again, too."""
    records = list(records)
    known = known or known_of(uow, change)
    votes = uow.all(VOTES, {"change": change.id})
    uow.not_before(moment for vote in votes for moment in (vote.cast_at, vote.ended_at) if moment is not None)
    counted = tally(vote_facts(votes, change.content_version), known.authors)
    waits = waits_its_turn(change, uow.now)
    facts = facts_of(change, known.authors, records, uow.now, has_reason=known.has_reason, unexpiring=waits)
    rejudged = rejudged or nobody_approved_since(votes, change, known.authors)
    decision = decide(facts, counted, known.carried, known.mode, uow.now, rejudged=rejudged)
    return _until_unprotected(decision, facts, records, uow.now), counted


def _until_unprotected(decision: Decision, facts: ChangeFacts, records: Iterable[Row], now: datetime) -> Decision:
    """Time takes a protection away, which the pure judgement can't know: look again then at the latest."""
    if facts.protection is None or facts.state != "open" or facts.hidden:
        return decision
    if decision.outcome not in (Outcome.HOLD, Outcome.ESCALATE):
        return decision
    ends = [r.protected_until for r in records if r.protection and r.protected_until and r.protected_until > now]
    moments = [at for at in (decision.settle_at, *ends) if at is not None]
    return replace(decision, settle_at=min(moments, default=None))


def look_again_at(decision: Decision, now: datetime) -> datetime | None:
    """When the sweep is to look at a change that was judged but not acted upon."""
    return decision.settle_at if decision.outcome is Outcome.HOLD else now


ALL_POLICIES = prepared(select(PolicyVersion.version, PolicyVersion.body))


def all_policies(connection: Connection) -> dict[int, Policy]:
    """Every policy by its version, for readers of many changes; a missing one is the default."""
    return {row.version: _parse(row.body) for row in execute(connection, ALL_POLICIES)}
