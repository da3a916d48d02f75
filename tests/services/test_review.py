"""A suggestion's way: votes, threshold, revision; and everything that stops it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.support.world import World
from webapp.domain.errors import AlreadyClosed, CapReached, NotAllowed, Stale
from webapp.services import history, review, suggest
from webapp.storage.models import Event, Revision, Vote


def test_second_approval_applies_a_description(world: World) -> None:
    record = world.record(description="Soup")
    (change,) = world.suggest(world.person("ann"), record, description="Soup and company")
    assert world.approve(change, "rita") == "open"
    assert world.approve(change, "rob") == "applied"
    assert world.document(record)["description"] == "Soup and company"
    assert world.row(record).newest_number == 2


def test_name_waits_for_three_approvals_a_trusted_one_and_a_day(world: World) -> None:
    record = world.record()
    (change,) = world.suggest(world.person("ann"), record, name="Harbour Lunch")
    assert world.approve(change, "rita", "rob", "ray") == "open"
    world.vote(world.person("tess", "trusted"), change)
    assert world.change(change).state == "open"
    world.passes(hours=23, minutes=59)
    world.sweep()
    assert world.change(change).state == "open"
    world.passes(minutes=1)
    world.sweep()
    assert world.change(change).state == "applied"
    assert world.row(record).slug == "harbour-lunch"


def test_each_field_group_is_decided_by_itself(world: World) -> None:
    record = world.record(description="Soup")
    changes = world.suggest(world.person("ann"), record, description="Soup and company", name="Harbour Lunch")
    assert len(changes) == 2
    states = {world.change(c).group: world.approve(c, "rita", "rob") for c in changes}
    assert states == {"name": "open", "description": "applied"}


def test_authors_cannot_vote_on_their_own(world: World) -> None:
    ann = world.person("ann", "reviewer")
    (change,) = world.suggest(ann, world.record(description="Soup"), description="Soup and company")
    with pytest.raises(NotAllowed, match="own_change"):
        world.vote(ann, change)


def test_a_late_vote_is_told_the_end(world: World) -> None:
    (change,) = world.suggest(world.person("ann"), world.record(description="Soup"), description="Soup and company")
    world.approve(change, "rita", "rob")
    with pytest.raises(AlreadyClosed) as told:
        world.approve(change, "ray")
    assert told.value.values["state"] == "applied"


def test_a_vote_on_what_was_amended_is_stale(world: World) -> None:
    ann = world.person("ann")
    record = world.record(description="Soup")
    (change,) = world.suggest(ann, record, description="Soup and company")
    world.approve(change, "rita")
    world.amend(ann, change, description="Soup and good company")
    with pytest.raises(Stale):
        world.vote(world.person("rob", "reviewer"), change, seen=1)
    assert world.change(change).approvals == 0
    assert world.approve(change, "rob", "ray") == "applied"
    assert world.document(record)["description"] == "Soup and good company"


def test_changing_ones_mind_keeps_one_live_vote_and_the_earlier_one(world: World) -> None:
    (change,) = world.suggest(world.person("ann"), world.record(description="Soup"), description="Soup and company")
    rita = world.person("rita", "reviewer")
    world.vote(rita, change, "reject")
    world.vote(rita, change, "approve")
    votes = world.all(select(Vote.choice, Vote.is_live).where(Vote.change_id == change).order_by(Vote.cast_at, Vote.id))
    assert [tuple(vote) for vote in votes] == [("reject", 0), ("approve", 1)]


def test_a_first_reject_pauses_and_taking_it_back_ends_the_pause(world: World) -> None:
    (change,) = world.suggest(world.person("ann"), world.record(description="Soup"), description="Soup and company")
    rita = world.person("rita", "reviewer")
    world.vote(rita, change, "reject")
    assert world.approve(change, "rob", "ray", "rose", "ruth") == "open"
    assert world.change(change).paused_until is not None
    review.take_back_vote(world.storage, review.TakeBackVote(change, rita), world.now)
    assert world.change(change).state == "applied"


def test_two_suggestions_on_one_field_end_applied_and_conflicted(world: World) -> None:
    record = world.record(description="Soup")
    (first,) = world.suggest(world.person("ann"), record, description="Soup and company")
    (second,) = world.suggest(world.person("ben"), record, description="Soup and bread")
    world.approve(first, "rita", "rob")
    assert world.change(second).conflicted_at is not None
    assert world.approve(second, "rita", "rob") == "open"
    assert world.document(record)["description"] == "Soup and company"


def test_what_has_become_true_by_another_hand_is_superseded(world: World) -> None:
    record = world.record(description="Soup")
    (first,) = world.suggest(world.person("ann"), record, description="Soup and company")
    (second,) = world.suggest(world.person("ben"), record, description="Soup and company", summary="Lunch")
    world.approve(second, "rita", "rob")
    assert world.change(first).state == "superseded"


def test_the_same_change_twice_is_offered_the_first(world: World) -> None:
    record = world.record(description="Soup")
    (first,) = world.suggest(world.person("ann"), record, description="Soup and company")
    with pytest.raises(suggest.Alike) as told:
        world.suggest(world.person("ben"), record, description="Soup and company")
    assert told.value.values["change"] == first


def test_a_newcomer_has_five_suggestions_open_at_once(world: World) -> None:
    ann = world.person("ann")
    for number in range(5):
        world.suggest(ann, world.record(name=f"Lunch club {number}"), summary="Lunch")
    with pytest.raises(CapReached) as told:
        world.suggest(ann, world.record(name="One more"), summary="Lunch")
    assert told.value.values["limit"] == 5


def test_silence_never_publishes(world: World) -> None:
    (change,) = world.suggest(world.person("ann"), world.record(description="Soup"), description="Soup and company")
    world.passes(days=14)
    world.sweep()
    assert world.change(change).escalated_at is not None
    world.passes(days=46)
    world.sweep()
    assert world.change(change).state == "expired"


def test_a_middle_revision_reverts_while_a_later_one_stays(world: World) -> None:
    record = world.record(description="Soup")
    author, moderator = world.person("ann"), world.person("mo", "moderator")
    world.approve(world.suggest(author, record, description="Soup and lies")[0], "rita", "rob")
    world.approve(
        world.suggest(
            author, record, languages=[{"id": "0192d7b4-0000-7000-8000-000000000001", "order": 0, "code": "gd"}]
        )[0],
        "rita",
        "rob",
    )
    undone = history.revert_revision(world.storage, history.RevertRevision(record, 2, moderator, 3, "lies"), world.now)
    assert undone.plans[record].conflicts == ()
    document = world.document(record)
    assert (document["description"], document["languages"][0]["code"]) == ("Soup", "gd")
    assert world.row(record).newest_number == 4
    history.roll_back_record(world.storage, history.RollBackRecord(record, 1, moderator, 4, "start anew"), world.now)
    assert world.document(record) == world.document(record, 1)
    assert [
        r.cause for r in world.all(select(Revision.cause).where(Revision.record_id == record).order_by(Revision.number))
    ] == ["import", "suggestion", "suggestion", "revert", "roll_back"]


def test_events_are_numbered_without_gaps(world: World) -> None:
    record = world.record(description="Soup")
    for number in range(3):
        world.approve(
            world.suggest(world.person("ann"), record, description=f"Soup and bread {'x' * number}")[0], "rita", "rob"
        )
    numbers = [row.seq for row in world.all(select(Event.seq).order_by(Event.seq))]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) > 6
