"""What a suggestion may say, what it may not say by the back door, and what becomes of what others say already."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select, update

from tests.support.world import World
from webapp.domain.errors import CapReached, NotEligible, Refused
from webapp.domain.policy import DEFAULT
from webapp.services import amend, suggest, support
from webapp.storage.models import Change, Evidence, Suggestion
from webapp.storage.unit_of_work import new_id


def count(world: World, model: type[Any]) -> int:
    return int(world.one(select(func.count()).select_from(model))[0])


def lifecycle(world: World, record: str, type_: str, reason: str = "it is so", into: str | None = None) -> str:
    command = suggest.SuggestLifecycle(world.person("mia", "trusted"), record, type_, reason, into)
    return suggest.suggest_lifecycle(world.storage, command, world.now).change_ids[0]


def offer(world: World, author: str, record: str, **values: Any) -> suggest.Suggested:
    """Suggest values; gives the whole answer."""
    document = {**world.document(record), **values}
    command = suggest.SuggestChange(
        world.person(author), record, world.row(record).newest_number, document, "they told me"
    )
    return suggest.suggest_change(world.storage, command, world.now)


def phone(number: str, order: int = 0) -> dict[str, Any]:
    """A telephone number with an id of its own, as a form makes it."""
    return {"id": new_id(), "order": order, "number": number}


# -- what an edit may not say -------------------------------------------------------------------------------


def test_an_ordinary_edit_can_neither_close_nor_merge_a_record(world: World) -> None:
    record, other = world.record(), world.record(name="Another lunch")
    for values in ({"status": "closed"}, {"status": "merged", "merged_into": other}, {"status": "void"}):
        with pytest.raises(suggest.Nothing):
            world.suggest(world.person("ann"), record, **values)


def test_a_new_record_has_not_ended_yet(world: World) -> None:
    other = world.record()
    for values in ({"status": "closed"}, {"status": "merged", "merged_into": other}, {"status": "void"}):
        new = suggest.NewRecord(new_id(), "service", {"name": "Lunch", **values})
        command = suggest.SuggestRecords(world.person("ann"), (new,), "they told me")
        with pytest.raises(Refused):
            suggest.suggest_records(world.storage, command, world.now)
    assert count(world, Suggestion) == 0


def found(number: str = "0131 496 0123") -> tuple[suggest.NewRecord, ...]:
    """A new organisation with a new service, as somebody's form makes them: with ids of their own."""
    keeper = new_id()
    lunch = {"name": "Lunch \\_%", "organization_id": keeper, "phones": [phone(number)]}
    records = ("organization", keeper, {"name": "Lunch Ltd"}), ("service", new_id(), lunch)
    return tuple(suggest.NewRecord(id_, kind, document) for kind, id_, document in records)


def test_two_people_who_find_the_same_are_offered_one_suggestion(world: World) -> None:
    command = suggest.SuggestRecords(world.person("ann"), found(), "they told me")
    first = suggest.suggest_records(world.storage, command, world.now)
    again = suggest.SuggestRecords(world.person("ben"), found(), "I saw it")
    with pytest.raises(suggest.Alike) as told:
        suggest.suggest_records(world.storage, again, world.now)
    assert told.value.values == {"suggestion": first.suggestion_id, "change": first.change_ids[0]}
    other = suggest.SuggestRecords(world.person("ben"), found("0131 496 0124"), "I saw it")
    assert suggest.suggest_records(world.storage, other, world.now).change_ids
    shop = suggest.NewRecord(new_id(), "service", found()[1].document)
    alone = suggest.SuggestRecords(world.person("ben"), (shop,), "I saw it")
    assert suggest.suggest_records(world.storage, alone, world.now).change_ids


def test_a_source_that_has_the_same_twice_is_not_read_by_its_words(world: World) -> None:
    for _ in range(2):
        records = (suggest.NewRecord(new_id(), "service", {"name": "Lunch"}),)
        command = suggest.SuggestRecords(world.person("ann"), records, "they have it", door="import")
        suggest.suggest_records(world.storage, command, world.now)
    assert count(world, Suggestion) == 2


