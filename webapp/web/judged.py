"""What the rules say of a change at this moment, in numbers, pips and one sentence. It decides nothing itself."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from flask import g

from webapp import clock
from webapp.domain.decide import decide
from webapp.domain.policy import DEFAULT, Policy
from webapp.domain.tally import tally
from webapp.services.judge import all_policies, facts_of, nobody_approved_since, vote_facts
from webapp.storage.prepared import execute
from webapp.storage.queries.review import MODE
from webapp.web.context import reading
from webapp.web.sentences import brief_sentence, end_sentence, missing_words, waiting_sentence

View = dict[str, Any]


def judged_view(change: Any, votes: Sequence[Any], authors: Iterable[Any], mode: str) -> View:
    """{needed, have, pips, sentence, brief (where everything waits), sentence_tone} of a change, open or ended."""
    if change.state != "open":
        return _ended(change)
    return _waiting(change, authors_of(authors), votes, mode)


def authors_of(authors: Iterable[Any]) -> frozenset[str]:
    """The ids of those whose change it is; supporters only stand behind it."""
    return frozenset(a.person_id for a in authors if a.role != "supporter")


def _ended(change: Any) -> View:
    counted, policy = len(json.loads(change.counted or "[]")), policy_of(change.policy_version)
    sentence, tone = end_sentence(change.state, change.decider_name, counted, policy.expire_after)
    return {"needed": 0, "have": 0, "pips": [], "sentence": sentence, "brief": sentence, "sentence_tone": tone}


def _waiting(change: Any, author_ids: frozenset[str], votes: Sequence[Any], mode: str) -> View:
    now, policy = clock.now(), policy_of(change.policy_version)
    counted = tally(vote_facts(votes, change.content_version), author_ids)
    facts = facts_of(change, author_ids, _records_of(change), now, has_reason=bool(change.has_reason))
    rejudged = nobody_approved_since(votes, change, author_ids)
    decision = decide(facts, counted, policy, mode, now, rejudged=rejudged)  # type: ignore[arg-type]  # full or reduced
    have = max(0, counted.approvals - counted.rejects)
    needed = have + decision.needed
    missing = missing_words([(r.code, r.values) for r in decision.reasons], now)
    return {
        "needed": needed,
        "have": have,
        "pips": [place < have for place in range(needed)],
        "sentence": waiting_sentence(missing),
        "brief": brief_sentence(missing),
        "sentence_tone": "waiting",
    }


class _AsRecord(NamedTuple):
    """What a judgement looks at of a record, from the columns that were joined to its change."""

    id: str
    status: str
    protection: str | None
    protected_until: datetime | None


def _records_of(change: Any) -> list[_AsRecord]:
    """The records that an open change touches: none of a creation, both of a merge."""
    found = []
    if change.record_id:
        found.append(_AsRecord(change.record_id, change.record_status, change.protection, change.protected_until))
    if change.survivor_id:
        until = change.survivor_protected_until
        found.append(_AsRecord(change.survivor_id, change.survivor_status, change.survivor_protection, until))
    return found


# -- read once a request ----------------------------------------------------------------------------------


def policies_now() -> dict[int, Policy]:
    """Every policy by its version, read once a request."""
    if "policies" not in g:
        g.policies = all_policies(reading())
    found: dict[int, Policy] = g.policies
    return found


def policy_of(version: int) -> Policy:
    """The policy of a version; the defaults stand in for one that was never written."""
    return policies_now().get(version, DEFAULT)


def policy_now() -> Policy:
    """The newest policy, by which goes what is no verdict: limits, roles, flags."""
    policies = policies_now()
    return policies[max(policies)] if policies else DEFAULT


def mode_now() -> str:
    """The mode in force, read once a request."""
    if "mode" not in g:
        g.mode = execute(reading(), MODE).scalar() or "reduced"
    return str(g.mode)
