"""One change as its card shows it: what it alters, what it still needs, how people voted."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from flask import g

from webapp import clock
from webapp.domain.decide import decide
from webapp.domain.diff import Edit, diff, edits_from_json, group_label
from webapp.domain.document import locate, to_units
from webapp.domain.kinds import KINDS
from webapp.domain.merge import fit
from webapp.domain.permissions import Subject
from webapp.domain.policy import DEFAULT, Policy
from webapp.domain.tally import tally
from webapp.services.judge import all_policies, facts_of, vote_facts
from webapp.storage import Connection
from webapp.storage.queries.history import names_of
from webapp.storage.queries.review import MODE, SuggestionPage, creation_entries, current_document
from webapp.web.context import allowed, reading, viewer
from webapp.web.units import UnitView, unit_views
from webapp.web.wording import (
    CHOICE_WORDS,
    REJECT_REASONS,
    RISK_WORDS,
    ROLE_WORDS,
    STATE_WORDS,
    end_sentence,
    waiting_sentence,
)


def change_view(
    connection: Connection, found: SuggestionPage, change: Any, problem: str | None, typed: dict[str, str]
) -> dict[str, Any]:
    """The context `change` of ui.change_card."""
    votes, authors = found.votes.get(change.id, ()), found.authors.get(change.id, ())
    judged = judged_view(change, list(votes), list(authors), found.mode)
    mine = next((v.choice for v in votes if v.person_id == viewer().id and v.is_live), None)
    author_ids = frozenset(a.person_id for a in authors if a.role != "supporter")
    subject = Subject(author_ids=author_ids, state=change.state)
    is_open = change.state == "open"
    base = f"/suggestions/{change.suggestion_id}/changes/{change.id}"
    can_vote = is_open and viewer().is_signed_in and allowed("cast_vote", subject)
    sees_votes = (
        not is_open or mine is not None or viewer().id in author_ids or viewer().may_moderate or not viewer().may_review
    )
    is_own = viewer().id in author_ids
    return {
        "id": change.id,
        "content_version": change.content_version,
        "label": label_of(change),
        "state": change.state,
        "state_words": STATE_WORDS[change.state],
        "risk_words": RISK_WORDS[change.risk],
        **judged,
        "units": units_of(connection, change),
        "is_new": change.type == "create",
        "can_vote": can_vote,
        "my_vote": mine,
        "reasons": REJECT_REASONS,
        "votes": [_vote(v) for v in votes if v.is_live] if sees_votes else [],
        "may_withdraw": is_open and is_own and allowed("withdraw_change", subject),
        "withdraw_url": f"{base}/withdraw",
        "may_amend": is_open
        and change.type == "edit"
        and allowed("amend_change" if is_own else "improve_change", subject),
        "amend_url": f"{base}/amend",
        "may_decide": is_open and allowed("decide_change", Subject(state=change.state)),
        "decide_url": f"{base}/decide",
        "stale": problem or _clash_words(change),
        "rebase_url": f"{base}/rebase",
        "take_back_url": f"{base}/take-back" if mine and is_open else None,
        "flag_url": f"{base}/flag" if is_open and allowed("flag_spam", subject) else None,
        "typed": typed,
        "problem": problem,
        "is_hidden": change.hidden_at is not None,
        "needs_rebase": is_open and change.conflicted_at is not None,
    }


def label_of(change: Any) -> str:
    """What a change is about, as a heading."""
    if change.type == "edit":
        return group_label(KINDS[change.kind], change.group)
    return {
        "create": "Something new",
        "close": "Close this record",
        "reopen": "Reopen this record",
        "merge": "Merge two records",
    }[change.type]


def judged_view(change: Any, votes: list[Any], authors: list[Any], mode: str) -> dict[str, Any]:
    """What the rules say of a change at this moment, in numbers, pips and one sentence."""
    author_ids = frozenset(a.person_id for a in authors if a.role != "supporter")
    counted = tally(vote_facts(votes, change.content_version), author_ids)
    if change.state != "open":
        reasons = json.loads(change.decision_reasons) if change.decision_reasons else []
        sentence, tone = end_sentence(
            change.state, reasons, change.decider_name, len(json.loads(change.counted or "[]"))
        )
        return {"needed": 0, "have": 0, "pips": [], "sentence": sentence, "sentence_tone": tone}
    policy = _policy(change.policy_version)
    facts = facts_of(change, author_ids, [_as_record(change)] if change.record_id else [], clock.now(), has_reason=True)
    decision = decide(facts, counted, policy, mode, clock.now(), rejudged=change.rejudged_at is not None)  # type: ignore[arg-type]  # full or reduced
    have = max(0, counted.approvals - counted.rejects)
    needed = have + decision.needed
    sentence = waiting_sentence([(r.code, r.values) for r in decision.reasons], clock.now())
    return {
        "needed": needed,
        "have": have,
        "pips": [place < have for place in range(needed)],
        "sentence": sentence,
        "sentence_tone": "waiting",
    }


class _as_record:
    """The joined columns of a change's record, by the record's own names."""

    def __init__(self, change: Any) -> None:
        self.status = change.record_status
        self.protection = change.protection
        self.protected_until = change.protected_until


def units_of(connection: Connection, change: Any) -> list[UnitView]:
    """What a change alters, unit by unit."""
    if change.type == "create":
        return _new_units(connection, change)
    if change.type == "merge":
        return [_merge_unit(connection, change)]
    edits = edits_from_json(json.loads(change.payload)["edits"])
    if change.type in ("close", "reopen"):
        return [UnitView("@status", "Status", (), (), *(_status_word(v) for v in (e.before, e.after))) for e in edits]
    return unit_views(connection, KINDS[change.kind], edits)


def _merge_unit(connection: Connection, change: Any) -> UnitView:
    into = str(json.loads(change.payload).get("into", ""))
    name = names_of(connection, {into}).get(into, "the record that it is merged into")
    return UnitView("@status", "Becomes part of", (), (), str(change.record_name or ""), name)


def _status_word(value: Any) -> str:
    """ "Closed"; a record without a status runs."""
    return str(value.get("status", "running") if isinstance(value, dict) else "running").capitalize()


def _new_units(connection: Connection, change: Any) -> list[UnitView]:
    views: list[UnitView] = []
    entries = creation_entries(change.payload)
    for entry in entries:
        kind = KINDS[entry["kind"]]
        order = [group.name for group in kind.groups]
        edits = sorted(diff(kind, {}, entry["document"]), key=lambda e: order.index(locate(kind, e.unit)[0][0].name))
        prefix = f"{kind.label.capitalize()}: " if len(entries) > 1 else ""
        for view in unit_views(connection, kind, edits):
            views.append(
                UnitView(
                    f"{entry['id']}/{view.unit}",
                    prefix + view.label,
                    (),
                    (),
                    "",
                    view.after_text,
                )
            )
    return views


def _clash_words(change: Any) -> str | None:
    """How an open edit stands against the record as it is now, where it does not simply apply."""
    if change.state != "open" or change.type != "edit" or change.conflicted_at is None:
        return None
    document = current_document(change)
    if document is None:
        return None
    kind = KINDS[change.kind]
    found = fit(to_units(kind, document), edits_from_json(json.loads(change.payload)["edits"]))
    views = unit_views(reading(), kind, [Edit(c.unit, None, c.current) for c in found.clashes])
    now = "; ".join(f"{view.label} is now “{view.after_text or 'empty'}”" for view in views)
    return f"The record has changed since this was written: {now}." if now else None


def _vote(vote: Any) -> dict[str, Any]:
    reason = dict(REJECT_REASONS).get(vote.reason, "")
    note = ". ".join(part for part in (reason, vote.note) if part)
    words = CHOICE_WORDS[vote.choice] + (
        " (not counted: has a tie to the organisation)" if vote.is_affiliated and not vote.is_steward else ""
    )
    return {"who": vote.display_name, "choice_words": words, "at": vote.cast_at, "note": note or None}


def queue_row(change: Any, votes: list[Any], authors: list[Any]) -> dict[str, Any]:
    """One row of the queue: judged once a minute while nothing that was read for it moves."""
    minute = int(clock.now().timestamp() // 60)
    return _queue_row(change, tuple(votes), tuple(authors), _mode(), _policy(change.policy_version).version, minute)


@lru_cache(maxsize=2000)
def _queue_row(
    change: Any, votes: tuple[Any, ...], authors: tuple[Any, ...], mode: str, _policy: int, _minute: int
) -> dict[str, Any]:
    judged = judged_view(change, list(votes), list(authors), mode)
    role = ROLE_WORDS.get(change.author_role, "volunteer")
    return {
        "url": f"/suggestions/{change.suggestion_id}#change-{change.id}",
        "record_title": change.record_name
        or creation_entries(change.payload)[0]["document"].get("name", "Something new"),
        "label": label_of(change),
        "sentence": judged["sentence"],
        "pips": judged["pips"],
        "have": judged["have"],
        "needed": judged["needed"],
        "author_words": f"by {'an' if role[0] in 'aeiou' else 'a'} {role}",
        "at": change.suggested_at,
        "risk_words": RISK_WORDS[change.risk],
    }


def _policy(version: int) -> Policy:
    """The policy of a version; all are read once a request."""
    if "policies" not in g:
        g.policies = all_policies(reading())
    found: Policy = g.policies.get(version, DEFAULT)
    return found


def _mode() -> str:
    if "mode" not in g:
        g.mode = reading().scalar(MODE) or "reduced"
    return str(g.mode)
