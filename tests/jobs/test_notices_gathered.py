"""Much that happens at once is one letter: of one suggestion within minutes, and of everything rolled back together."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.jobs.office import Office, folded, text_of
from tests.support.world import World
from webapp.services import incidents
from webapp.services.incidents import carry_out, continued
from webapp.storage.models import Outbox


def two_changes(world: World) -> tuple[str, str]:
    """Ann's suggestion of a description and of another name."""
    record = world.record(description="Soup")
    first, second = world.suggest(
        world.person("ann"), record, description="Soup and company", alternate_name="The soup place"
    )
    return first, second


def approve_enough(world: World, change: str) -> None:
    """Approvals until it applies: once a worker has seen how few are active here, one is enough."""
    for handle in ("rita", "rob"):
        if world.change(change).state == "open":
            world.approve(change, handle)
    assert world.change(change).state == "applied"


def test_what_happens_to_one_suggestion_within_minutes_is_one_letter(world: World, office: Office) -> None:
    for change in two_changes(world):
        approve_enough(world, change)
        office.works()
        world.passes(minutes=1)
    assert office.mails() == []  # the first waits for the others
    world.passes(minutes=5)
    office.works()
    (mail,) = office.mails()
    assert mail["Subject"] == "Your suggestion for Harbour Soup Lunch is live"
    assert "Your suggestion for Harbour Soup Lunch (name and description) was approved and applied" in folded(mail)
    assert world.all(select(Outbox.id).where(Outbox.done_at.is_(None))) == []


def test_what_happens_a_day_later_is_another_letter(world: World, office: Office) -> None:
    first, second = two_changes(world)
    world.approve(first, "rita", "rob")
    office.works()
    world.passes(days=1)
    office.works()
    approve_enough(world, second)
    world.passes(minutes=6)
    office.works()
    assert office.told("ann") == ["Your suggestion for Harbour Soup Lunch is live"] * 2


def test_different_ends_are_different_letters(world: World, office: Office) -> None:
    first, second = two_changes(world)
    world.approve(first, "rita", "rob")
    world.vote(world.person("rita"), second, "reject")
    world.passes(minutes=6)
    office.works()
    assert len(office.told("ann")) == 2


# -- rolled back together ---------------------------------------------------------------------------------


def rolled_back(world: World, count: int = 3) -> str:
    """Ann's changes of some records, on which Rita and Rob voted, rolled back together; gives the operation."""
    ann = world.person("ann")
    for number in range(count):
        record = world.record(name=f"Club {number}", description="Soup")
        world.approve(world.suggest(ann, record, description="Soup and lies")[0], "rita", "rob")
    command = incidents.RollBackIncident(incidents.Incident(actor_id=ann), world.person("mo", "moderator"), "lies")
    return incidents.roll_back_incident(world.storage, command, world.now).operation_id


def test_what_is_rolled_back_together_is_one_letter_to_each(world: World, office: Office) -> None:
    operation = rolled_back(world)
    office.works()
    assert office.told("ann")[-1] == "Undone: 3 of your changes"
    assert office.told("rita") == office.told("rob") == ["Undone: 3 changes that you voted on"]
    assert office.told("mo") == []
    mail = next(mail for mail in office.mails() if str(mail["Subject"]) == "Undone: 3 of your changes")
    assert "3 of the changes were yours" in folded(mail)
    assert all(f"Club {number} (description)" in folded(mail) for number in range(3))
    assert f"https://directory.example/operations/{operation}\n" in text_of(mail)


def test_a_letter_names_a_few_of_many_and_counts_the_others(world: World, office: Office) -> None:
    rolled_back(world, 7)
    office.works()
    mail = next(mail for mail in office.mails() if str(mail["Subject"]) == "Undone: 7 of your changes")
    assert folded(mail).count("(description)") == 4
    assert "and 3 more." in folded(mail)


def test_letters_wait_until_a_large_roll_back_is_through(
    world: World, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carry_out, "AT_ONCE", 1)
    monkeypatch.setattr(continued, "CHUNK", 2)
    rolled_back(world)
    office.works()
    assert office.told("rita") == []
    world.passes(minutes=6)
    office.works()
    assert office.told("rita") == ["Undone: 3 changes that you voted on"]
