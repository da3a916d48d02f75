"""The rules as administrators edit them: each edit is a new version, kept with its reason, and logged for everybody.

Its law: a change goes by the version that it was suggested under; only a tightened one may be put over open changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update

from webapp.domain.errors import NotEligible, Problem, Refused, Stale, WellkeptError
from webapp.domain.policy import Policy, from_data, to_json
from webapp.domain.policy_compare import census_of, differences, is_tightened, out_of_reach
from webapp.services import people
from webapp.services.judge import newest_policy, policy_of
from webapp.services.moderation_log import log
from webapp.storage import Storage
from webapp.storage.models import IS_OPEN, Change, Person, PolicyVersion
from webapp.storage.prepared import execute, prepared
from webapp.storage.queries.policies import carried
from webapp.storage.unit_of_work import UnitOfWork

IS_KEPT = select(func.count()).select_from(PolicyVersion).where(PolicyVersion.version == bindparam("version"))
PEOPLE = prepared(
    select(Person.role, func.count().label("people"))
    .where(Person.state == "active", Person.confirmed_at.is_not(None))
    .group_by(Person.role)
)
LONGEST_REASON = 1000  # characters


class SameRules(WellkeptError):
    """The rules say so already."""

    code = "nothing_changes"


@dataclass(frozen=True, slots=True)
class EditPolicy:
    """The whole rules as they should be, as nested plain values; `seen` is the version that they were made from."""

    actor_id: str
    seen: int
    rules: Mapping[str, Any]  # as `domain.policy.to_data` gives them; its version is not read
    reason: str


def edit_policy(storage: Storage, command: EditPolicy, now: datetime) -> int:
    """Write the next version; changes suggested from now on carry it. Gives its number.

    Raises Refused (with every problem: nonsense, rules that nobody here could meet, no reason), NotAllowed, Stale
    (somebody else edited meanwhile), SameRules.
    """
    wanted = _checked(command)

    def work(uow: UnitOfWork) -> int:
        people.require(people.load_actor(uow, command.actor_id), "edit_policy")
        newest = _seen(uow, command.seen)
        moved = differences(wanted, newest)
        if not moved:
            raise SameRules
        refuse_out_of_reach(uow.connection, wanted, newest)
        if not uow.value(IS_KEPT, {"version": newest.version}):  # the defaults, which later releases may change
            _keep(uow, newest, "the rules that this site began with", None)
        _keep(uow, wanted, command.reason.strip(), command.actor_id)
        log(uow, command.actor_id, "edit_policy", command.reason.strip())
        uow.event("policy", actor_id=command.actor_id, detail={"version": wanted.version, "moved": list(moved)})
        return wanted.version

    return storage.transact(work, now)


def draft_of(connection: Connection, newest: Policy, rules: Mapping[str, Any]) -> Policy:
    """The next version as it would be with these rules; nothing is written. Refused as `edit_policy` refuses them."""
    wanted = from_data({**rules, "version": newest.version + 1})
    refuse_out_of_reach(connection, wanted, newest)
    return wanted


def _checked(command: EditPolicy) -> Policy:
    problems = [] if command.reason.strip() else [Problem("reason", "required")]
    if len(command.reason.strip()) > LONGEST_REASON:
        problems = [Problem("reason", "too_long", {"limit": LONGEST_REASON})]
    try:
        wanted = from_data({**command.rules, "version": command.seen + 1})
    except Refused as refused:
        raise Refused([*problems, *refused.problems], refused.code) from None
    if problems:
        raise Refused(problems, "policy_refused")
    return wanted


def refuse_out_of_reach(connection: Connection, wanted: Policy, newest: Policy) -> None:
    """Refused where rules ask for more than the newest ones, and for more than the people there are can give."""
    problems = out_of_reach(wanted, newest, census_of({row.role: row.people for row in execute(connection, PEOPLE)}))
    if problems:
        raise Refused(problems, "policy_refused")


def _seen(uow: UnitOfWork, seen: int) -> Policy:
    newest = newest_policy(uow)
    if newest.version != seen:
        raise Stale(seen=seen, present=newest.version)
    return newest


def _keep(uow: UnitOfWork, policy: Policy, reason: str, actor_id: str | None) -> None:
    values = {"version": policy.version, "body": to_json(policy), "reason": reason}
    uow.add(PolicyVersion, **values, actor_id=actor_id, created_at=uow.now)


@dataclass(frozen=True, slots=True)
class ApplyPolicy:
    """Put the newest rules, where they are tightened, over the changes that are open; `seen` is their version."""

    actor_id: str
    seen: int
    note: str


@dataclass(frozen=True, slots=True)
class Tightened:
    """How many open changes go by the newest rules from now on, and how many keep theirs since those are stricter."""

    moved: int
    kept: int


def apply_policy(storage: Storage, command: ApplyPolicy, now: datetime) -> Tightened:
    """Let open changes carry the newest version, where nothing gets easier by it; the sweep judges them anew.

    Raises NotAllowed, Refused (no note), Stale (there is a newer version), and NotEligible when it would be easier
    for every one of them.
    """
    if not command.note.strip():
        raise Refused([Problem("note", "required")])

    def work(uow: UnitOfWork) -> Tightened:
        people.require(people.load_actor(uow, command.actor_id), "apply_policy")
        newest = _seen(uow, command.seen)
        open_ones = carried(uow.connection, newest.version)
        looser = [version for version in open_ones if is_tightened(newest, from_=policy_of(uow, version))]
        if open_ones and not looser:
            raise NotEligible("policy_not_tightened")
        moved = sum(open_ones[version] for version in looser)
        if moved:
            _put_over(uow, newest.version, looser)
            log(uow, command.actor_id, "apply_policy", command.note.strip())
            uow.event("policy", actor_id=command.actor_id, detail={"version": newest.version, "over": moved})
        return Tightened(moved, sum(open_ones.values()) - moved)

    return storage.transact(work, now)


def _put_over(uow: UnitOfWork, version: int, looser: list[int]) -> None:
    """All in one statement; the sweep looks at each of them next."""
    carrying = update(Change).where(IS_OPEN, Change.policy_version.in_(looser))
    uow.run(carrying.values(policy_version=version, settle_at=uow.now))
