"""What authors and reviewers do to an open change: amend, rebase, improve, support, withdraw."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select, update

from tests.support.world import World
from webapp.domain.errors import AlreadyClosed, CapReached, NotAllowed, Problem, Refused
from webapp.services import amend, settle, suggest, support
from webapp.storage.models import Change, ChangeAuthor, Decision, Evidence, Outbox, Vote
from webapp.storage.unit_of_work import UnitOfWork


def described(world: World, text: str = "Soup and company") -> tuple[str, str]:
    """A record and an open change of its description by ann."""
    record = world.record(description="Soup")
    return record, world.suggest(world.person("ann"), record, description=text)[0]


def give_words(world: World, change: str, person: str, text: str, act: str = "amend") -> None:
    """New words for a change of a description."""
    world.amend(person, change, act, description=text)


def roles(world: World, change: str) -> dict[str, str]:
    """Who is what on a change, by handle."""
    handles = {id_: handle for handle, id_ in world.people.items()}
    rows = world.all(select(ChangeAuthor).where(ChangeAuthor.change_id == change))
    return {handles[row.person_id]: row.role for row in rows}


def test_a_reviewer_who_improves_becomes_coauthor_once_and_may_not_vote(world: World) -> None:
    _, change = described(world)
    rita = world.person("rita", "reviewer")
    give_words(world, change, rita, "Soup and good company", "improve")
    give_words(world, change, rita, "Soup and the best company", "improve")
    assert roles(world, change) == {"ann": "author", "rita": "coauthor"}
    with pytest.raises(NotAllowed, match="own_change"):
        world.vote(rita, change)


def test_a_supporter_who_improves_becomes_coauthor(world: World) -> None:
    _, change = described(world)
    rita = world.person("rita", "reviewer")
    support.support_change(
        world.storage, support.SupportChange(change, rita, suggest.HowKnown("phoned", "at noon")), world.now
    )
    assert roles(world, change)["rita"] == "supporter"
    give_words(world, change, rita, "Soup and good company", "improve")
    assert roles(world, change)["rita"] == "coauthor"


@pytest.mark.parametrize("nothing", [suggest.HowKnown(), suggest.HowKnown("", " \n")])
def test_support_that_does_not_say_how_one_knows_is_refused(world: World, nothing: suggest.HowKnown) -> None:
    _, change = described(world)
    with pytest.raises(Refused) as told:
        support.support_change(world.storage, support.SupportChange(change, world.person("ben"), nothing), world.now)
    assert told.value.problems == (Problem("how", "required"),)
    assert roles(world, change) == {"ann": "author"}
    assert world.all(select(Evidence)) == []


def test_an_author_amends_five_times(world: World) -> None:
    _, change = described(world)
    for number in range(5):
        give_words(world, change, world.person("ann"), f"Soup and company {'!' * number} indeed")
    with pytest.raises(CapReached):
        give_words(world, change, world.person("ann"), "Soup at last")


def test_amending_after_the_waiting_time_starts_it_again(world: World) -> None:
    record = world.record()
    (change,) = world.suggest(world.person("ann"), record, name="Harbour Lunch")
    world.approve(change, "rita", "rob")
    world.passes(hours=25)
    world.amend(world.person("ann"), change, name="Harbour Lunches")
    assert world.approve(change, "rita", "rob", "ray") == "open"
    world.vote(world.person("tess", "trusted"), change)
    assert world.change(change).state == "open"
    world.passes(hours=23, minutes=59)
    world.sweep()
    assert world.change(change).state == "open"
    world.passes(minutes=1)
    world.sweep()
    assert world.change(change).state == "applied"


def overtaken(world: World) -> str:
    """A change by ann whose one unit says something else by now."""
    record, change = described(world)
    (other,) = world.suggest(world.person("ben"), record, description="Soup and bread")
    world.approve(other, "rita", "rob")
    assert world.change(change).conflicted_at is not None
    return change


def give_up(world: World, change: str, person: str) -> str:
    """Fit a change to its record with the record's value wherever they clash; gives its state then."""
    command = amend.RebaseChange(change, person, world.change(change).content_version)
    return amend.rebase_change(world.storage, command, world.now).state


def test_an_author_who_gives_up_all_that_clashes_takes_the_change_back(world: World) -> None:
    change = overtaken(world)
    assert give_up(world, change, world.person("ann")) == "withdrawn"
    assert world.all(select(Decision).where(Decision.change_id == change)) == []


def test_nobody_else_gives_up_what_an_author_suggested(world: World) -> None:
    change = overtaken(world)
    with pytest.raises(NotAllowed, match="not_your_change"):
        give_up(world, change, world.person("bad", "reviewer"))
    assert world.change(change).state == "open"


