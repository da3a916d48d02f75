"""Opens what was drafted: the suggestion, how its author knows, and its changes, judged at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert

from webapp.domain.canonical import dump
from webapp.domain.codes import HOW_KNOWN
from webapp.domain.document import to_units
from webapp.domain.errors import CapReached, NotAllowed, NotEligible, Problem, Refused
from webapp.domain.kinds import KINDS
from webapp.domain.lifecycle import ChangeState
from webapp.domain.merge import fit
from webapp.domain.permissions import Actor
from webapp.domain.policy import Policy
from webapp.services.ending import payload_edits
from webapp.services.judge import newest_policy
from webapp.services.revise import read_document
from webapp.services.settle import settle
from webapp.services.suggest.caps import check_open_cap, is_newcomer
from webapp.services.suggest.commands import Command, Draft, First, HowKnown, SuggestChange, Suggested
from webapp.services.tagging import tag
from webapp.storage.models import Change, ChangeAuthor, ChangeRecord, ChangeVersion, Evidence, Suggestion
from webapp.storage.unit_of_work import UnitOfWork, new_id

UNTOUCHED = dict.fromkeys(
    (
        "settle_at",
        "contested_at",
        "escalated_at",
        "hidden_at",
        "paused_until",
        "rejudged_at",
        "closed_at",
    )
)
"""What is not known of a change that has just been opened."""


def begin(uow: UnitOfWork, first: First) -> None:
    """Do what the caller wants done in the same transaction."""
    if first is not None:
        first(uow)


def store(uow: UnitOfWork, actor: Actor, drafts: list[Draft], command: Command) -> Suggested:
    """Open a suggestion with these changes; CapReached where that is too many, Refused where a reason is missing.

    NotAllowed for an account whose address was never confirmed.
    """
    if command.door != "import":
        if not actor.confirmed:  # visitors come by the link of their mail, which confirms theirs
            raise NotAllowed("address_unconfirmed", action="suggest_change")
        uow.lock_people([str(actor.id)])  # or two suggestions sent at once would both find room for one
        check_open_cap(uow, actor)
    policy = newest_policy(uow)
    _check_drafts(drafts, policy, command)
    author_id, suggestion_id = str(actor.id), new_id()
    uow.add(
        Suggestion,
        id=suggestion_id,
        author_id=author_id,
        reason=command.reason,
        door=command.door,
        created_at=uow.now,
        resubmits_id=(command.resubmits or None) if isinstance(command, SuggestChange) else None,
    )
    add_evidence(uow, suggestion_id, author_id, command.evidence)
    is_new = command.door != "import" and is_newcomer(uow, actor)
    opening = Opening(suggestion_id, author_id, policy.version, is_new)
    ids = [_open(uow, opening, place, draft) for place, draft in enumerate(drafts)]
    uow.event("suggestion", record_id=drafts[0].record_id, actor_id=actor.id, detail={"suggestion": suggestion_id})
    tag(uow, ids)
    for change_id, draft in zip(ids, drafts, strict=True):
        settle(uow, uow.lock_changes([change_id])[change_id], uow.lock_records(draft.records))
    return Suggested(suggestion_id, tuple(ids))


def _check_drafts(drafts: list[Draft], policy: Policy, command: Command) -> None:
    """At most so many changes; people's new records count one by one, too. What is grave says why."""
    is_set = drafts[0].type == "create" and command.door != "import"
    count, cap = len(drafts[0].payload["records"]) if is_set else len(drafts), policy.caps.changes_a_suggestion
    if count > cap:
        raise CapReached("changes_a_suggestion", limit=cap)
    if not command.reason.strip() and any(policy.rules[draft.risk].needs_reason for draft in drafts):
        raise Refused([Problem("reason", "required")])


def add_evidence(uow: UnitOfWork, suggestion_id: str, person_id: str, evidence: HowKnown) -> None:
    """Keep how a person knows; nothing when they did not say. NotEligible for a way that is not on offer."""
    if evidence.how not in ("", *HOW_KNOWN):
        raise NotEligible("unknown_code")
    how = evidence.how or ("other" if evidence.detail.strip() else "")
    if how:
        uow.add(
            Evidence,
            id=new_id(),
            suggestion_id=suggestion_id,
            person_id=person_id,
            how=how,
            detail=evidence.detail,
            created_at=uow.now,
        )


@dataclass(frozen=True, slots=True)
class Opening:
    """What all changes of a suggestion share when they are opened."""

    suggestion_id: str
    author_id: str
    policy_version: int
    is_by_newcomer: bool


def _open(uow: UnitOfWork, opening: Opening, position: int, draft: Draft) -> str:
    id_, payload = new_id(), dump(draft.payload)
    uow.add(
        Change,
        id=id_,
        suggestion_id=opening.suggestion_id,
        position=position,
        type=draft.type,
        record_id=draft.record_id,
        kind=draft.kind,
        group=draft.group,
        base_number=draft.base_number,
        payload=payload,
        risk=draft.risk.value,
        state=ChangeState.OPEN.value,
        policy_version=opening.policy_version,
        first_opened_at=uow.now,
        opened_at=uow.now,
        conflicted_at=_conflict_now(uow, draft, payload),
        content_version=1,
        is_by_newcomer=int(opening.is_by_newcomer),
        **dict.fromkeys(("amendments", "approvals", "rejects", "settle_attempts"), 0),
        **UNTOUCHED,
    )
    _add_beside(uow, id_, draft, opening.author_id, payload)
    return id_


def _add_beside(uow: UnitOfWork, change_id: str, draft: Draft, author: str, payload: str) -> None:
    """A change's author, its first content version, and the records that it touches."""
    uow.add(ChangeAuthor, change_id=change_id, person_id=author, role="author", since=uow.now)
    uow.add(
        ChangeVersion,
        change_id=change_id,
        content_version=1,
        base_number=draft.base_number,
        payload=payload,
        act="suggest",
        actor_id=author,
        created_at=uow.now,
    )
    if draft.records:
        uow.run(insert(ChangeRecord), [{"change_id": change_id, "record_id": record} for record in draft.records])


def _conflict_now(uow: UnitOfWork, draft: Draft, payload: str) -> datetime | None:
    if draft.type != "edit":
        return None
    record = uow.lock_records(draft.records)[draft.records[0]]
    clashes = fit(to_units(KINDS[draft.kind], read_document(uow, record)), payload_edits(payload)).clashes
    return uow.now if clashes else None
