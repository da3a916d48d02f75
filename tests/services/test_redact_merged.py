"""A mask on a record that was merged: what it left elsewhere is masked with it, and nothing that is the other's own."""

from __future__ import annotations

from sqlalchemy import select

from tests.services.redacting import CANARY, leaks, masked
from tests.services.test_merging import undo
from tests.support.world import World
from webapp.domain.canonical import dump
from webapp.services import redact, ruling, suggest
from webapp.services.doctor import doctor
from webapp.storage.models import ImportWaiting, Source
from webapp.storage.unit_of_work import new_id


def merged(world: World, loser: str, survivor: str) -> None:
    """One record goes into another, as a moderator decides."""
    command = suggest.SuggestLifecycle(world.person("ann"), loser, "merge", "the same", survivor)
    (merge,) = suggest.suggest_lifecycle(world.storage, command, world.now).change_ids
    decide = ruling.DecideChange(merge, world.person("mo"), 1, "apply", "seen it")
    assert ruling.decide_change(world.storage, decide, world.now).state == "applied"


def suggested_by_source(world: World, record: str, summary: str) -> str:
    """A change that an import suggests."""
    row, document = world.row(record), {**world.document(record), "summary": summary}
    command = suggest.SuggestChange(world.person("council"), record, row.newest_number, document, "", door="import")
    return suggest.suggest_change(world.storage, command, world.now).change_ids[0]


def waits(world: World, record: str) -> None:
    """What an import is still to suggest."""
    source = world.one(select(Source.id)).id
    payload = dump({"record": record, "wanted": {"alert": CANARY}})
    waiting = {"id": new_id(), "key": f"edit:{record}", "payload": payload, "created_at": world.now}
    world.storage.transact(lambda uow: uow.add(ImportWaiting, source_id=source, **waiting), world.now)


def test_what_a_merge_moved_to_another_record_is_masked_with_the_one_it_came_from(leaky: World) -> None:
    record, other = leaky.town["record"], leaky.record(name="Gasworks lunch")
    merged(leaky, record, other)
    assert leaky.change(leaky.town["open"]).record_id == other
    waits(leaky, other)
    masked(leaky)
    assert leaks(leaky) == {"sealed"}
    assert doctor(leaky.storage) == []


def test_what_its_source_suggested_to_the_one_it_went_into_is_masked_even_when_that_was_undone(leaky: World) -> None:
    record, other, last = leaky.town["record"], leaky.record(name="Gasworks lunch"), leaky.record(name="Town lunch")
    merged(leaky, record, other)
    merged(leaky, other, last)
    said = suggested_by_source(leaky, last, f"Soup, ring {CANARY}")
    waits(leaky, last)
    undo(leaky, other)
    undo(leaky, record)
    masked(leaky)
    assert leaks(leaky) == {"sealed"}
    assert "Soup, ring" in leaky.change(said).payload
    assert doctor(leaky.storage) == []


def test_a_unit_is_masked_in_what_moved_and_stays_in_what_is_the_others_own(leaky: World) -> None:
    record, other = leaky.town["record"], leaky.record(name="Gasworks lunch")
    own = suggested_by_source(leaky, other, "Lunch on Mondays")
    (moving,) = leaky.suggest(leaky.person("ben"), record, summary="Lunch on Tuesdays")
    merged(leaky, record, other)
    assert leaky.change(moving).record_id == other
    masked(leaky, units=("summary",))
    assert "Lunch on Mondays" in leaky.change(own).payload
    assert "Tuesdays" not in leaky.change(moving).payload
    assert doctor(leaky.storage) == []


def test_a_change_that_came_back_keeps_what_it_says_of_its_own_record(leaky: World) -> None:
    record, other = leaky.town["record"], leaky.record(name="Gasworks lunch", summary="Lunch, warm")
    (moved,) = leaky.suggest(leaky.person("ben"), record, summary="Lunch on Tuesdays")
    merged(leaky, record, other)
    undo(leaky, record)
    assert leaky.change(moved).record_id == record
    command = redact.Mask(other, leaky.person("mo"), "Not for everybody", ("summary",))
    redact.mask(leaky.storage, command, leaky.now)
    assert "Tuesdays" in leaky.change(moved).payload
    assert leaky.change(moved).state == "open"