@pytest.mark.parametrize("act", ["amend", "improve"])
def test_a_change_does_not_become_what_another_one_says_already(world: World, act: str) -> None:
    record = world.record(description="Soup")
    (first,) = world.suggest(world.person("ann"), record, description="Soup and bread")
    (second,) = world.suggest(world.person("ben"), record, description="Soup and company")
    who = world.person("ben") if act == "amend" else world.person("rita", "reviewer")
    document = {**world.document(record), "description": "Soup and bread"}
    with pytest.raises(suggest.Alike) as told:
        amend.amend_change(world.storage, amend.AmendChange(second, who, 1, document, act), world.now)
    assert told.value.values["change"] == first
    assert world.change(second).content_version == 1


def test_a_rebase_does_not_end_in_what_another_one_says_already(world: World) -> None:
    record = world.record(description="Soup", alert="None")
    (third,) = world.suggest(world.person("cat"), record, description="Soup and bread")
    (second,) = world.suggest(world.person("ben"), record, description="Soup and company")
    world.approve(third, "rita", "rob")
    (first,) = world.suggest(world.person("ann"), record, description="Soup and company")
    mine = frozenset({"description"})
    with pytest.raises(suggest.Alike) as told:
        amend.rebase_change(world.storage, amend.RebaseChange(second, world.person("ben"), 1, mine), world.now)
    assert told.value.values["change"] == first


def test_an_edit_of_a_closed_record_leaves_it_closed(world: World) -> None:
    record = world.record(status="closed", description="Soup")
    (change,) = world.suggest(world.person("ann"), record, status="active", description="Soup and company")
    assert world.change(change).group == "description"


def test_amending_can_not_close_a_record_either(world: World) -> None:
    ann = world.person("ann")
    record = world.record()
    (change,) = world.suggest(ann, record, status="temporarily closed")
    with pytest.raises(suggest.Nothing):
        world.amend(ann, change, status="closed")


# -- what goes with it --------------------------------------------------------------------------------------


@pytest.mark.parametrize("type_", ["close", "merge"])
def test_what_is_destructive_needs_a_reason(world: World, type_: str) -> None:
    record, other = world.record(), world.record()
    with pytest.raises(Refused) as refused:
        lifecycle(world, record, type_, " \n", other if type_ == "merge" else None)
    assert [(problem.where, problem.code) for problem in refused.value.problems] == [("reason", "required")]
    assert count(world, Suggestion) == 0


def test_how_somebody_knows_is_kept_and_lowers_nothing(world: World) -> None:
    record = world.record()
    evidence = suggest.HowKnown("website", "harbour.example/times, 2 March")
    document = {"name": "Harbour Soup"}
    command = suggest.SuggestChange(world.person("ann"), record, 1, document, "they moved", evidence)
    (change,) = suggest.suggest_change(world.storage, command, world.now).change_ids
    row = world.one(select(Evidence))
    assert (row.how, row.detail, row.person_id) == ("website", "harbour.example/times, 2 March", world.person("ann"))
    world.passes(hours=24)
    assert world.approve(change, "rita", "rob", "ray") == "open"  # still one trusted approval


def test_a_high_change_without_evidence_is_taken(world: World) -> None:
    world.suggest(world.person("ann"), world.record(), name="Harbour Soup")
    assert (count(world, Suggestion), count(world, Evidence)) == (1, 0)


def test_a_detail_alone_is_evidence_of_another_kind(world: World) -> None:
    command = suggest.SuggestChange(
        world.person("ann"), world.record(), 1, {"name": "Soup"}, "so", suggest.HowKnown("", "a neighbour said so")
    )
    suggest.suggest_change(world.storage, command, world.now)
    assert world.one(select(Evidence)).how == "other"


def test_no_other_way_of_knowing_is_taken_than_those_on_offer(world: World) -> None:
    record, ann = world.record(), world.person("ann")
    dreamt = suggest.HowKnown("dreamt", "last night")
    with pytest.raises(NotEligible, match="unknown_code"):
        suggest.suggest_change(
            world.storage, suggest.SuggestChange(ann, record, 1, {"name": "Soup"}, "so", dreamt), world.now
        )
    (change,) = world.suggest(ann, record, name="Harbour Soup")
    with pytest.raises(NotEligible, match="unknown_code"):
        support.support_change(world.storage, support.SupportChange(change, world.person("ben"), dreamt), world.now)
    assert count(world, Evidence) == 0


