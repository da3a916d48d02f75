"""An import leaves alone what people have ended: taken out, closed, merged or redacted."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import insert, select

from tests.services.importing import PHONE, corrected, decide, healthy, item, rows, suggestions, take
from tests.support.world import World
from webapp.services import intake, redact
from webapp.storage.models import (
    Redaction,
    Rendered,
    Revision,
    SourceItem,
)


def set_status(world: World, record: str, status: str, into: str | None = None) -> None:
    """Write a revision that ends a record."""
    from webapp.services.revise import Writing, read_document, start_operation, write_revision

    def work(uow: Any) -> None:
        row = uow.lock_records([record])[record]
        document = {**read_document(uow, row), "status": status}
        if into:
            document["merged_into"] = into
        write_revision(uow, row, document, Writing(start_operation(uow, "apply", None, ""), "x", None, ""))

    world.storage.transact(work, world.now)


@pytest.mark.parametrize("status", ["void", "closed"])
def test_what_people_have_taken_out_or_closed_is_left_alone_and_waits(world: World, status: str) -> None:
    take(world, item("1", email="old@example.org"))
    set_status(world, item("1").record_id, status)
    before = rows(world, Revision)
    for _ in range(2):
        summary = take(world, item("1", email="new@example.org"))
        assert summary.left_alone == {status: 1}
    assert rows(world, Revision) == before
    set_status(world, item("1").record_id, "active")
    assert take(world, item("1", email="new@example.org")).changed == 1


def test_what_changes_on_a_merged_record_is_suggested_to_its_survivor(world: World) -> None:
    take(world, item("1", email="old@example.org"), item("2", email="old@example.org"))
    survivor = item("2").record_id
    set_status(world, item("1").record_id, "merged", survivor)
    summary = take(world, item("1", email="new@example.org"), item("2", email="old@example.org"))
    assert (summary.changed, summary.suggested) == (0, 1)
    (change,) = suggestions(world)
    assert change.record_id == survivor
    assert world.document(survivor)["email"] == "old@example.org"


def test_an_id_that_belongs_to_another_kind_is_left_alone(world: World) -> None:
    take(world, item("1"))
    summary = intake.run(world.storage, intake.SourceInfo("Other"), [item("1", "organization")], world.now)
    assert summary.left_alone == {"other_kind": 1}


def test_what_was_redacted_does_not_come_back(world: World) -> None:
    phone = {"id": PHONE, "number": "0131 496 0123"}
    take(world, item("1", email="x@example.org"))
    record = item("1").record_id
    row = {
        "seq": 1,
        "record_id": record,
        "lifts": None,
        "units": f'["phones/{PHONE}"]',
        "reason": "private",
        "masked_by": record,
        "masked_at": world.now,
        "finished_by": None,
        "finished_at": None,
        "previous_hash": "0" * 64,
        "hash": "0" * 64,
    }
    world.storage.transact(lambda uow: uow.run(insert(Redaction), row), world.now)
    summary = take(world, item("1", email="y@example.org", phones=[phone]))
    assert (summary.changed, summary.suggested) == (1, 0)
    assert "phones" not in world.document(record)
    assert "0123" not in world.one(select(SourceItem.document))[0]


def test_a_source_that_repeats_what_was_masked_in_its_rejected_suggestion_is_not_heard(world: World) -> None:
    """The number never stood in the record, so only the source's own word says where it belongs."""
    take(world, item("1", summary="Soup."))
    record = corrected(world, summary="Soup and bread.")
    told = item("1", summary="Soup, ring Jo on 0131 496 0777.")
    take(world, told)
    decide(world, suggestions(world)[0].id, "reject")
    mask = redact.Mask(record, world.person("mo"), "A private number", value="0131 496 0777")
    done = redact.mask(world.storage, mask, world.now)
    assert done.units == ("summary",)
    before = len(suggestions(world))
    summary = take(world, told)
    assert (summary.changed, summary.suggested, len(suggestions(world))) == (0, 0, before)
    assert all(
        "0777" not in row.payload
        for row in (*suggestions(world), *world.all(select(SourceItem.document.label("payload"))))
    )
    assert healthy(world)


def test_what_was_redacted_does_not_come_back_as_html_either(world: World) -> None:
    told = item("1", description="Soup, ring Jo on 0131 496 0777.")
    take(world, told)
    mask = redact.Mask(told.record_id, world.person("mo", "moderator"), "A private number", value="0131 496 0777")
    redact.mask(world.storage, mask, world.now)
    take(world, told)
    assert all("0777" not in row.html for row in world.all(select(Rendered.html)))
    assert healthy(world)
