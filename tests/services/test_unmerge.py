"""Undoing a merge, by one press or by rolling back: what moved along and is still open goes back, and comes again."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.services.test_merging import offer, offer_with, pass_it, two, undo
from tests.support.model import faults_of
from tests.support.world import World
from webapp.domain.errors import NotAllowed, NotEligible, NotFound
from webapp.services import incidents, undoing, unmerge
from webapp.storage.models import Operation
from webapp.storage.unit_of_work import new_id


def test_undoing_a_merge_moves_the_still_open_ones_back(world: World) -> None:
    loser, survivor = two(world)
    stays, goes = (
        world.suggest(world.person(name), loser, **{field: "Soup and company"})[0]
        for name, field in (("ann", "description"), ("ben", "alert"))
    )
    pass_it(world, offer(world, loser, "merge", survivor))
    world.withdraw(world.person("ben"), goes)
    undo(world, loser)
    assert (world.row(loser).status, world.row(loser).merged_into) == ("active", None)
    assert (world.change(stays).record_id, world.change(goes).record_id) == (loser, survivor)
    assert world.change(stays).conflicted_at is None
    assert world.approve(stays, "rita", "rob") == "applied"
    assert faults_of(world.storage) == []


def test_what_would_end_the_duplicate_moves_along_too_and_back_again(world: World) -> None:
    loser, survivor = two(world)
    third = world.record(name="Lunch")
    ends = [offer(world, loser, "close"), offer(world, loser, "merge", third)]
    for change in ends:
        world.approve(change, "rita")
    pass_it(world, offer(world, loser, "merge", survivor))
    for change in ends:
        row = world.change(change)
        assert (row.record_id, row.state, row.approvals, row.content_version) == (survivor, "open", 0, 2)
        assert row.conflicted_at is not None
        assert pass_it(world, change) == "open"
    assert {world.row(survivor).status, world.row(third).status} == {"active"}
    undo(world, loser)
    for change in ends:
        assert (world.change(change).record_id, world.change(change).conflicted_at) == (loser, None)
    assert pass_it(world, ends[1]) == "applied"
    assert world.row(loser).merged_into == third
    assert faults_of(world.storage) == []


def test_redoing_an_undone_merge_moves_them_again(world: World) -> None:
    loser, survivor = two(world)
    (change,) = world.suggest(world.person("ann"), loser, description="Soup and company")
    pass_it(world, offer(world, loser, "merge", survivor))
    undo(world, loser)
    undo(world, loser)
    assert world.row(loser).merged_into == survivor
    assert world.change(change).record_id == survivor
    assert faults_of(world.storage) == []


def test_a_merge_cannot_be_redone_into_what_is_gone(world: World) -> None:
    loser, survivor = two(world)
    third = world.record(name="Lunch")
    pass_it(world, offer(world, loser, "merge", survivor))
    undo(world, loser)
    pass_it(world, offer(world, survivor, "merge", third))
    with pytest.raises(undoing.NothingToUndo, match="does_not_fit"):
        undo(world, loser)
    assert world.row(loser).merged_into is None
    assert faults_of(world.storage) == []


def test_undoing_the_operation_of_a_merge_undoes_it(world: World) -> None:
    loser, survivor = two(world)
    change = offer(world, loser, "merge", survivor)
    pass_it(world, change)
    (operation,) = world.all(select(Operation).where(Operation.change_id == change))
    incident = incidents.Incident(operation_id=operation.id)
    command = incidents.RollBackIncident(incident, world.person("mo", "moderator"), "they are two")
    incidents.roll_back_incident(world.storage, command, world.now)
    assert world.row(loser).merged_into is None
    assert faults_of(world.storage) == []


def test_a_merge_that_was_undone_and_had_again_can_be_undone_again(world: World) -> None:
    loser = world.record(name="Soup Lunch", description="Soup and bread")
    survivor = world.record(name="Soup Club", description="Soup")
    pass_it(world, offer_with(world, loser, survivor, "description"))
    mo = world.person("mo", "moderator")
    undo = unmerge.UndoMerge(loser, mo, "they are two")
    undone = incidents.Incident(operation_id=unmerge.undo_merge(world.storage, undo, world.now))
    again = incidents.RollBackIncident(undone, mo, "they are one after all")
    incidents.roll_back_incident(world.storage, again, world.now)
    assert (world.row(loser).merged_into, world.document(survivor)["description"]) == (survivor, "Soup and bread")
    unmerge.undo_merge(world.storage, undo, world.now)
    assert (world.row(loser).merged_into, world.document(survivor)["description"]) == (None, "Soup")
    assert faults_of(world.storage) == []


def test_only_moderators_undo_a_merge_and_only_of_what_was_merged(world: World) -> None:
    loser, survivor = two(world)
    pass_it(world, offer(world, loser, "merge", survivor))
    with pytest.raises(NotAllowed, match="role_needed"):
        unmerge.undo_merge(world.storage, unmerge.UndoMerge(loser, world.person("tess"), "two"), world.now)
    for record in (survivor, new_id()):
        with pytest.raises((NotFound, NotEligible)):
            unmerge.undo_merge(
                world.storage, unmerge.UndoMerge(record, world.person("mo", "moderator"), "two"), world.now
            )
