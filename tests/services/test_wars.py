"""Reverts that follow each other protect a record by rule, and incidents are undone in one go up to a number."""

from __future__ import annotations

from tests.support.world import World
from webapp.services import history, moderate
from webapp.services.incidents import carry_out, continued


def reverted(world: World, record: str) -> None:
    """Somebody changes the record, and a moderator takes it back."""
    (change,) = world.suggest(world.person("tess", "trusted"), record, description="Soup and company")
    world.vote(world.person("mo", "moderator"), change)
    assert world.approve(change, "max") == "applied"
    seen = world.row(record).newest_number
    world.passes(minutes=1)
    history.revert_revision(
        world.storage, history.RevertRevision(record, seen, world.person("mo"), seen, "no"), world.now
    )


def protect(world: World, record: str, level: str | None, **parts: float) -> None:
    """A moderator protects, or ends it."""
    now = world.now
    world.passes(**parts)
    until, world.now = world.now, now
    command = moderate.ProtectRecord(record, world.person("mo", "moderator"), level, until if level else None, "a war")
    moderate.protect_record(world.storage, command, world.now)


def test_a_war_of_long_ago_is_over_when_a_moderator_says_so(world: World) -> None:
    record = world.record(description="Soup")
    for _ in range(3):
        reverted(world, record)
    assert world.row(record).protection == "trusted"
    protect(world, record, None)
    world.passes(days=3)
    reverted(world, record)
    assert world.row(record).protection is None


def test_a_war_keeps_the_stricter_protection_that_stands(world: World) -> None:
    record = world.record(description="Soup")
    for handle in ("mo", "max", "tess"):
        world.person(handle, "moderator")
    protect(world, record, "moderators", days=1)
    for _ in range(3):
        reverted(world, record)
    row = world.row(record)
    assert row.protection == "moderators"
    assert row.protected_until is not None
    assert (row.protected_until - world.now).days == 7


def test_up_to_five_hundred_records_are_undone_at_once_and_more_in_chunks_of_fifty() -> None:
    assert (carry_out.AT_ONCE, continued.CHUNK) == (500, 50)
