"""A moderator decides a change alone; always logged."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from webapp.domain.by_hand import Ruling, by_hand
from webapp.domain.decide import Decision, Outcome, Reason
from webapp.domain.errors import NotAllowed
from webapp.domain.permissions import Subject
from webapp.services import people
from webapp.services.apply import Deciding, Done, carry_out
from webapp.services.judge import Known, facts_of, judge, known_in
from webapp.services.moderation_log import log
from webapp.services.settle import Outcomes, lock_seen
from webapp.services.standing import other_moderator_active
from webapp.storage import Storage
from webapp.storage.unit_of_work import Row, UnitOfWork


@dataclass(frozen=True, slots=True)
class DecideChange:
    """A moderator applies or rejects a change alone; `seen` is the content version that they had before them."""

    change_id: str
    person_id: str
    seen: int
    outcome: str  # apply | reject
    note: str = ""


def decide_change(storage: Storage, command: DecideChange, now: datetime) -> Outcomes:
    """Decide a change at once (`RULES.md`, "Classes and thresholds").

    A note is needed where an opposing vote exists. A moderator's own change waits for its time and for every
    reject, and may be self-decided only while no other moderator is active. Raises AlreadyClosed, Stale and NotAllowed.
    """
    return storage.transact(lambda uow: _decide(uow, command), now)


def _decide(uow: UnitOfWork, command: DecideChange) -> Outcomes:
    records, change = lock_seen(uow, command.change_id, command.seen)
    actor = people.load_actor(uow, command.person_id)
    known = known_in(change)
    is_own = command.person_id in known.authors
    # only an own change asks for them, and looking for them reads all that moderators voted and decided lately
    others = not is_own or other_moderator_active(uow, command.person_id, known.newest)
    actor = replace(actor, has_other_moderator_active=others)
    people.require(actor, "decide_change", Subject(author_ids=known.authors, may_self_decide=is_own))
    ruling = Ruling(
        command.person_id, "apply" if command.outcome == "apply" else "reject", bool(command.note.strip()), others
    )
    reason = "self_decided" if is_own else "moderator_decided"
    done = rule(uow, change, records, known, ruling, reason, command.note)
    if done.decision.outcome == ruling.outcome:
        _log_decided(uow, change, command, is_own)
    return Outcomes(change.id, change.suggestion_id, done.state, done.decision)


def rule(
    uow: UnitOfWork, change: Row, records: dict[str, Row], known: Known, ruling: Ruling, reason: str, note: str
) -> Done:
    """Carry out what a moderator decides alone; NotAllowed with the first thing that keeps them from it."""
    decision, tally = judge(uow, change, records.values(), known=known)
    facts = facts_of(change, known.authors, records.values(), uow.now, has_reason=known.has_reason)
    missing = by_hand(facts, tally, known.carried, ruling, uow.now)
    if missing:
        raise NotAllowed(missing[0].code, **missing[0].values)
    by_moderator = _forced(decision, Outcome(ruling.outcome), reason)
    return carry_out(
        uow, change, records, Deciding(by_moderator, tally, known.authors, ruling.moderator_id, note)
    )


def _forced(decision: Decision, outcome: Outcome, reason: str) -> Decision:
    """The decision as a moderator makes it, whatever the votes say; who was counted stays written in it."""
    return replace(
        decision, outcome=outcome, reasons=(Reason(reason),), settle_at=None, paused=False, paused_until=None
    )


def _log_decided(uow: UnitOfWork, change: Row, command: DecideChange, is_own: bool) -> None:
    log(
        uow,
        command.person_id,
        f"{command.outcome}_change",
        command.note,
        record_id=change.record_id,
        change_id=change.id,
        is_self_decided=is_own,
    )
