"""Invariant of decisions: an applied change agrees with its decision row, judged again with the votes of its moment."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, select

from webapp.domain.decide import ChangeFacts, Outcome, decide
from webapp.domain.fields import Risk
from webapp.domain.policy import DEFAULT, Policy, from_json
from webapp.domain.tally import VoteFact, tally
from webapp.services.doctor.breach import Breach, batches
from webapp.storage.models import (
    Change,
    ChangeAuthor,
    Decision,
    Mode,
    ModerationEntry,
    PolicyVersion,
    Sanction,
    Suggestion,
    Vote,
)

APPLIED = (
    select(
        Decision.id,
        Decision.change_id,
        Decision.content_version,
        Decision.policy_version,
        Decision.mode,
        Decision.protection,
        Decision.counted,
        Decision.actor_id,
        Decision.created_at,
        Change.policy_version.label("carried_policy"),
        Change.risk,
        Change.type,
        Change.opened_at,
        Change.first_opened_at,
        Change.escalated_at,
        Change.rejudged_at,
        Suggestion.reason,
    )
    .join(Change, Change.id == Decision.change_id)
    .join(Suggestion, Suggestion.id == Change.suggestion_id)
    .where(Decision.outcome == "apply", Change.state == "applied")
)
_CHANGES: BindParameter[Any] = bindparam("changes", expanding=True)
VOTES = select(Vote).where(Vote.change_id.in_(_CHANGES)).order_by(Vote.cast_at, Vote.id)
AUTHORS = select(ChangeAuthor.change_id, ChangeAuthor.person_id).where(
    ChangeAuthor.change_id.in_(_CHANGES), ChangeAuthor.role != "supporter"
)
LOGGED = select(ModerationEntry.change_id, ModerationEntry.actor_id, ModerationEntry.is_self_decided).where(
    ModerationEntry.change_id.in_(_CHANGES), ModerationEntry.act == "apply_change"
)
MODES = select(Mode.since, Mode.mode).order_by(Mode.since, Mode.id)
BANNED = select(Sanction.person_id).where(Sanction.type == "ban").distinct()


@dataclass(slots=True)
class _Past:
    """What holds for all decisions: the modes by time, the policies, and who was ever banned."""

    modes: Sequence[Any]
    banned: frozenset[str]
    policies: dict[int, Policy] = field(default_factory=dict)

    def modes_at(self, moment: datetime) -> set[str]:
        """The mode in force at a moment, and the one before where it began at that very moment."""
        place = bisect_right([row.since for row in self.modes], moment)
        found = {self.modes[place - 1].mode if place else "reduced"}
        while place and self.modes[place - 1].since == moment:
            place -= 1
            found.add(self.modes[place - 1].mode if place else "reduced")
        return found


def decisions(connection: Connection) -> Iterator[Breach]:
    """Votes counted, policy and mode lead to the decision, or a named moderator does; no author is counted."""
    past = _Past(connection.execute(MODES).all(), frozenset(connection.execute(BANNED).scalars()))
    past.policies = {
        row.version: from_json(row.body)
        for row in connection.execute(select(PolicyVersion.version, PolicyVersion.body))
    }
    for rows in batches(connection, APPLIED, Decision.id):
        asked = {"changes": [row.change_id for row in rows]}
        votes = _by_change(connection.execute(VOTES, asked))
        authors = _by_change(connection.execute(AUTHORS, asked))
        logged = _by_change(connection.execute(LOGGED, asked))
        for row in rows:
            own = frozenset(author.person_id for author in authors[row.change_id])
            yield from _counted(row, votes[row.change_id], own)
            if row.actor_id:
                yield from _by_moderator(row, logged[row.change_id], own)
            else:
                yield from _by_votes(row, votes[row.change_id], own, past)


def _by_change(rows: Iterable[Any]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.change_id].append(row)
    return found


def _counted(row: Any, votes: list[Any], authors: frozenset[str]) -> Iterator[Breach]:
    known = {vote.id: vote for vote in votes}
    for vote_id in json.loads(row.counted):
        if vote_id not in known:
            yield _breach(row, "decision", f"vote {vote_id} was counted and is not one on it")
        elif known[vote_id].person_id in authors:
            yield _breach(row, "author_counted", f"the vote of its author {known[vote_id].person_id} was counted")


def _by_moderator(row: Any, logged: list[Any], authors: frozenset[str]) -> Iterator[Breach]:
    entries = [entry for entry in logged if entry.actor_id == row.actor_id]
    if not entries:
        yield _breach(row, "decision", f"moderator {row.actor_id} decided and no line of the log says so")
    elif row.actor_id in authors and not any(entry.is_self_decided for entry in entries):
        yield _breach(row, "decision", f"moderator {row.actor_id} decided their own and it is not marked so")


def _by_votes(row: Any, votes: list[Any], authors: frozenset[str], past: _Past) -> Iterator[Breach]:
    if row.policy_version != row.carried_policy:
        yield _breach(row, "decision", f"policy {row.policy_version} decided, it carries {row.carried_policy}")
    if row.mode not in past.modes_at(row.created_at):
        yield _breach(row, "decision", f"mode {row.mode} decided, which was not in force")
    counted = json.loads(row.counted)
    again = tally(_votes_then(row, votes, set(counted), past.banned), authors)
    if list(again.counted_ids) != counted:
        yield _breach(row, "decision", f"{len(counted)} votes were counted, {len(again.counted_ids)} count")
    policy = past.policies.get(row.policy_version, DEFAULT)
    facts, rejudged = _facts_then(row, authors), _nobody_approved_since(row, votes, set(counted))
    judged = decide(facts, again, policy, row.mode, row.created_at, rejudged=rejudged)
    if judged.outcome is not Outcome.APPLY:
        why = ", ".join(reason.code for reason in judged.reasons)
        yield _breach(row, "decision", f"it is applied; judged again: {judged.outcome.value} ({why})")


def _votes_then(row: Any, votes: list[Any], counted: set[str], banned: frozenset[str]) -> Iterator[VoteFact]:
    """The votes that lived when it was decided.

    When a ban voided a vote, or gave it back, is not kept with the vote: there what was counted is believed.
    """
    then = [v for v in votes if v.content_version == row.content_version and v.cast_at <= row.created_at]
    first: dict[str, datetime] = {}
    for vote in then:
        if vote.choice == "reject":
            first.setdefault(vote.person_id, vote.cast_at)
    for vote in then:
        if vote.ended_at is not None and vote.ended_at <= row.created_at:
            continue
        yield VoteFact(
            id=vote.id,
            person_id=vote.person_id,
            choice=vote.choice,
            cast_at=vote.cast_at,
            role=vote.role,
            affiliated=bool(vote.is_affiliated),
            steward=bool(vote.is_steward),
            first_reject_at=first.get(vote.person_id) if vote.choice == "reject" else None,
            voided=(bool(vote.is_voided) or vote.person_id in banned) and vote.id not in counted,
        )


def _nobody_approved_since(row: Any, votes: list[Any], counted: set[str]) -> bool:
    """Whether votes were voided or given back before the decision and none that counted approved it after that."""
    if row.rejudged_at is None or row.rejudged_at > row.created_at:
        return False
    return not any(v.id in counted and v.choice == "approve" and v.cast_at > row.rejudged_at for v in votes)


def _facts_then(row: Any, authors: frozenset[str]) -> ChangeFacts:
    escalated = row.escalated_at if row.escalated_at and row.escalated_at <= row.created_at else None
    return ChangeFacts(
        risk=Risk(row.risk),
        kind_of_change=row.type,
        state="open",
        opened_at=row.opened_at,
        first_opened_at=row.first_opened_at,
        author_ids=authors,
        has_reason=bool(row.reason.strip()),
        escalated_at=escalated,
        protection=row.protection,
    )


def _breach(row: Any, code: str, words: str) -> Breach:
    return Breach(code, words, f"change {row.change_id}")
