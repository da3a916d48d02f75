"""A replay under the rules that were in force tells what was decided; under others, what would have been."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import select

from tests.services.test_policy import described, rules, write
from tests.services.test_state_machine import fresh_world as fresh_world
from tests.services.test_state_machine import tell
from tests.support.profile import scaled
from tests.support.queries import recorded
from tests.support.stories import Stories
from tests.support.world import World
from webapp.domain.policy import DEFAULT, Policy, from_data
from webapp.domain.replay import Compared, agrees, replay
from webapp.services import history, moderate, ruling, sanction
from webapp.services.judge import all_policies
from webapp.services.replay import Asked, modes_of, pasts, replay_policy
from webapp.storage import Connection, Storage
from webapp.storage.models import Change, ChangeVersion, Event, Outbox

YEAR = Asked(366)


def replayed(world: World, days: int = 366, most: int | None = None, **moved: Any) -> Compared:
    """What other rules would have made of it all."""
    policy = from_data({**rules(**moved), "version": 9})
    with world.storage.read() as connection:
        return replay_policy(connection, policy, Asked(days, most), world.now)


def is_overtaken(connection: Connection, change_id: str, at: datetime | None) -> bool:
    """Whether a replay ends a change when its record came back, or was free again: the sweep comes some time after.

    Until then anybody may amend it, withdraw it or vote on it.
    """
    freed = (
        select(Event.seq)
        .join(Change, Change.record_id == Event.record_id)
        .where(Change.id == change_id, Event.type.in_(("status", "protection")), Event.created_at == at)
    )
    return at is not None and connection.execute(freed).first() is not None


def strangers(storage: Storage, now: Any) -> Iterator[str]:
    """Changes that a replay under their own rules tells otherwise than they were, and how."""
    with storage.read() as connection:
        policies, modes = all_policies(connection), modes_of(connection)
        for past in pasts(connection, YEAR, now):
            told = replay(past, policies.get(past.policy_version, DEFAULT), modes, now)
            if not agrees(past, told) and not is_overtaken(connection, past.change_id, told.at):
                yield f"{past.change_id}: {past.state} at {past.ended_at}, told {told}"


# -- hand-made histories ------------------------------------------------------------------------------------


def test_one_approval_less_applies_earlier_by_the_hours_between_the_votes(world: World) -> None:
    for hours in (10, 40):
        change = described(world)
        world.passes(hours=1)
        world.approve(change, "rita")
        world.passes(hours=hours)
        assert world.approve(change, "rob") == "applied"
    found = replayed(world, low__threshold=1)
    assert (sorted(found.earlier), found.changes, found.left_out) == ([10.0, 40.0], 2, 0)
    assert replayed(world, low__threshold=3).lost == 2
    assert replayed(world).same == 2


def test_of_those_applied_earlier_the_reverted_ones_are_counted(world: World) -> None:
    change = described(world)
    world.approve(change, "rita")
    world.passes(hours=5)
    world.approve(change, "rob")
    record = world.change(change).record_id
    mo = world.person("mo", "moderator")
    history.revert_revision(world.storage, history.RevertRevision(record, 2, mo, 2, "wrong"), world.now)
    found = replayed(world, low__threshold=1)
    assert (found.earlier, found.earlier_reverted) == ([5.0], 1)


def test_an_amended_change_is_judged_by_what_it_said_then(world: World) -> None:
    change = described(world)
    world.approve(change, "rita")
    world.passes(hours=3)
    world.amend(world.person("ann"), change, description="Soup and good company")
    world.passes(hours=3)
    assert world.approve(change, "rita", "rob") == "applied"
    assert list(strangers(world.storage, world.now)) == []
    assert replayed(world, low__threshold=1).earlier == [6.0]


def test_a_protection_is_replayed_for_as_long_as_it_stood(world: World) -> None:
    change = described(world)
    record, mo = world.change(change).record_id, world.person("mo", "moderator")
    until = world.now + timedelta(days=2)
    moderate.protect_record(
        world.storage, moderate.ProtectRecord(record, mo, "trusted", until, "a war"), world.now
    )
    world.approve(change, "rita", "rob")
    world.passes(days=2)
    world.sweep()
    assert world.change(change).state == "applied"
    detail = world.one(select(Event.detail).where(Event.type == "protection")).detail
    assert until.isoformat() in detail
    assert list(strangers(world.storage, world.now)) == []
    assert replayed(world, low__threshold=1).same == 1  # what held it was not the number


def test_what_a_moderator_decided_is_no_vote_and_still_applied(world: World) -> None:
    change = described(world)
    world.approve(change, "rita")
    world.passes(hours=7)
    mo = world.person("mo", "moderator")
    ruling.decide_change(world.storage, ruling.DecideChange(change, mo, 1, "apply", "seen"), world.now)
    assert replayed(world).same == 1
    assert replayed(world, low__threshold=1).earlier == [7.0]


def test_a_ban_takes_votes_out_and_its_end_gives_them_back(world: World) -> None:
    change, mo = described(world), world.person("mo", "moderator")
    world.approve(change, "rita")
    world.passes(hours=2)
    sanction.ban_person(world.storage, sanction.BanPerson(world.person("rita"), mo, "spam"), world.now)
    world.passes(hours=2)
    assert world.approve(change, "rob") == "open"
    world.passes(hours=2)
    assert world.approve(change, "ray") == "applied"
    assert list(strangers(world.storage, world.now)) == []
    assert replayed(world, low__threshold=1).earlier == [6.0]


def test_only_the_days_and_the_number_asked_for_are_read(world: World) -> None:
    for name in ("ann", "ben", "cat"):
        described(world, name)
        world.passes(days=10)
    assert replayed(world, days=15).changes == 1
    assert replayed(world, most=2).changes == 2


def test_a_batch_costs_the_same_number_of_queries_however_many_changes(world: World) -> None:
    def cost() -> int:
        with recorded(world.storage.engine) as sent:
            replayed(world)
        return len(sent)

    world.approve(described(world), "rita", "rob")
    few = cost()
    for name in ("ben", "cat", "dan", "eve"):
        world.approve(described(world, name), "rita", "rob")
    assert cost() == few


# -- the property -----------------------------------------------------------------------------------------


def undatable(storage: Storage) -> set[str]:
    """Changes that were conflicted and mended, or moved to another record: when, is not kept with them.

    A conflict is mended by fitting, by other content, or by the record's coming back to what it was; each was told.
    """
    with storage.read() as connection:
        acts = select(ChangeVersion.change_id).where(ChangeVersion.act.in_(("rebase", "move", "move_back")))
        told = select(Outbox.key).where(Outbox.key.startswith("conflicted:"))
        conflicted = {row.key.split(":")[1] for row in connection.execute(told)}
        return conflicted | {row.change_id for row in connection.execute(acts)}


def test_replayed_under_its_own_rules_every_story_ends_as_it_did(fresh_world: Callable[[], Any]) -> None:
    wrong: list[str] = []
    told: list[int] = []

    class Told(Stories):
        open_world = staticmethod(fresh_world)

        def teardown(self) -> None:
            world = self.world
            known = undatable(world.storage)
            wrong.extend(one for one in strangers(world.storage, world.now) if one.split(":")[0] not in known)
            with world.storage.read() as connection:
                told.append(sum(past.change_id not in known for past in pasts(connection, YEAR, world.now)))
            super().teardown()

    run_state_machine_as_test(
        Told,
        settings=settings(
            settings.get_profile(settings.get_current_profile_name()),
            max_examples=scaled(3, 60),
            stateful_step_count=scaled(25, 50),
        ),
    )
    story = Told()
    tell(story)
    story.teardown()
    assert wrong == []
    assert sum(told) > 10


def test_a_version_that_was_written_is_replayed_by_the_changes_that_carry_it(world: World) -> None:
    before = described(world)
    write(world, low__threshold=3)
    after = described(world, "ben")
    world.passes(hours=1)
    for change in (before, after):
        world.approve(change, "rita", "rob")
    world.passes(hours=4)
    assert world.approve(after, "ray") == "applied"
    assert list(strangers(world.storage, world.now)) == []
    found = replayed(world)  # with two again
    assert (found.earlier, found.same) == ([4.0], 1)


@pytest.mark.parametrize("policy", [DEFAULT, replace(DEFAULT, contested_margin=2)])
def test_without_changes_there_is_nothing_to_tell(world: World, policy: Policy) -> None:
    with world.storage.read() as connection:
        assert replay_policy(connection, policy, YEAR, world.now) == Compared()
