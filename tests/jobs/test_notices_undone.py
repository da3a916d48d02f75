"""Who is told of what was undone, and of what came back: each once, and last of what is true."""

from __future__ import annotations

from tests.jobs.office import Office, folded
from tests.jobs.telling import applied_change
from tests.jobs.test_notices_gathered import approve_enough, two_changes
from tests.support.world import World
from webapp.services import history

UNDONE = "Undone: your change to Harbour Soup Lunch (description)"


def mo(world: World) -> str:
    return world.person("mo", "moderator")


def revert(world: World, record: str, number: int, reason: str = "not so") -> str:
    """A moderator reverts a revision; gives the operation."""
    newest = world.row(record).newest_number
    command = history.RevertRevision(record, number, mo(world), newest, reason)
    return history.revert_revision(world.storage, command, world.now).operation_id


# -- what is told when it is true no more -----------------------------------------------------------------


def test_nobody_is_told_that_a_change_is_live_which_was_undone_meanwhile(world: World, office: Office) -> None:
    record, _ = applied_change(world)
    revert(world, record, 2)
    office.works()
    assert office.told("ann") == [UNDONE]


def test_a_change_that_was_undone_and_is_back_is_live(world: World, office: Office) -> None:
    record, _ = applied_change(world)
    revert(world, record, 2)
    revert(world, record, 3)
    office.works()
    assert "Your suggestion for Harbour Soup Lunch is live" in office.told("ann")


def test_of_two_changes_the_one_that_still_stands_is_told_as_live(world: World, office: Office) -> None:
    first, second = two_changes(world)
    for change in (first, second):
        approve_enough(world, change)
    revert(world, str(world.change(first).record_id), 2)
    world.passes(minutes=6)
    office.works()
    (mail,) = [mail for mail in office.mails() if "is live" in str(mail["Subject"])]
    assert "for Harbour Soup Lunch (description)" not in folded(mail)
    assert "was approved and applied" in folded(mail)
