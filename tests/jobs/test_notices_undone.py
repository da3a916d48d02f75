"""Who is told of what was undone, and of what came back: each once, and last of what is true."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.jobs.office import Office, folded
from tests.jobs.telling import applied_change
from tests.jobs.test_notices_gathered import approve_enough, rolled_back, two_changes
from tests.services.earning import judge, work
from tests.support.world import World
from webapp.services import history, incidents
from webapp.services.incidents import carry_out, continued
from webapp.storage.models import Operation, Revision

UNDONE = "Undone: your change to Harbour Soup Lunch (description)"
BACK = "Back again: your change to Harbour Soup Lunch (description)"


def mo(world: World) -> str:
    return world.person("mo", "moderator")


def revert(world: World, record: str, number: int, reason: str = "not so") -> str:
    """A moderator reverts a revision; gives the operation."""
    newest = world.row(record).newest_number
    command = history.RevertRevision(record, number, mo(world), newest, reason)
    return history.revert_revision(world.storage, command, world.now).operation_id


def roll_back(world: World, record: str, number: int) -> str:
    """A moderator rolls a record back; gives the operation."""
    command = history.RollBackRecord(record, number, mo(world), world.row(record).newest_number, "not so")
    return history.roll_back_record(world.storage, command, world.now).operation_id


def undo(world: World, **incident: str) -> str:
    """A moderator rolls back everything of a person or of an operation; gives the new operation."""
    command = incidents.RollBackIncident(incidents.Incident(**incident), mo(world), "no")
    return incidents.roll_back_incident(world.storage, command, world.now).operation_id


def three_revisions(world: World, office: Office) -> str:
    """A record with Ann's change as revision 2 and Ben's as revision 3, and both told."""
    record, _ = applied_change(world)
    world.approve(world.suggest(world.person("ben"), record, summary="Lunch")[0], "rita", "rob")
    world.passes(minutes=6)
    office.works()
    world.passes(hours=1)
    return record


def undone_by(world: World, operation: str) -> list[str]:
    """The changes' operations that are marked as undone by an operation."""
    marks = world.all(select(Operation).where(Operation.type == "undone", Operation.plan == operation))
    return [str(mark.undoes_id) for mark in marks]


def wrote(world: World, record: str, number: int) -> str:
    """The operation that wrote a revision."""
    wanted = select(Revision).where(Revision.record_id == record, Revision.number == number)
    return str(world.one(wanted).operation_id)


# -- what was undone already ------------------------------------------------------------------------------


def test_a_roll_back_tells_nobody_again_of_what_was_undone_already(world: World, office: Office) -> None:
    record = three_revisions(world, office)
    revert(world, record, 3)
    office.works()
    world.passes(hours=1)
    done = roll_back(world, record, 1)
    office.works()
    assert office.told("ben").count(UNDONE) == 1
    assert office.told("ann").count(UNDONE) == 1
    assert undone_by(world, done) == [wrote(world, record, 2)]  # what undid revision 3 has its effect still


def test_a_roll_back_tells_of_what_was_undone_and_is_back(world: World, office: Office) -> None:
    record = three_revisions(world, office)
    revert(world, record, 2)
    revert(world, record, 4)
    office.works()
    world.passes(hours=1)
    done = roll_back(world, record, 1)
    office.works()
    assert office.told("ann").count(UNDONE) == 2
    assert set(undone_by(world, done)) == {wrote(world, record, 2), wrote(world, record, 3)}


def test_a_roll_back_to_before_a_revert_brings_back_what_that_took(world: World, office: Office) -> None:
    record = three_revisions(world, office)
    revert(world, record, 2)
    office.works()
    world.passes(hours=1)
    done = roll_back(world, record, 3)
    office.works()
    assert world.document(record)["description"] == "Soup and company"
    assert undone_by(world, done) == [wrote(world, record, 4)]
    assert office.told("ann")[-2:] == [UNDONE, BACK]


def test_an_incident_tells_nobody_again_of_what_was_undone_already(world: World, office: Office) -> None:
    record, _ = applied_change(world)
    revert(world, record, 2)
    world.approve(world.suggest(world.person("ann"), record, summary="Lunch")[0], "rita", "rob")
    done = undo(world, actor_id=world.person("ann"))
    assert undone_by(world, done) == [wrote(world, record, 4)]


def test_what_was_undone_counts_once_and_comes_back_with_the_undoing_of_a_roll_back(
    world: World, office: Office
) -> None:
    (record, *_) = work(world, "ann", 5)
    world.passes(days=7)
    revert(world, record, 2)
    world.approve(world.suggest(world.person("ben"), record, summary="Lunch")[0], "rita", "rob")
    done = roll_back(world, record, 1)
    assert judge(world, "ann") == "volunteer"
    undo(world, operation_id=done)
    assert judge(world, "ann") == "volunteer"  # the revert stands, as it did before the roll back


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


