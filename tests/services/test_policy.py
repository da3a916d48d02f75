"""The rules are data: administrators write new versions, and may put tightened ones over what is open."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select

from tests.support.world import World
from webapp.domain.errors import NotAllowed, NotEligible, Refused, Stale
from webapp.domain.policy import DEFAULT, from_json, to_data
from webapp.services import policy
from webapp.services.doctor import doctor
from webapp.services.judge import newest_policy
from webapp.storage.models import Change, Decision, Event, ModerationEntry, PolicyVersion


def rules(**moved: Any) -> dict[str, Any]:
    """The default rules with some of them moved: `rules(low__threshold=3)` is of the class low."""
    data = to_data(DEFAULT)
    for name, value in moved.items():
        risk, _, of = name.rpartition("__")
        (data["rules"][risk] if risk else data)[of] = value
    return data


def write(world: World, seen: int = 1, by: str = "alma", reason: str = "too hasty", **moved: Any) -> int:
    """An administrator writes a version."""
    actor = world.person(by, "administrator")
    return policy.edit_policy(world.storage, policy.EditPolicy(actor, seen, rules(**moved), reason), world.now)


def put_over(world: World, seen: int = 2, by: str = "alma", note: str = "they were hasty") -> policy.Tightened:
    """An administrator puts the newest rules over what is open."""
    command = policy.ApplyPolicy(world.person(by, "administrator"), seen, note)
    return policy.apply_policy(world.storage, command, world.now)


def described(world: World, author: str = "ann") -> str:
    """An open change of a description."""
    return world.suggest(world.person(author), world.record(description="Soup"), description="Soup and company")[0]


def log(world: World) -> list[tuple[str, str]]:
    return [(row.act, row.note) for row in world.all(select(ModerationEntry).order_by(ModerationEntry.id))]


# -- writing ------------------------------------------------------------------------------------------------


def test_a_new_version_holds_for_what_is_suggested_afterwards(world: World) -> None:
    before = described(world)
    assert write(world, low__threshold=3) == 2
    after = described(world, "ben")
    assert world.approve(before, "rita", "rob") == "applied"
    assert world.approve(after, "rita", "rob") == "open"
    assert world.approve(after, "ray") == "applied"
    versions = {row.change_id: row.policy_version for row in world.all(select(Decision))}
    assert versions == {before: 1, after: 2}
    assert doctor(world.storage) == []


def test_each_version_is_kept_with_its_reason_and_the_one_before_too(world: World) -> None:
    write(world, low__threshold=3)
    alma = world.person("alma")
    rows = world.all(select(PolicyVersion).order_by(PolicyVersion.version))
    assert [(row.version, row.actor_id, row.created_at) for row in rows] == [(1, None, world.now), (2, alma, world.now)]
    assert from_json(rows[0].body) == DEFAULT
    assert (rows[1].reason, from_json(rows[1].body).rules.low.threshold) == ("too hasty", 3)
    assert log(world) == [("edit_policy", "too hasty")]
    told = world.one(select(Event.detail).where(Event.type == "policy"))
    assert told.detail == '{"moved":["rules.low.threshold"],"version":2}'


def test_a_version_that_an_older_program_wrote_goes_on_deciding(world: World) -> None:
    write(world, low__threshold=3)
    older = to_data(DEFAULT) | {"version": 2}
    del older["caps"]["author_share_window"], older["rules"]["low"]["needs_reason"]
    older["rules"]["low"]["threshold"] = 1
    world.storage.transact(  # append-only here, so as the third
        lambda uow: uow.add(
            PolicyVersion, version=3, body=json.dumps(older | {"version": 3}), reason="", actor_id=None,
            created_at=uow.now,
        ),
        world.now,
    )
    change = described(world)
    assert world.change(change).policy_version == 3
    assert world.approve(change, "rita") == "applied"
    assert doctor(world.storage) == []


@pytest.mark.parametrize("role", ["volunteer", "trusted", "moderator"])
def test_nobody_below_an_administrator_writes_or_applies_rules(world: World, role: str) -> None:
    somebody = world.person("somebody", role)
    with pytest.raises(NotAllowed, match="role_needed"):
        policy.edit_policy(world.storage, policy.EditPolicy(somebody, 1, rules(low__threshold=3), "because"), world.now)
    write(world, low__threshold=3)
    with pytest.raises(NotAllowed, match="role_needed"):
        policy.apply_policy(world.storage, policy.ApplyPolicy(somebody, 2, "because"), world.now)


def test_nonsense_and_a_missing_reason_are_told_together_and_keep_nothing(world: World) -> None:
    with pytest.raises(Refused) as refused:
        write(world, reason=" ", low__threshold=0, reject_at="many")
    assert {(p.where, p.code) for p in refused.value.problems} == {
        ("reason", "required"),
        ("reject_at", "wrong_type"),
    }
    with pytest.raises(Refused, match="out_of_bounds"):
        write(world, low__threshold=0)
    with pytest.raises(Refused):
        write(world, reason="", low__threshold=3)
    assert (world.all(select(PolicyVersion)), log(world)) == ([], [])


def test_rules_that_nobody_here_could_meet_are_refused(world: World) -> None:
    for name in ("rita", "rob", "ray"):
        world.person(name, "reviewer")
    world.person("una", "moderator", confirmed=False)
    with pytest.raises(Refused) as refused:
        write(world, destructive__threshold=9)  # three reviewers and alma; a ninth would have to come first
    assert [(p.where, p.code, p.values) for p in refused.value.problems] == [
        ("rules.destructive.threshold", "nothing_applies", {"voters": 4})
    ]
    assert write(world, destructive__threshold=8) == 2


def test_the_same_rules_are_no_new_version(world: World) -> None:
    with pytest.raises(policy.SameRules):
        write(world)
    assert world.all(select(PolicyVersion)) == []


def test_who_edits_what_was_edited_meanwhile_is_told(world: World) -> None:
    write(world, low__threshold=3)
    with pytest.raises(Stale) as stale:
        write(world, seen=1, by="abe", destructive__threshold=4)
    assert stale.value.values == {"seen": 1, "present": 2}
    assert write(world, seen=2, by="abe", destructive__threshold=4) == 3


def test_of_two_who_write_at_once_one_is_told(world: World) -> None:
    world.person("alma", "administrator")
    world.person("abe", "administrator")

    def attempt(by: str) -> object:
        try:
            return write(world, by=by, low__threshold=3)
        except Stale:
            return "stale"

    with ThreadPoolExecutor(2) as pool:
        told = list(pool.map(attempt, ("alma", "abe")))
    assert sorted(told, key=str) == [2, "stale"]
    assert world.storage.transact(newest_policy, world.now).version == 2


# -- over open changes --------------------------------------------------------------------------------------


def test_a_tightened_policy_holds_for_open_changes_once_it_is_put_over_them(world: World) -> None:
    change, ended = described(world), described(world, "ben")
    world.withdraw(world.person("ben"), ended)
    world.approve(change, "rita")
    write(world, low__threshold=3)
    assert put_over(world) == policy.Tightened(1, 0)
    assert {row.id: row.policy_version for row in world.all(select(Change))} == {change: 2, ended: 1}
    assert world.approve(change, "rob") == "open"
    assert world.approve(change, "ray") == "applied"
    assert log(world)[-1] == ("apply_policy", "they were hasty")
    assert doctor(world.storage) == []


def test_what_is_open_is_looked_at_again_by_the_clock(world: World) -> None:
    change = described(world)
    write(world, escalate_after="8d")
    put_over(world)
    world.passes(days=8)
    world.sweep()
    assert world.change(change).escalated_at == world.now


def test_a_loosened_policy_is_put_over_nothing(world: World) -> None:
    change = described(world)
    write(world, high__threshold=2)
    with pytest.raises(NotEligible, match="policy_not_tightened"):
        put_over(world)
    assert world.change(change).policy_version == 1
    assert log(world) == [("edit_policy", "too hasty")]


def test_changes_under_stricter_rules_keep_theirs(world: World) -> None:
    first = described(world)
    write(world, low__threshold=3)
    strict = described(world, "ben")
    write(world, seen=2, first_reject_pause="96h")  # and the threshold back to two
    assert put_over(world, seen=3) == policy.Tightened(1, 1)
    assert (world.change(first).policy_version, world.change(strict).policy_version) == (3, 2)


def test_a_contested_change_needs_what_the_tightened_rules_say(world: World) -> None:
    change = described(world)
    world.vote(world.person("rita", "reviewer"), change, "reject")
    world.approve(change, "rob", "ray", "rose")
    write(world, contested_margin=2)
    put_over(world)
    world.approve(change, "ruth")
    world.passes(hours=72)
    world.sweep()
    assert world.change(change).state == "open"  # three net; it takes four now
    assert world.approve(change, "rex") == "applied"


def test_putting_rules_over_needs_a_note_and_the_newest_version(world: World) -> None:
    described(world)
    write(world, low__threshold=3)
    with pytest.raises(Refused):
        put_over(world, note=" ")
    with pytest.raises(Stale):
        put_over(world, seen=1)


def test_where_nothing_is_open_nothing_is_logged(world: World) -> None:
    write(world, low__threshold=3)
    assert put_over(world) == policy.Tightened(0, 0)
    assert log(world) == [("edit_policy", "too hasty")]


def test_looser_rules_of_today_do_not_lower_what_a_change_carries(world: World) -> None:
    change = described(world)
    write(world, low__threshold=1)
    assert world.approve(change, "rita") == "open"
    assert world.vote(world.person("rob", "reviewer"), change).decision.policy_version == 1
    assert world.change(change).state == "applied"
