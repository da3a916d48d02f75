"""Merging duplicates: two revisions, open changes move along as conflicted; what has ended takes nothing in."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from tests.support.model import faults_of
from tests.support.world import World
from webapp.domain.errors import NotEligible, Stale
from webapp.services import amend, history, suggest, unmerge
from webapp.storage.models import Event, Outbox, Revision
from webapp.storage.unit_of_work import new_id


def two(world: World) -> tuple[str, str]:
    """A duplicate and the record that survives."""
    return world.record(name="Soup Lunch", description="Soup"), world.record(name="Soup Club", description="Soup")


def offer(world: World, loser: str, type_: str, into: str | None = None) -> str:
    """Suggest to merge, close or reopen."""
    command = suggest.SuggestLifecycle(world.person("mia", "trusted"), loser, type_, "the same", into)
    return suggest.suggest_lifecycle(world.storage, command, world.now).change_ids[0]


def pass_it(world: World, change: str) -> str:
    """Three approvals, one of them trusted, and the waiting time."""
    world.approve(change, "rita", "rob")
    world.vote(world.person("tess", "trusted"), change)
    world.passes(hours=48)
    world.sweep()
    return str(world.change(change).state)


def undo(world: World, record: str) -> None:
    """Roll a record back by one revision."""
    seen = world.row(record).newest_number
    command = history.RollBackRecord(record, seen - 1, world.person("mo", "moderator"), seen, "they are two")
    history.roll_back_record(world.storage, command, world.now)


def test_a_merge_writes_both_and_moves_open_changes_as_conflicted(world: World) -> None:
    loser, survivor = two(world)
    ann = world.person("ann")
    (change,) = world.suggest(ann, loser, description="Soup and company")
    world.approve(change, "rita")
    assert pass_it(world, offer(world, loser, "merge", survivor)) == "applied"
    assert (world.row(loser).status, world.row(loser).merged_into) == ("merged", survivor)
    assert [world.row(id_).newest_number for id_ in (loser, survivor)] == [2, 2]
    row = world.change(change)
    assert (row.record_id, row.state, row.approvals, row.content_version) == (survivor, "open", 0, 2)
    assert row.conflicted_at is not None
    assert any("moved" in o.payload for o in world.all(select(Outbox)))
    assert faults_of(world.storage) == []


def test_what_a_merge_moved_stays_conflicted_until_it_is_rebased(world: World) -> None:
    loser, survivor = two(world)
    ann = world.person("ann")
    (change,) = world.suggest(ann, loser, description="Soup and company")
    pass_it(world, offer(world, loser, "merge", survivor))
    (other,) = world.suggest(world.person("ben"), survivor, summary="Lunch")
    world.approve(other, "rita", "rob")
    assert world.change(change).conflicted_at is not None
    amend.rebase_change(world.storage, amend.RebaseChange(change, ann, 2), world.now)
    assert world.change(change).conflicted_at is None
    assert world.approve(change, "rita", "rob") == "applied"
    assert world.document(survivor)["description"] == "Soup and company"
    assert faults_of(world.storage) == []


def test_what_a_merge_has_stuck_stands_in_nobodys_way(world: World) -> None:
    loser, survivor = two(world)
    stuck = offer(world, loser, "close")
    pass_it(world, offer(world, loser, "merge", survivor))
    again = offer(world, survivor, "close")
    assert again != stuck
    assert pass_it(world, again) == "applied"


def test_merges_that_make_no_sense_are_refused(world: World) -> None:
    loser, survivor = two(world)
    with pytest.raises(NotEligible, match="merge_into_itself"):
        offer(world, loser, "merge", loser)
    with pytest.raises(NotEligible, match="merge_across_kinds"):
        offer(world, loser, "merge", world.record("organization", name="Soup Ltd"))
    pass_it(world, offer(world, loser, "merge", survivor))
    with pytest.raises(NotEligible, match="merge_with_gone"):
        offer(world, survivor, "merge", loser)


def test_of_two_merges_that_make_a_circle_the_second_is_conflicted(world: World) -> None:
    one, other = two(world)
    there, back = offer(world, one, "merge", other), offer(world, other, "merge", one)
    assert pass_it(world, there) == "applied"
    assert pass_it(world, back) == "open"
    assert world.change(back).conflicted_at is not None
    assert faults_of(world.storage) == []


def test_changes_on_a_closed_record_wait_for_its_reopening(world: World) -> None:
    record = world.record(description="Soup")
    (change,) = world.suggest(world.person("ann"), record, description="Soup and company")
    assert pass_it(world, offer(world, record, "close")) == "applied"
    assert world.row(record).status == "closed"
    assert world.approve(change, "rita", "rob") == "open"
    assert world.change(change).conflicted_at is None
    assert pass_it(world, offer(world, record, "reopen")) == "applied"
    world.sweep()
    assert world.change(change).state == "applied"
    assert faults_of(world.storage) == []


def test_whoever_follows_what_happens_reads_that_a_record_has_ended_or_runs_again(world: World) -> None:
    record = world.record()
    (change,) = world.suggest(world.person("ann"), record, description="Soup")
    world.approve(change, "rita", "rob")
    pass_it(world, offer(world, record, "close"))
    pass_it(world, offer(world, record, "reopen"))
    told = world.all(select(Event).where(Event.record_id == record, Event.type == "status").order_by(Event.seq))
    assert [json.loads(event.detail) for event in told] == [
        {"from": "active", "to": "closed"},
        {"from": "closed", "to": "active"},
    ]


def test_a_closed_duplicate_can_be_merged_away_but_nothing_into_a_closed_one(world: World) -> None:
    closed, alive = two(world)
    into_closed = offer(world, alive, "merge", closed)
    away = offer(world, closed, "merge", alive)
    pass_it(world, offer(world, closed, "close"))
    assert pass_it(world, into_closed) == "open"
    assert pass_it(world, away) == "applied"


def test_closing_what_a_roll_back_has_closed_already_is_superseded(world: World) -> None:
    record = world.record()
    pass_it(world, offer(world, record, "close"))
    undo(world, record)
    change = offer(world, record, "close")
    undo(world, record)
    assert world.row(record).status == "closed"
    assert world.change(change).state == "superseded"
    causes = [r.cause for r in world.all(select(Revision.cause).where(Revision.record_id == record))]
    assert sorted(causes) == ["import", "roll_back", "roll_back", "suggestion"]


def offer_with(world: World, loser: str, survivor: str, *taken: str) -> str:
    """Suggest to merge, with parts that the survivor takes over."""
    seen = (world.row(loser).newest_number, world.row(survivor).newest_number)
    command = suggest.SuggestLifecycle(
        world.person("mia", "trusted"), loser, "merge", "the same", survivor, taken=taken, seen=seen
    )
    return suggest.suggest_lifecycle(world.storage, command, world.now).change_ids[0]


def test_what_the_survivor_takes_over_is_written_with_the_merge_and_undone_with_it(world: World) -> None:
    loser = world.record(name="Soup Lunch", description="Soup and bread", alert="Full")
    survivor = world.record(name="Soup Club", description="Soup", summary="Lunch")
    change = offer_with(world, loser, survivor, "description", "alert", "summary", "@status", "nonsense")
    assert pass_it(world, change) == "applied"
    assert world.document(survivor) == {
        "name": "Soup Club", "description": "Soup and bread", "alert": "Full", "summary": "Lunch"
    }  # fmt: skip
    assert faults_of(world.storage) == []
    (later,) = world.suggest(world.person("ben"), survivor, summary="Lunch for all")
    assert world.approve(later, "rita", "rob") == "applied"
    mo = world.person("mo", "moderator")
    unmerge.undo_merge(world.storage, unmerge.UndoMerge(loser, mo, "they are two"), world.now)
    assert (world.row(loser).status, world.row(loser).merged_into) == ("active", None)
    assert world.document(survivor) == {"name": "Soup Club", "description": "Soup", "summary": "Lunch for all"}
    assert faults_of(world.storage) == []
    with pytest.raises(NotEligible, match="not_merged"):
        unmerge.undo_merge(world.storage, unmerge.UndoMerge(loser, mo, "they are two"), world.now)


def test_a_list_of_which_both_are_kept_is_written_with_the_merge_and_undone_with_it(world: World) -> None:
    ids = [new_id(), new_id()]
    phones = [[{"id": id_, "order": 0, "number": f"01632 96000{n}"}] for n, id_ in enumerate(ids)]
    loser, survivor = (world.record(name=f"Soup {n}", phones=phones[n]) for n in range(2))
    seen = (world.row(loser).newest_number, world.row(survivor).newest_number)
    mia = world.person("mia", "trusted")
    command = suggest.SuggestLifecycle(mia, loser, "merge", "the same", survivor, joined=("phones",), seen=seen)
    (change,) = suggest.suggest_lifecycle(world.storage, command, world.now).change_ids
    assert pass_it(world, change) == "applied"
    assert [one["id"] for one in world.document(survivor)["phones"]] == [ids[1], ids[0]]
    undo = unmerge.UndoMerge(loser, world.person("mo", "moderator"), "they are two")
    unmerge.undo_merge(world.storage, undo, world.now)
    assert (world.document(survivor)["phones"], world.document(loser)["phones"]) == (phones[1], phones[0])
    assert faults_of(world.storage) == []


def test_a_merge_whose_survivor_moved_there_meanwhile_is_conflicted_and_overwrites_nothing(world: World) -> None:
    loser = world.record(name="Soup Lunch", description="Soup and bread")
    survivor = world.record(name="Soup Club", description="Soup")
    change = offer_with(world, loser, survivor, "description")
    (other,) = world.suggest(world.person("ben"), survivor, description="Soup, and tea for all")
    world.approve(other, "rita", "rob")
    assert world.change(change).conflicted_at is not None
    assert pass_it(world, change) == "open"
    assert world.document(survivor)["description"] == "Soup, and tea for all"
    assert world.row(loser).merged_into is None
    assert faults_of(world.storage) == []


def test_parts_are_chosen_from_the_records_as_they_stand(world: World) -> None:
    loser, survivor = two(world)
    command = suggest.SuggestLifecycle(
        world.person("mia", "trusted"), loser, "merge", "the same", survivor, taken=("description",), seen=(1, 7)
    )
    with pytest.raises(Stale):
        suggest.suggest_lifecycle(world.storage, command, world.now)