# -- what is back -----------------------------------------------------------------------------------------


def test_after_a_stopped_roll_back_went_on_all_whose_work_it_undid_are_told_of_all_of_it(
    world: World, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carry_out, "AT_ONCE", 1)
    monkeypatch.setattr(continued, "CHUNK", 2)
    for number, author in enumerate(("bea", "ann", "ann", "ben")):
        record = world.record(name=f"Club {number}", description="Soup")
        world.approve(world.suggest(world.person(author), record, description="Soup and lies")[0], "rita", "rob")
    operation = undo(world, text="and lies")
    incidents.continue_operations(world.storage, world.now)
    incidents.stop_operation(world.storage, operation, mo(world), world.now)
    office.works()
    told = {who: office.told(who)[-1] for who in ("bea", "ann", "rita")}
    assert {who: words.partition(":")[0] for who, words in told.items()} == dict.fromkeys(told, "Undone")
    assert told["ann"].startswith("Undone: your change")
    incidents.resume_operation(world.storage, operation, mo(world), world.now)
    incidents.continue_operations(world.storage, world.now)
    world.passes(hours=1)
    office.works()
    assert office.told("ben")[-1].startswith("Undone: your change")
    assert office.told("ann")[-1] == "Undone: 2 of your changes"
    assert office.told("rita")[-1] == "Undone: 4 changes that you voted on"
    assert len([words for words in office.told("bea") if words.startswith("Undone")]) == 1


def test_authors_and_voters_are_told_that_what_was_reverted_is_back(world: World, office: Office) -> None:
    record, _ = applied_change(world)
    revert(world, record, 2)
    office.works()
    world.passes(hours=1)
    revert(world, record, 3, "It was right: I rang them")
    office.works()
    assert office.told("ann")[-1] == BACK
    assert office.told("rita")[-1] == "Back again: the change to Harbour Soup Lunch (description) that you voted on"
    assert office.told("mo") == []
    (mail,) = [mail for mail in office.mails() if str(mail["Subject"]) == BACK]
    assert "“It was right: I rang them”" in folded(mail)


def test_everybody_is_told_when_a_roll_back_of_many_records_is_undone(world: World, office: Office) -> None:
    operation = rolled_back(world)
    office.works()
    world.passes(hours=1)
    undo(world, operation_id=operation)
    office.works()
    assert office.told("ann")[-1] == "Back again: 3 of your changes"
    assert office.told("rita")[-1] == office.told("rob")[-1] == "Back again: 3 changes that you voted on"
    mail = next(mail for mail in office.mails() if str(mail["Subject"]) == "Back again: 3 of your changes")
    assert all(f"Club {number} (description)" in folded(mail) for number in range(3))


def test_who_is_undone_once_more_is_told_of_that(world: World, office: Office) -> None:
    operation = rolled_back(world)
    for _ in range(2):
        office.works()
        world.passes(hours=1)
        operation = undo(world, operation_id=operation)
    office.works()
    assert office.told("ann")[-3:] == [
        "Undone: 3 of your changes",
        "Back again: 3 of your changes",
        "Undone: 3 of your changes",
    ]


def test_only_what_is_back_in_this_record_is_told(world: World, office: Office) -> None:
    operation = rolled_back(world)
    office.works()
    world.passes(hours=1)
    (one, *_) = world.all(select(Revision).where(Revision.operation_id == operation))
    revert(world, str(one.record_id), int(one.number))
    office.works()
    assert "Back again: your change to Club" in office.told("ann")[-1]


# -- by whom and why --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("They  moved\nlast year", "A moderator undid it and wrote: “They moved last year”"),
        ("See evil.example\r\nBcc: x@y.example", "wrote: “See (link left out) Bcc: (link left out)”"),
        ("", "A moderator undid it and gave no reason."),
    ],
)
def test_the_letter_says_by_whom_and_why(world: World, office: Office, reason: str, said: str) -> None:
    record, _ = applied_change(world)
    revert(world, record, 2, reason)
    office.works()
    (mail,) = [mail for mail in office.mails() if str(mail["Subject"]) == UNDONE]
    assert said in folded(mail)


def test_the_letter_about_many_says_why(world: World, office: Office) -> None:
    rolled_back(world)
    office.works()
    mail = next(mail for mail in office.mails() if str(mail["Subject"]) == "Undone: 3 of your changes")
    assert "“lies”" in folded(mail)