def test_a_set_holds_at_most_fifty_new_records(world: World) -> None:
    def of(number: int) -> suggest.SuggestRecords:
        records = tuple(suggest.NewRecord(new_id(), "organization", {"name": f"Club {n}"}) for n in range(number))
        return suggest.SuggestRecords(world.person("ann"), records, "they opened")

    most = DEFAULT.caps.changes_a_suggestion
    with pytest.raises(CapReached, match="changes_a_suggestion"):
        suggest.suggest_records(world.storage, of(most + 1), world.now)
    assert suggest.suggest_records(world.storage, of(most), world.now).change_ids


# -- what is suggested already ------------------------------------------------------------------------------


def test_what_somebody_suggests_already_is_left_out_and_the_rest_is_sent(world: World) -> None:
    record = world.record(description="Soup")
    (first,) = world.suggest(world.person("ann"), record, description="Soup and company")
    done = offer(
        world, "ben", record, description="Soup and company", name="Harbour Soup", email="hello@harbour.example"
    )
    assert done.alike == (suggest.Same(world.change(first).suggestion_id, first),)
    opened = world.all(select(Change.group).where(Change.suggestion_id == done.suggestion_id).order_by(Change.position))
    assert sorted(row.group for row in opened) == ["contact", "name"]


def test_nothing_is_opened_when_all_of_it_is_suggested_already(world: World) -> None:
    record = world.record(description="Soup")
    (first,) = world.suggest(world.person("ann"), record, description="Soup and company", name="Harbour Soup")[:1]
    with pytest.raises(suggest.Alike) as told:
        offer(world, "ben", record, description="Soup and company", name="Harbour Soup")
    assert told.value.values["suggestion"] == world.change(first).suggestion_id
    assert count(world, Suggestion) == 1


def test_the_same_number_added_twice_is_the_same_whatever_its_id_and_place(world: World) -> None:
    record = world.record(phones=[phone("+44 131 496 0000")])
    kept = world.document(record)["phones"]
    (first,) = world.suggest(world.person("ann"), record, phones=[*kept, phone("+44 131 496 0001", 1)])
    with pytest.raises(suggest.Alike) as told:
        offer(world, "ben", record, phones=[*kept, phone("+44 131 496 0001", 7)])
    assert told.value.values["change"] == first
    assert offer(world, "ben", record, phones=[*kept, phone("+44 131 496 0002", 1)]).alike == ()


def test_new_places_are_the_same_when_all_that_they_hold_is(world: World) -> None:
    hall = world.record("location", name="Hall", location_type="physical")
    record = world.record()

    def places(opens: str) -> list[dict[str, Any]]:
        monday = {"id": new_id(), "order": 0, "freq": "WEEKLY", "byday": "MO", "opens_at": opens, "closes_at": "14:00"}
        return [{"id": new_id(), "order": 0, "location_id": hall, "schedules": [monday]}]

    world.suggest(world.person("ann"), record, places=places("12:00"))
    with pytest.raises(suggest.Alike):
        offer(world, "ben", record, places=places("12:00"))
    assert offer(world, "ben", record, places=places("11:00")).change_ids


def test_what_is_hidden_as_spam_stands_in_nobodys_way(world: World) -> None:
    record = world.record(description="Soup")
    (first,) = world.suggest(world.person("ann"), record, description="Soup and company")
    hide = update(Change).where(Change.id == first).values(hidden_at=world.now)
    world.storage.transact(lambda uow: uow.run(hide), world.now)
    assert offer(world, "ben", record, description="Soup and company").change_ids


def test_merging_into_another_record_is_another_suggestion(world: World) -> None:
    record, one, other = (world.record(name=f"Club {n}") for n in range(3))
    lifecycle(world, record, "merge", into=one)
    assert lifecycle(world, record, "merge", into=other)
    with pytest.raises(suggest.Alike):
        lifecycle(world, record, "merge", into=one)


def test_closing_twice_is_the_same(world: World) -> None:
    record = world.record()
    first = lifecycle(world, record, "close")
    with pytest.raises(suggest.Alike) as told:
        lifecycle(world, record, "close", "gone, I went there")
    assert told.value.values["change"] == first