def test_rebasing_onto_what_is_already_true_supersedes_and_tells_the_authors(world: World) -> None:
    record, change = described(world)
    payload = world.change(change).payload.replace("Soup and company", "Soup")  # as if the record had come to say it
    asked = update(Change).where(Change.id == change).values(payload=payload)
    world.storage.transact(lambda uow: uow.run(asked), world.now)
    assert world.document(record)["description"] == "Soup"
    assert give_up(world, change, world.person("rita", "reviewer")) == "superseded"
    assert [row for row in world.all(select(Outbox)) if '"superseded"' in row.payload]


def test_rebasing_with_ones_own_words_brings_the_change_back(world: World) -> None:
    record, change = described(world)
    (other,) = world.suggest(world.person("ben"), record, description="Soup and bread")
    world.approve(other, "rita", "rob")
    row = world.change(change)
    mine = frozenset(edit[0] for edit in json.loads(row.payload)["edits"])
    command = amend.RebaseChange(change, world.person("ann"), row.content_version, mine)
    assert amend.rebase_change(world.storage, command, world.now).state == "open"
    assert world.change(change).conflicted_at is None
    assert world.approve(change, "rita", "rob") == "applied"
    assert world.document(record)["description"] == "Soup and company"


def test_withdrawing_ends_a_change_and_late_acts_are_told(world: World) -> None:
    _, change = described(world)
    ann = world.person("ann")
    world.withdraw(ann, change)
    with pytest.raises(AlreadyClosed):
        world.withdraw(ann, change)
    with pytest.raises(AlreadyClosed):
        give_words(world, change, ann, "Soup again")
    with pytest.raises(AlreadyClosed):
        world.approve(change, "rita")


def test_a_coauthor_may_not_withdraw_what_somebody_else_suggested(world: World) -> None:
    _, change = described(world)
    rita = world.person("rita", "reviewer")
    give_words(world, change, rita, "Soup and good company", "improve")
    with pytest.raises(NotAllowed, match="not_your_change"):
        world.withdraw(rita, change)
    assert world.change(change).state == "open"
    world.withdraw(world.person("ann"), change)


def test_a_coauthor_goes_on_improving_and_uses_up_none_of_the_authors_amendments(world: World) -> None:
    _, change = described(world)
    rita = world.person("rita", "reviewer")
    give_words(world, change, rita, "Soup and good company", "improve")
    with pytest.raises(NotAllowed, match="not_your_change"):
        give_words(world, change, rita, "Soup and better company")
    for number in range(6):
        give_words(world, change, rita, f"Soup and company {'!' * number} indeed", "improve")
    assert world.change(change).amendments == 0


@pytest.mark.parametrize("act", ["improve", "rebase"])
def test_new_words_of_the_author_are_an_amendment_whatever_they_are_called(world: World, act: str) -> None:
    record = world.record(description="Soup")
    ann = world.person("ann", "reviewer")
    (change,) = world.suggest(ann, record, description="Soup and company")
    for number in range(5):
        give_words(world, change, ann, f"Soup and company {'!' * number} indeed", act)
    with pytest.raises(CapReached):
        give_words(world, change, ann, "Soup at last", act)


def test_voters_whose_votes_drop_are_told(world: World) -> None:
    _, change = described(world)
    rita = world.person("rita", "reviewer")
    world.vote(rita, change)
    give_words(world, change, world.person("ann"), "Soup and good company")
    assert world.all(select(Vote).where(Vote.change_id == change, Vote.is_live == 1)) == []
    told = world.all(select(Outbox).where(Outbox.person_id == rita))
    assert len(told) == 1
    assert "renewed" in told[0].payload


def test_an_amended_change_stays_hidden_and_escalated_and_is_contested_no_more(world: World) -> None:
    _, change = described(world)
    asked = dict.fromkeys(("hidden_at", "escalated_at", "contested_at", "conflicted_at", "paused_until"), world.now)
    world.storage.transact(lambda uow: uow.run(update(Change).where(Change.id == change).values(asked)), world.now)
    give_words(world, change, world.person("ann"), "Soup and good company")
    row = world.change(change)
    assert (row.state, row.hidden_at, row.escalated_at) == ("open", world.now, world.now)
    assert (row.contested_at, row.conflicted_at, row.paused_until) == (None, None, None)


def test_a_conflicted_change_still_escalates_and_expires(world: World) -> None:
    record, change = described(world)
    (other,) = world.suggest(world.person("ben"), record, description="Soup and bread")
    world.approve(other, "rita", "rob")
    assert world.change(change).conflicted_at is not None
    world.passes(days=14)
    world.sweep()
    assert world.change(change).escalated_at is not None
    world.passes(days=46)
    world.sweep()
    assert world.change(change).state == "expired"


def test_settling_what_has_ended_does_nothing(world: World) -> None:
    _, change = described(world)
    world.approve(change, "rita", "rob")
    before = world.change(change)

    def settle_again(uow: UnitOfWork) -> settle.Outcomes:
        records, row = uow.lock_change_and_records(change)
        return settle.settle(uow, row, records)

    assert world.storage.transact(settle_again, world.now).state == "applied"
    assert world.change(change) == before
