"""What the rules say of a change at this moment, in numbers, pips and one sentence. It decides nothing itself."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from flask import g

from webapp import clock
from webapp.domain.decide import decide
from webapp.domain.policy import DEFAULT, Policy
from webapp.domain.tally import Tally, tally
from webapp.services.judge import all_policies, facts_of, vote_facts
from webapp.storage.prepared import execute
from webapp.storage.queries.review import MODE
from webapp.web.context import reading
from webapp.web.wording import end_sentence, waiting_sentence

View = dict[str, Any]


def judged_view(change: Any, votes: Sequence[Any], authors: Iterable[Any], mode: str) -> View:
    """{needed, have, pips, sentence, sentence_tone} of a change, open or ended."""
    if change.state != "open":
        return _ended(change)
    author_ids = authors_of(authors)
    return _waiting(change, author_ids, tally(vote_facts(votes, change.content_version), author_ids), mode)


def authors_of(authors: Iterable[Any]) -> frozenset[str]:
    """The ids of those whose change it is; supporters only stand behind it."""
    return frozenset(a.person_id for a in authors if a.role != "supporter")


def _ended(change: Any) -> View:
    reasons = json.loads(change.decision_reasons) if change.decision_reasons else []
    counted = len(json.loads(change.counted or "[]"))
    sentence, tone = end_sentence(change.state, reasons, change.decider_name, counted)
    return {"needed": 0, "have": 0, "pips": [], "sentence": sentence, "sentence_tone": tone}


def _waiting(change: Any, author_ids: frozenset[str], counted: Tally, mode: str) -> View:
    now, policy = clock.now(), policy_of(change.policy_version)
    facts = facts_of(change, author_ids, [_AsRecord(change)] if change.record_id else [], now, has_reason=True)
    decision = decide(facts, counted, policy, mode, now, rejudged=change.rejudged_at is not None)  # type: ignore[arg-type]  # full or reduced
    have = max(0, counted.approvals - counted.rejects)
    needed = have + decision.needed
    return {
        "needed": needed,
        "have": have,
        "pips": [place < have for place in range(needed)],
        "sentence": waiting_sentence([(r.code, r.values) for r in decision.reasons], now),
        "sentence_tone": "waiting",
    }


class _AsRecord:
    """The joined columns of a change's record, by the record's own names."""

    def __init__(self, change: Any) -> None:
        self.status = change.record_status
        self.protection = change.protection
        self.protected_until = change.protected_until


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


def mode_now() -> str:
    """The mode in force, read once a request."""
    if "mode" not in g:
        g.mode = execute(reading(), MODE).scalar() or "reduced"
    return str(g.mode)
